#include "tests/bench/client/phone.h"

#include "absl/strings/str_cat.h"
#include "client-core/desk/invitations.h"
#include "common/base/check.h"

namespace qf::bench {
namespace {

constexpr size_t kReportBytes = 2000;

// Words that dictionary 1 was not made from …
constexpr const char* kUnseenChinese[] = {
    "张庄村东头的小卖部", "副乡长的表弟",   "挨家挨户敲门",   "塞了两条香烟",     "说好投票以后再给",
    "有三个邻居看见",     "当天晚上九点多", "村委会的广播",   "名单贴得太高",     "老人们看不清楚",
    "换了一张红纸",       "没有人签字",     "拖拉机送来的米", "登记本上少了一页", "他承认是他写的",
    "第二天又来了一趟",   "孩子拍下了照片", "车牌用布遮住",   "开会只开了五分钟", "会计不肯说"};
constexpr const char* kUnseenEnglish[] = {
    "the tally sheet was amended", "witnesses left early",   "a borrowed minibus", "envelopes by the door",
    "no quorum that evening",      "the clerk hesitated",    "receipts withheld",  "names struck out in pencil",
    "promised a paved road",       "the ballot box unsealed"};
// … and words of tools/dictionary/words.py.
constexpr const char* kKnownChinese[] = {"不准通过宴请、安排消费活动拉票",
                                         "不准许诺职务、利益",
                                         "推荐大会前一天",
                                         "考察组来之前",
                                         "村委会会议室",
                                         "镇政府三楼会议室",
                                         "农贸市场旁边",
                                         "党员活动室",
                                         "镇长候选人",
                                         "村党支部书记",
                                         "人大代表候选人",
                                         "社区服务中心",
                                         "公示期间",
                                         "选举当天早上",
                                         "中午十二点左右",
                                         "不准赠送现金、有价证券、礼品",
                                         "严禁拉票贿选",
                                         "村民小组长家中",
                                         "村委会主任",
                                         "联系领导"};
constexpr const char* kKnownEnglish[] = {"canvassing and vote-buying are forbidden",
                                         "last Tuesday evening",
                                         "the day before the nomination",
                                         "third floor of the township office",
                                         "a restaurant in town",
                                         "candidate for township head",
                                         "before the vetting group came",
                                         "beside the market",
                                         "chair of the village committee",
                                         "no promises of posts or advantages"};

// Phrases without an end in sight, of one vocabulary and drawn by one entropy.
class Speaker {
 public:
  Speaker(uint64_t seed, Vocabulary vocabulary) : entropy_(seed), known_(vocabulary == Vocabulary::kKnown) {}

  std::string Words(size_t size_bytes) {
    std::string out;
    while (out.size() < size_bytes) {
      if (entropy_.Below(4) == 0) {
        absl::StrAppend(&out, Pick(known_ ? kKnownEnglish : kUnseenEnglish), " ", entropy_.Below(1000), ". ");
      } else {
        absl::StrAppend(&out, Pick(known_ ? kKnownChinese : kUnseenChinese), entropy_.Below(2) == 0 ? "，" : "。");
      }
    }
    return out;
  }

 private:
  template <size_t N>
  const char* Pick(const char* const (&phrases)[N]) {
    return phrases[entropy_.Below(N)];
  }

  SeededEntropy entropy_;
  const bool known_;
};

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

contentpb::Report ReferenceReport(uint64_t number, Vocabulary vocabulary) {
  Speaker speaker(number, vocabulary);
  contentpb::Report report;
  report.set_violation("ban.canvassing.favour");
  report.set_township("宁远堡镇");
  report.set_stage(contentpb::STAGE_NOMINATION);
  report.set_channel(contentpb::CHANNEL_FIELD);
  report.set_title(speaker.Words(60));
  report.set_when(speaker.Words(40));
  report.set_where(speaker.Words(60));
  report.set_evidence(speaker.Words(120));
  for (int i = 0; i < 8; ++i) {
    auto& person = *report.add_people();
    person.set_name(speaker.Words(12));
    person.set_post(speaker.Words(20));
    person.set_unit(speaker.Words(20));
  }
  auto& correction = *report.mutable_on_the_spot();
  correction.set_stopped_at_us(1'700'000'000'000'000 + number);
  correction.set_corrected_at_us(1'700'000'360'000'000 + number);
  correction.set_by(speaker.Words(12));
  correction.set_what(speaker.Words(60));
  report.set_what(speaker.Words(kReportBytes - report.ByteSizeLong()));
  return report;
}

}  // namespace qf::bench
