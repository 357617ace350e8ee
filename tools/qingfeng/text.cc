#include "tools/qingfeng/text.h"

#include <locale.h>
#include <stdlib.h>

#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/qingfeng/catalogue.h"

namespace qf::cli {
namespace {

constexpr uint64_t kCatalogueBytesMax = 4 << 20;
constexpr absl::string_view kReasonContext = "reason";

// Set once by SetLanguage; nullptr = English.
std::unique_ptr<const Catalogue>& Current() {
  static auto* const current = new std::unique_ptr<const Catalogue>();
  return *current;
}

std::unique_ptr<const Catalogue> Load(Files& files, const std::string& folder) {
  const auto bytes = ReadFile(files, absl::StrCat(folder, "/zh_CN/LC_MESSAGES/qingfeng.mo"), kCatalogueBytesMax);
  if (!bytes.ok()) return nullptr;
  auto catalogue = Catalogue::Parse(*bytes);
  return catalogue.ok() ? std::make_unique<const Catalogue>(*std::move(catalogue)) : nullptr;
}

}  // namespace

Language LanguageOfEnvironment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return absl::StartsWith(value, "zh") ? Language::kChinese : Language::kEnglish;
  }
  return Language::kEnglish;
}

void SetLanguage(Language language, Files& files, const std::vector<std::string>& folders) {
  setlocale(LC_CTYPE, "C.UTF-8");
  Current() = nullptr;
  if (language == Language::kEnglish) return;
  for (const std::string& folder : folders) {
    if (Current() == nullptr) Current() = Load(files, folder);
  }
}

Language CurrentLanguage() { return Current() == nullptr ? Language::kEnglish : Language::kChinese; }

std::string LanguageTag() { return CurrentLanguage() == Language::kChinese ? "zh-CN" : "en"; }

const char* Tr(const char* english) {
  const char* found = Current() == nullptr ? nullptr : Current()->Find(english);
  return found == nullptr ? english : found;
}

std::string TrText(absl::string_view english) { return Tr(std::string(english).c_str()); }

std::string TrReason(Reason reason) {
  const char* found = Current() == nullptr ? nullptr : Current()->Find(kReasonContext, NameOf(reason));
  return found == nullptr ? "" : found;
}

}  // namespace qf::cli
