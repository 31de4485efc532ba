#include "base/build_info.h"

#define LOGTALLY_TEXT_INNER_(x) #x
#define LOGTALLY_TEXT_(x) LOGTALLY_TEXT_INNER_(x)

namespace logtally {

std::string_view BuildVersion() { return LOGTALLY_VERSION; }

std::string_view BuildRevision() { return LOGTALLY_REVISION; }

std::string_view BuildCompiler() {
#if defined(__clang__)
  return "clang " LOGTALLY_TEXT_(__clang_major__) "." LOGTALLY_TEXT_(
      __clang_minor__) "." LOGTALLY_TEXT_(__clang_patchlevel__);
#else
  return "gcc " LOGTALLY_TEXT_(__GNUC__) "." LOGTALLY_TEXT_(__GNUC_MINOR__) "." LOGTALLY_TEXT_(
      __GNUC_PATCHLEVEL__);
#endif
}

}  // namespace logtally
