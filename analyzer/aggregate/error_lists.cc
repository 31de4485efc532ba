#include "aggregate/error_lists.h"

#include "base/text.h"

namespace logtally {
namespace {

bool IsPrintableAscii(std::string_view text) {
  bool odd = false;
  for (const char c : text) odd |= c < ' ' || c > '~';  // no way out: so it is done many at a time
  return !odd;
}

}  // namespace

std::string_view ListedText(std::string_view value, std::string& room) {
  const bool is_long = value.size() > kMaxListedBytes;
  if (is_long) value = value.substr(0, kMaxListedBytes);
  if (!is_long && IsPrintableAscii(value)) return value;
  room = ValidUtf8(value);
  if (is_long) room += "…";
  return room;
}

std::string_view WithoutQuery(std::string_view url) {
  url = url.substr(0, url.find('?'));
  return url.substr(0, url.find('#'));
}

void ErrorLister::Add(const ErrorKey& key, const AccessRecord& record, ErrorDetailsByKey& details) {
  details.Add(key, {.path = ListedText(WithoutQuery(record.path), path_),
                    .client = ListedText(record.client, client_),
                    .referrer = ListedText(WithoutQuery(record.referrer), referrer_),
                    .line = record.line});
}

}  // namespace logtally
