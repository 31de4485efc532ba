// The log formats that logtally knows from the start: schemas/formats/*.json, inside the binary.
#ifndef LOGTALLY_PARSE_FORMAT_PRESETS_H_
#define LOGTALLY_PARSE_FORMAT_PRESETS_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "parse/log_format.h"

namespace logtally {

struct FormatPreset {
  std::string title;        // one line for people
  std::string description;  // when a server writes it
  std::string source;       // where the format is defined
  std::string layout;       // empty for JSON
  std::shared_ptr<const LogFormat> format;
};

// All presets, sorted by name. Lives as long as the program.
std::span<const FormatPreset> FormatPresets();

// Their names, sorted.
std::vector<std::string> FormatNames();

// Errors: kNotFound with the nearest name, if one is near, and all names.
absl::StatusOr<std::shared_ptr<const LogFormat>> FindFormat(std::string_view name);

// Reads one format file; schemas/json/format.schema.json says what it holds. The samples are for
// the tests and are not kept.
// Errors: kInvalidArgument "PATH: …": no JSON, a missing, unknown or mistyped key, a name that is
// not the file's, a bad layout or description of JSON.
absl::StatusOr<FormatPreset> ParseFormatFile(std::string_view path, std::string_view bytes);

}  // namespace logtally

#endif  // LOGTALLY_PARSE_FORMAT_PRESETS_H_
