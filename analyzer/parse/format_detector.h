// Finds out which built-in format a log has, by letting its lines vote.
#ifndef LOGTALLY_PARSE_FORMAT_DETECTOR_H_
#define LOGTALLY_PARSE_FORMAT_DETECTOR_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "parse/log_format.h"
#include "parse/timestamp.h"

namespace logtally {

// Shape:  a line votes for every format that it matches. The result is, of the formats with
//         nearly as many votes as the best, the one that says most (LogFormat::specificity); of
//         equals the one with more votes; of equals still, the one that the path hints at: apache_*
//         for a path with "apache" or "httpd" in it, else nginx_*.
//         Under half of the lines is no result.
// Thread: one at a time.
class FormatDetector {
 public:
  // Looking at more lines would not change the answer any more.
  static constexpr int kMaxLines = 200;

  struct Result {
    std::shared_ptr<const LogFormat> format;  // null: none
    double confidence = 0;                    // share of the lines seen that match it, 0 … 1
    int lines_seen = 0;
  };

  explicit FormatDetector(std::string_view path);

  // Ignores empty lines, and all lines after kMaxLines.
  void Vote(std::string_view line);
  bool has_seen_enough() const { return lines_seen_ >= kMaxLines; }

  // The answer so far.
  Result result() const;

  // Forgets all votes.
  void Restart();

 private:
  std::string preferred_prefix_;
  std::vector<int> votes_;  // votes_[i] for FormatPresets()[i]
  int lines_seen_ = 0;
  TimestampReader timestamps_;
};

}  // namespace logtally

#endif  // LOGTALLY_PARSE_FORMAT_DETECTOR_H_
