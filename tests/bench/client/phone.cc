#include "tests/bench/client/phone.h"

#include "absl/strings/str_cat.h"
#include "client-core/desk/invitations.h"
#include "common/base/check.h"

namespace qf::bench {
namespace {

constexpr size_t kReportBytes = 2000;

// Vocabulary that dictionary 1 was not made from.
constexpr const char* kChinese[] = {"张庄村东头的小卖部", "副乡长的表弟",     "挨家挨户敲门",     "塞了两条香烟",
                                    "说好投票以后再给",   "有三个邻居看见",   "当天晚上九点多",   "村委会的广播",
                                    "名单贴得太高",       "老人们看不清楚",   "换了一张红纸",     "没有人签字",
                                    "拖拉机送来的米",     "登记本上少了一页", "他承认是他写的",   "第二天又来了一趟",
                                    "孩子拍下了照片",     "车牌用布遮住",     "开会只开了五分钟", "会计不肯说"};
constexpr const char* kEnglish[] = {
    "the tally sheet was amended", "witnesses left early",   "a borrowed minibus", "envelopes by the door",
    "no quorum that evening",      "the clerk hesitated",    "receipts withheld",  "names struck out in pencil",
    "promised a paved road",       "the ballot box unsealed"};

// Sentences without an end in sight, different for each number.
std::string Words(Entropy& entropy, size_t size_bytes) {
  std::string out;
  while (out.size() < size_bytes) {
    if (entropy.Below(4) == 0) {
      absl::StrAppend(&out, kEnglish[entropy.Below(std::size(kEnglish))], " ", entropy.Below(1000), ". ");
    } else {
      absl::StrAppend(&out, kChinese[entropy.Below(std::size(kChinese))], entropy.Below(2) == 0 ? "，" : "。");
    }
  }
  return out;
}

}  // namespace

Phone::Phone() {
  admin_.Open(log_);
  manager_ = NewDevice(recordpb::ROLE_CASE_MANAGER, "manager");
  admin_.Sync();
  phone_ = NewDevice(recordpb::ROLE_INFORMANT, "phone");
  QF_CHECK(phone_->session().authority().NewestEpoch(recordpb::AUDIENCE_OFFICE).has_value());
}

std::unique_ptr<TestDesk> Phone::NewDevice(recordpb::Role role, const std::string& name) {
  clientpb::CreateInvitationRequest request;
  request.set_role(role);
  request.mutable_person()->set_name(name);
  const auto response = client::CreateInvitation(admin_.session(), request);
  QF_CHECK(response.ok());
  admin_.Sync();
  auto device = std::make_unique<TestDesk>(world_, name);
  device->Open(log_);
  device->Enrol(response->invitation());
  device->Sync();
  admin_.Sync();
  device->Sync();
  return device;
}

contentpb::Report ReferenceReport(uint64_t number) {
  SeededEntropy entropy(number);
  contentpb::Report report;
  report.set_violation("ban.canvassing.favour");
  report.set_township("宁远堡镇");
  report.set_stage(contentpb::STAGE_NOMINATION);
  report.set_channel(contentpb::CHANNEL_FIELD);
  report.set_title(Words(entropy, 60));
  report.set_when(Words(entropy, 40));
  report.set_where(Words(entropy, 60));
  report.set_evidence(Words(entropy, 120));
  for (int i = 0; i < 8; ++i) {
    auto& person = *report.add_people();
    person.set_name(Words(entropy, 12));
    person.set_post(Words(entropy, 20));
    person.set_unit(Words(entropy, 20));
  }
  auto& correction = *report.mutable_on_the_spot();
  correction.set_stopped_at_us(1'700'000'000'000'000 + number);
  correction.set_corrected_at_us(1'700'000'360'000'000 + number);
  correction.set_by(Words(entropy, 12));
  correction.set_what(Words(entropy, 60));
  report.set_what(Words(entropy, kReportBytes - report.ByteSizeLong()));
  return report;
}

}  // namespace qf::bench
