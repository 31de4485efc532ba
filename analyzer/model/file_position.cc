#include "model/file_position.h"

#include <iterator>

namespace logtally {
namespace {
constexpr std::string_view kStates[] = {"live", "draining", "done", "lost", "await_copy"};
}

std::string_view FileStateName(FileState state) { return kStates[static_cast<int>(state)]; }

std::optional<FileState> ParseFileState(std::string_view name) {
  for (size_t i = 0; i < std::size(kStates); ++i) {
    if (kStates[i] == name) return static_cast<FileState>(i);
  }
  return std::nullopt;
}

}  // namespace logtally
