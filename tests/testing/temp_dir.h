// A folder that is gone when the test is over.
#ifndef LOGTALLY_TESTING_TEMP_DIR_H_
#define LOGTALLY_TESTING_TEMP_DIR_H_

#include <filesystem>
#include <string>
#include <string_view>

namespace logtally::testing {

class TempDir {
 public:
  TempDir() : TempDir(std::filesystem::temp_directory_path().string()) {}
  // In that folder.
  explicit TempDir(const std::string& parent);
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  std::string path() const { return path_; }
  // The path of an entry of this folder.
  std::string operator/(std::string_view name) const;

 private:
  std::string path_;
};

// The whole file; a failed read fails the test.
std::string ReadFile(const std::string& path);
void WriteFile(const std::string& path, std::string_view bytes);
void AppendFile(const std::string& path, std::string_view bytes);

}  // namespace logtally::testing

#endif  // LOGTALLY_TESTING_TEMP_DIR_H_
