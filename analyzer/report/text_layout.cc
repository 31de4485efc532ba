#include "report/text_layout.h"

#include <algorithm>

#include "absl/strings/str_format.h"

namespace logtally {
namespace {

// What must stay in one piece: a character, or an escape of four.
struct Glyph {
  std::string_view bytes;
  size_t columns = 0;
};

// Ranges of the East Asian Width classes W and F, and of emoji, without their rare gaps.
// Source: Unicode Standard Annex #11.
bool IsWide(char32_t c) {
  return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
         (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
         (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) ||
         (c >= 0x20000 && c <= 0x3FFFD);
}

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

Glyph FirstGlyph(std::string_view text) {
  if (text.size() >= 4 && text[0] == '\\' && text[1] == 'x' && IsHexDigit(text[2]) &&
      IsHexDigit(text[3])) {
    return {text.substr(0, 4), 4};
  }
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  size_t size = 1;
  while (size < text.size() && size < 4 && byte(0) >= 0xC0 && (byte(size) & 0xC0) == 0x80) ++size;
  char32_t code_point = byte(0);
  if (size > 1) {
    code_point &= 0xFFu >> (size + 1);
    for (size_t i = 1; i < size; ++i) code_point = (code_point << 6) | (byte(i) & 0x3Fu);
  }
  return {text.substr(0, size), IsWide(code_point) ? 2u : 1u};
}

std::vector<Glyph> GlyphsOf(std::string_view text) {
  std::vector<Glyph> glyphs;
  while (!text.empty()) {
    glyphs.push_back(FirstGlyph(text));
    text.remove_prefix(glyphs.back().bytes.size());
  }
  return glyphs;
}

// Bytes of the longest beginning of `text` that fits; at least one glyph, so that wrapping ends.
size_t BytesThatFit(std::string_view text, size_t columns) {
  size_t bytes = 0;
  size_t used = 0;
  while (bytes < text.size()) {
    const Glyph glyph = FirstGlyph(text.substr(bytes));
    if (used + glyph.columns > columns && bytes > 0) break;
    bytes += glyph.bytes.size();
    used += glyph.columns;
  }
  return bytes;
}

}  // namespace

size_t ColumnsOf(std::string_view text) {
  size_t columns = 0;
  while (!text.empty()) {
    const Glyph glyph = FirstGlyph(text);
    columns += glyph.columns;
    text.remove_prefix(glyph.bytes.size());
  }
  return columns;
}

std::string CutToColumns(std::string_view text, size_t columns, std::string_view ellipsis) {
  const std::vector<Glyph> glyphs = GlyphsOf(text);
  size_t all = 0;
  for (const Glyph& glyph : glyphs) all += glyph.columns;
  if (all <= columns) return std::string(text);

  const size_t room = columns - std::min(columns, ColumnsOf(ellipsis));
  const size_t tail_room = room / 3;
  size_t used = 0;
  std::string head;
  for (const Glyph& glyph : glyphs) {
    if (used + glyph.columns > room - tail_room) break;
    used += glyph.columns;
    head += glyph.bytes;
  }
  size_t tail_used = 0;
  size_t tail_bytes = 0;
  for (auto glyph = glyphs.rbegin(); glyph != glyphs.rend(); ++glyph) {
    if (tail_used + glyph->columns > room - used) break;
    tail_used += glyph->columns;
    tail_bytes += glyph->bytes.size();
  }
  return absl::StrFormat("%s%s%s", head, ellipsis, text.substr(text.size() - tail_bytes));
}

std::vector<std::string> WrapToColumns(std::string_view text, size_t columns, size_t first_indent) {
  std::vector<std::string> lines;
  std::string line;
  size_t room = columns - std::min(columns, first_indent);
  size_t used = 0;
  const auto end_line = [&] {
    lines.push_back(std::move(line));
    line.clear();
    room = columns;
    used = 0;
  };
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (text.empty()) break;
    std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    if (used > 0 && used + 1 + ColumnsOf(word) > room) end_line();
    if (used > 0) {
      line += ' ';
      ++used;
    }
    while (ColumnsOf(word) > room - used) {
      const size_t bytes = BytesThatFit(word, room - used);
      line += word.substr(0, bytes);
      word.remove_prefix(bytes);
      end_line();
    }
    line += word;
    used += ColumnsOf(word);
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string EscapeToAscii(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x80 ? std::string(1, c) : absl::StrFormat("\\x%02X", byte);
  }
  return out;
}

}  // namespace logtally
