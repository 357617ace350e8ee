// The language for the length of a test.
#pragma once

#include "common/base/files.h"
#include "tools/qingfeng/text.h"

namespace qf::cli {

class InLanguage {
 public:
  explicit InLanguage(Language language) { SetLanguage(language, SystemFiles(), {QF_LOCALE_FOLDER}); }
  ~InLanguage() { SetLanguage(Language::kEnglish, SystemFiles(), {}); }
};

}  // namespace qf::cli
