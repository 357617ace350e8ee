#include "tools/qingfeng/text.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <set>

#include "common/base/proto_names.h"
#include "qingfeng/client/v1/desk.pb.h"
#include "qingfeng/client/v1/field.pb.h"
#include "qingfeng/client/v1/vault.pb.h"
#include "qingfeng/content/v1/report.pb.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/tools/qingfeng/test_language.h"
#include "tools/qingfeng/catalogue.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

void Environment(const char* lc_all, const char* lc_messages, const char* lang) {
  const std::pair<const char*, const char*> values[] = {
      {"LC_ALL", lc_all}, {"LC_MESSAGES", lc_messages}, {"LANG", lang}};
  for (const auto& [name, value] : values) {
    if (value == nullptr) {
      unsetenv(name);
    } else {
      setenv(name, value, 1);
    }
  }
}

TEST(Text, TheFirstVariableThatIsSetDecides) {
  Environment(nullptr, nullptr, nullptr);
  EXPECT_EQ(LanguageOfEnvironment(), Language::kEnglish);
  Environment(nullptr, nullptr, "zh_CN.UTF-8");
  EXPECT_EQ(LanguageOfEnvironment(), Language::kChinese);
  Environment("", "", "zh_CN");
  EXPECT_EQ(LanguageOfEnvironment(), Language::kChinese);
  Environment("C.UTF-8", nullptr, "zh_CN.UTF-8");
  EXPECT_EQ(LanguageOfEnvironment(), Language::kEnglish);
  Environment(nullptr, "zh_TW.UTF-8", "en_US.UTF-8");
  EXPECT_EQ(LanguageOfEnvironment(), Language::kChinese);
}

TEST(Text, ChineseNeedsItsCatalogue) {
  SetLanguage(Language::kChinese, SystemFiles(), {"/nonexistent"});
  EXPECT_EQ(CurrentLanguage(), Language::kEnglish);
  EXPECT_STREQ(Tr("yes"), "yes");
  const InLanguage chinese(Language::kChinese);
  EXPECT_EQ(LanguageTag(), "zh-CN");
  EXPECT_STREQ(Tr("yes"), "是");
  EXPECT_STREQ(Tr("nobody translated this"), "nobody translated this");
}

// Whoever adds a reason adds its words to tools/qingfeng/po/zh_CN.po.
TEST(Text, EveryReasonAndRemedyIsTranslated) {
  const InLanguage chinese(Language::kChinese);
  const auto& type = *qingfeng::common::v1::Reason_descriptor();
  for (int i = 0; i < type.value_count(); ++i) {
    const auto reason = static_cast<Reason>(type.value(i)->number());
    if (reason == Reason::REASON_UNSPECIFIED) continue;
    EXPECT_NE(TrReason(reason), "") << NameOf(reason);
    const std::string remedy(RemedyOf(reason));
    if (!remedy.empty()) {
      EXPECT_NE(TrText(remedy), remedy) << NameOf(reason);
    }
  }
}

TEST(Text, EveryWordOfAnEnumerationIsTranslated) {
  const InLanguage chinese(Language::kChinese);
  for (const auto* type :
       {clientpb::SessionState_descriptor(), clientpb::ItemState_descriptor(), clientpb::DeviceState_descriptor(),
        recordpb::Role_descriptor(), recordpb::Audience_descriptor(), recordpb::RevokeMode_descriptor(),
        contentpb::Stage_descriptor(), contentpb::Channel_descriptor()}) {
    for (const std::string& word : WordsOf(*type)) EXPECT_NE(TrText(word), word) << type->name();
  }
}

std::multiset<std::string> Placeholders(absl::string_view text) {
  std::multiset<std::string> found;
  for (size_t at = text.find('$'); at != absl::string_view::npos; at = text.find('$', at + 1)) {
    if (at + 1 < text.size() && isdigit(text[at + 1])) found.insert(std::string(text.substr(at, 2)));
  }
  return found;
}

TEST(Text, TranslationsHaveThePlaceholdersOfTheirText) {
  ASSERT_OK_AND_ASSIGN(const std::string mo,
                       ReadFile(SystemFiles(), QF_LOCALE_FOLDER "/zh_CN/LC_MESSAGES/qingfeng.mo", 4 << 20));
  ASSERT_OK_AND_ASSIGN(const Catalogue catalogue, Catalogue::Parse(mo));
  EXPECT_GT(catalogue.messages().size(), 300u);
  for (const auto& [english, chinese] : catalogue.messages()) {
    EXPECT_EQ(Placeholders(english), Placeholders(chinese)) << english;
  }
}

}  // namespace
}  // namespace qf::cli
