// What the program says, in the person's language: English, or Chinese when $LC_ALL, $LC_MESSAGES or $LANG (the
// first that is set) begins with "zh".
//
//   console.out() << Tr("filed") << "\n";
//   absl::Substitute(Tr("$0 is not a stage"), word)
//
// Mark() names a text for translators without translating it, for tables that are made before the language is known.
// Threads: SetLanguage once at the start, everything else from any thread after that.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "common/base/files.h"

namespace qf::cli {

enum class Language { kEnglish, kChinese };

// What the environment asks for.
Language LanguageOfEnvironment();

// Chooses the language; `folders` are looked through for zh_CN/LC_MESSAGES/qingfeng.mo. Stays English without one.
// Sets LC_CTYPE to C.UTF-8 as well, which every width on the screen needs: the program reads and writes UTF-8 only.
void SetLanguage(Language language, Files& files, const std::vector<std::string>& folders);

// The language that is in force: kEnglish if no catalogue was found.
Language CurrentLanguage();
// The same as a tag for the core: "zh-CN" or "en".
std::string LanguageTag();

// `english` in the person's language; itself when nobody has translated it.
const char* Tr(const char* english);
constexpr const char* Mark(const char* english) { return english; }

// `english`, made at run time (a remedy, the word for a state), in the person's language.
std::string TrText(absl::string_view english);

// What a reason means, in one sentence; empty in English, where the error's own message says more.
std::string TrReason(Reason reason);

}  // namespace qf::cli
