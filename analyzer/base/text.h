// Text that comes from outside and goes to people: checked on the way in, made safe on the way out.
#ifndef LOGTALLY_BASE_TEXT_H_
#define LOGTALLY_BASE_TEXT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace logtally {

// Debian builds Abseil with a string_view of its own; the two differ only in name.
inline absl::string_view AbslView(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view StdView(absl::string_view text) { return {text.data(), text.size()}; }

// The whole of `text` as a decimal number (an optional '-', digits, nothing else), or nothing.
std::optional<int64_t> ParseInt64(std::string_view text);

// A duration as people write it in configuration: "90s", "15m", "24h", "30d", "2w"; one number,
// one unit, not negative. Or nothing.
std::optional<absl::Duration> ParseDuration(std::string_view text);

// A size as people write it in configuration: "512KiB", "8MiB", "1GiB"; one number, one unit. In
// bytes. Or nothing.
std::optional<int64_t> ParseBytes(std::string_view text);

// `text` with every byte that is not printable UTF-8 shown as \xHH (control bytes, DEL, C1
// controls, invalid sequences, bidirectional overrides), so that a terminal cannot be
// commanded by a log line. A backslash stays as it is.
std::string EscapeForTerminal(std::string_view text);

// `text` with every invalid UTF-8 byte replaced by U+FFFD: for JSON, Prometheus labels and SQLite.
std::string ValidUtf8(std::string_view text);

// 1234567 -> "1,234,567".
std::string FormatCount(int64_t count);

// 1536 -> "1.5 KiB"; below 1024: "17 B".
std::string FormatBytes(int64_t bytes);

// The candidate nearest to `name` by edit distance, if near enough to be a likely typo.
std::optional<std::string_view> NearestName(std::string_view name,
                                            std::span<const std::string_view> candidates);

}  // namespace logtally

#endif  // LOGTALLY_BASE_TEXT_H_
