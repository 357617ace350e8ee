#include "client-core/desk/arrivals.h"

#include "client-core/desk/arrival_list.h"
#include "client-core/desk/casework.h"
#include "client-core/desk/revoke.h"
#include "client-core/desk/words.h"
#include "client-core/store/entry.h"
#include "client-core/store/item.h"
#include "common/base/try.h"
#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ArrivalsTest : public DeskTest {
 protected:
  record::Record Append(const record::Record& record) {
    log.Append(record);
    return record;
  }
  contentpb::Report Titled(const std::string& title, const std::string& township = "") {
    contentpb::Report report;
    report.set_title(title);
    report.set_township(township);
    return report;
  }
  std::vector<clientpb::Arrival> List(TestDesk& desk, const clientpb::ListArrivalsRequest& request = {}) {
    const auto response = ListArrivals(desk.desk(), request);
    EXPECT_OK(response);
    return {response->arrivals().begin(), response->arrivals().end()};
  }
  std::vector<std::string> Titles(TestDesk& desk, const clientpb::ListArrivalsRequest& request = {}) {
    std::vector<std::string> out;
    for (const auto& arrival : List(desk, request)) out.push_back(arrival.report().title());
    return out;
  }
  std::vector<std::string> Search(TestDesk& desk, const std::string& words) {
    clientpb::ListArrivalsRequest request;
    request.set_search(words);
    return Titles(desk, request);
  }
  absl::StatusOr<clientpb::GetArrivalResponse> Ask(TestDesk& desk, const RecordId& id) {
    clientpb::GetArrivalRequest request;
    request.set_record_id(id.str());
    absl::StatusOr<clientpb::GetArrivalResponse> out;
    GetArrival(desk.desk(), request,
               [&](absl::StatusOr<clientpb::GetArrivalResponse> response) { out = std::move(response); });
    world.loop.Run();
    return out;
  }
  clientpb::GetArrivalResponse Get(TestDesk& desk, const RecordId& id) {
    auto out = Ask(desk, id);
    EXPECT_OK(out);
    return *std::move(out);
  }
  absl::StatusOr<clientpb::ReplyResponse> Answer(TestDesk& desk, const RecordId& id, const std::string& text) {
    clientpb::ReplyRequest request;
    request.set_record_id(id.str());
    request.set_text(text);
    return Reply(desk.desk(), request);
  }

  std::unique_ptr<TestDesk> manager = NewManager();
  static constexpr char kReporter[] = "Li Na";
  std::unique_ptr<TestPhone> phone = NewPhone(kReporter);
};

TEST_F(ArrivalsTest, AnArrivalSaysWhatWhoAndWhen) {
  auto report = Titled("canvassing", "东寨");
  report.set_what("拉票贿选");
  const auto record = Append(phone->Report(report));
  const auto place = Find(recordpb::KIND_REPORT)[0].place;
  manager->Sync();
  const auto arrivals = List(*manager);
  ASSERT_THAT(arrivals, SizeIs(1));
  EXPECT_EQ(arrivals[0].record_id(), record.id.bytes());
  EXPECT_EQ(arrivals[0].author(), phone->key().bytes());
  EXPECT_EQ(arrivals[0].item_id(), record.header.item.bytes());
  EXPECT_EQ(arrivals[0].position(), place.position);
  EXPECT_EQ(arrivals[0].clock_at_us(), place.clock_at_us);
  EXPECT_EQ(arrivals[0].report().what(), "拉票贿选");
  EXPECT_EQ(arrivals[0].reporter().name(), kReporter);
  EXPECT_EQ(arrivals[0].problem(), Reason::REASON_UNSPECIFIED);
  EXPECT_FALSE(arrivals[0].not_yet_certified());
  EXPECT_FALSE(arrivals[0].late());
}

TEST_F(ArrivalsTest, OnePersonsThingIsShownOnceTheEarliestOfItsRecords) {
  const ItemId item = world.entropy.Random<ItemId>();
  const auto first = Append(phone->Report(Titled("first"), item));
  manager->Sync();
  const auto again = Append(phone->Report(Titled("placed anew"), item));
  manager->Sync();
  EXPECT_THAT(Titles(*manager), ElementsAre("first"));
  // One that was first accepted before it and returned later takes its place.
  const auto earliest = phone->Report(Titled("proved to be earlier"), item);
  log.Append(earliest, 0, Find(recordpb::KIND_REPORT)[0].place.clock_at_us - 1);
  manager->Sync();
  EXPECT_THAT(Titles(*manager), ElementsAre("proved to be earlier"));
  EXPECT_EQ(ListArrivals(manager->desk(), {})->total(), 1u);
  // It is found by every id that it ever had, and by words once.
  for (const RecordId& id : {first.id, again.id, earliest.id}) {
    EXPECT_EQ(Get(*manager, id).arrival().record_id(), earliest.id.bytes());
  }
  EXPECT_THAT(Search(*manager, "anew"), IsEmpty());
  EXPECT_THAT(Search(*manager, "earlier"), ElementsAre("proved to be earlier"));
  // The same item id of another author is another thing.
  const auto other = NewPhone("Wang");
  Append(other->Report(Titled("another's"), item));
  manager->Sync();
  EXPECT_THAT(Titles(*manager), SizeIs(2));
}

TEST_F(ArrivalsTest, AreListedNewestFirstByPagesAndByTownship) {
  for (int i = 0; i < 25; ++i) Append(phone->Report(Titled(std::to_string(i), i % 2 == 0 ? "东寨" : "朱王堡")));
  manager->Sync();
  clientpb::ListArrivalsRequest request;
  request.set_page_size(10);
  std::vector<std::string> seen;
  for (int page = 0; page < 3; ++page) {
    const auto response = *ListArrivals(manager->desk(), request);
    EXPECT_EQ(response.total(), 25u);
    EXPECT_EQ(response.more(), page < 2);
    for (const auto& arrival : response.arrivals()) seen.push_back(arrival.report().title());
    request.set_before_position(response.arrivals(response.arrivals_size() - 1).position());
  }
  ASSERT_THAT(seen, SizeIs(25));
  for (int i = 0; i < 25; ++i) EXPECT_EQ(seen[static_cast<size_t>(i)], std::to_string(24 - i));
  clientpb::ListArrivalsRequest township;
  township.set_township("朱王堡");
  EXPECT_THAT(Titles(*manager, township), SizeIs(12));
  township.set_search("11");
  EXPECT_THAT(Titles(*manager, township), ElementsAre("11"));
  township.set_search("12");
  EXPECT_THAT(Titles(*manager, township), IsEmpty());
}

TEST_F(ArrivalsTest, EachFilterLeavesWhatItNames) {
  auto report = Titled("gift", "东寨");
  report.set_violation("ban.canvassing.gift");
  report.set_stage(contentpb::STAGE_VETTING);
  Append(phone->Report(report));
  const uint64_t noon = world.clock.NowUs() + kMicrosPerHour;
  world.clock.Advance(2 * kMicrosPerHour);
  report.set_title("posts");
  report.set_violation("ban.canvassing_posts");
  report.set_stage(contentpb::STAGE_ELECTION);
  Append(phone->Report(report));
  manager->Sync();
  const auto titles = [&](auto set) {
    clientpb::ListArrivalsRequest request;
    set(request);
    return Titles(*manager, request);
  };
  EXPECT_THAT(titles([](auto& r) { r.set_violation("ban.canvassing.gift"); }), ElementsAre("gift"));
  EXPECT_THAT(titles([](auto& r) { r.set_violation("ban.canvassing"); }), ElementsAre("gift"));  // and those under it
  EXPECT_THAT(titles([](auto& r) { r.set_violation("ban"); }), ElementsAre("posts", "gift"));
  EXPECT_THAT(titles([](auto& r) { r.set_stage(contentpb::STAGE_ELECTION); }), ElementsAre("posts"));
  EXPECT_THAT(titles([&](auto& r) { r.set_from_us(noon); }), ElementsAre("posts"));
  EXPECT_THAT(titles([&](auto& r) { r.set_until_us(noon); }), ElementsAre("gift"));
  EXPECT_THAT(titles([](auto& r) { r.set_urgent(true); }), IsEmpty());
  EXPECT_THAT(titles([](auto& r) { r.set_unanswered(true); }), IsEmpty());
  EXPECT_THAT(titles([](auto& r) {
                r.set_search("东寨");
                r.set_stage(contentpb::STAGE_VETTING);
              }),
              ElementsAre("gift"));
}

TEST_F(ArrivalsTest, WordsAreFoundInMessagesAndInTheReportersName) {
  const auto report = Append(phone->Report(Titled("report")));
  const auto other = NewPhone("王芳");
  Append(other->Report(Titled("another's")));
  manager->Sync();
  EXPECT_THAT(Search(*manager, "王芳"), ElementsAre("another's"));
  EXPECT_THAT(Search(*manager, "芳"), ElementsAre("another's"));
  EXPECT_THAT(Search(*manager, "王芳 another"), ElementsAre("another's"));
  EXPECT_THAT(Search(*manager, "王芳 report"), IsEmpty());
  EXPECT_THAT(Search(*manager, "信封"), IsEmpty());
  Append(phone->Message(report, "他还送了信封"));
  manager->Sync();
  EXPECT_THAT(Search(*manager, "信封"), ElementsAre("report"));
  EXPECT_THAT(Search(*manager, "送了信封"), ElementsAre("report"));
  EXPECT_THAT(Search(*manager, "report 信封 Li"), ElementsAre("report"));
  // The answer too, once it is in the log.
  ASSERT_OK(Answer(*manager, report.id, "请保存证据").status());
  manager->Sync();
  EXPECT_THAT(Search(*manager, "证据"), ElementsAre("report"));
}

TEST_F(ArrivalsTest, APageReadsABoundedNumberOfTextsAndSaysWhereToGoOn) {
  // Each has both pairs of the word looked for, and only the oldest the word.
  Append(phone->Report(Titled("选举人")));
  for (size_t i = 0; i < kTextsReadMax + 20; ++i) Append(phone->Report(Titled("举人 选举")));
  manager->Sync();
  clientpb::ListArrivalsRequest request;
  request.set_search("选举人");
  const auto first = *ListArrivals(manager->desk(), request);
  EXPECT_EQ(first.arrivals_size(), 0);
  EXPECT_TRUE(first.more());
  request.set_before_position(first.next_before_position());
  const auto second = *ListArrivals(manager->desk(), request);
  ASSERT_EQ(second.arrivals_size(), 1);
  EXPECT_EQ(second.arrivals(0).report().title(), "选举人");
  EXPECT_FALSE(second.more());
  EXPECT_EQ(second.next_before_position(), 0u);
}

TEST_F(ArrivalsTest, WhatCannotBeOpenedIsShownAndOpensWhenTheKeyComes) {
  Append(phone->Report(Titled("sealed")));
  const auto duty = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty");
  auto arrivals = List(*duty);
  ASSERT_THAT(arrivals, SizeIs(1));
  EXPECT_EQ(arrivals[0].problem(), Reason::REASON_NOT_GRANTED);
  EXPECT_FALSE(arrivals[0].has_report());
  EXPECT_THAT(Search(*duty, "sealed"), IsEmpty());
  manager->Sync();
  ASSERT_OK(Grant(*manager, *duty));
  manager->Sync();
  duty->Sync();
  EXPECT_THAT(Titles(*duty), ElementsAre("sealed"));
  EXPECT_THAT(Search(*duty, "sealed"), ElementsAre("sealed"));
  EXPECT_EQ(List(*duty)[0].reporter().name(), "Li Na");
  EXPECT_EQ(ListArrivals(duty->desk(), {})->total(), 1u);
}

TEST_F(ArrivalsTest, WhoReadsNoReportsLearnsNothingOfWhoReported) {
  const auto report = Append(phone->Report(Titled("report")));
  admin.Sync();
  manager->Sync();
  EXPECT_THAT(ListArrivals(admin.desk(), {}).status(), Fails(Reason::REASON_ROLE));
  clientpb::ListArrivalsRequest by_name;
  by_name.set_search(kReporter);
  EXPECT_THAT(ListArrivals(admin.desk(), by_name).status(), Fails(Reason::REASON_ROLE));
  EXPECT_THAT(Ask(admin, report.id).status(), Fails(Reason::REASON_ROLE));
  EXPECT_THAT(ListCases(admin.desk(), {}).status(), Fails(Reason::REASON_ROLE));
  EXPECT_EQ(List(*manager)[0].reporter().name(), kReporter);
}

TEST_F(ArrivalsTest, ABodyThatComesLateIsTakenIn) {
  const auto record = phone->Report(Titled("late body"));
  manager->Sync();
  log.AppendWithoutBody(record);
  manager->ExchangeOnce();
  EXPECT_EQ(List(*manager)[0].problem(), Reason::REASON_NOT_FOUND);
  manager->ExchangeOnce();  // asks for it
  EXPECT_THAT(Titles(*manager), ElementsAre("late body"));
  EXPECT_THAT(Search(*manager, "late"), ElementsAre("late body"));
}

TEST_F(ArrivalsTest, WhatAnAuthorMadeBadlyDoesNotStandInTheWay) {
  contentpb::Content message;
  message.mutable_message()->set_text("in a report's place");
  Append(phone->Seal(recordpb::KIND_REPORT, message));
  Append(phone->Report(Titled("good")));
  Append(log.Make(phone->signer(), record::Feed::Office(), recordpb::KIND_REPORT, {}));  // no content at all
  manager->Sync();
  const auto arrivals = List(*manager);
  ASSERT_THAT(arrivals, SizeIs(3));
  EXPECT_EQ(arrivals[0].problem(), Reason::REASON_MALFORMED);
  EXPECT_EQ(arrivals[1].report().title(), "good");
  EXPECT_EQ(arrivals[2].problem(), Reason::REASON_MALFORMED);
}

TEST_F(ArrivalsTest, ProvisionalLateAndRevokedAuthorsAreMarked) {
  TestPhone provisional(log, world.entropy);
  provisional.Enrol(Invite(recordpb::ROLE_INFORMANT));
  Append(provisional.Report(Titled("provisional")));
  manager->Sync();
  clientpb::ListArrivalsRequest not_certified, late;
  not_certified.set_not_yet_certified(true);
  late.set_late(true);
  EXPECT_TRUE(List(*manager)[0].not_yet_certified());
  EXPECT_THAT(Titles(*manager, not_certified), ElementsAre("provisional"));
  admin.Sync();
  manager->Sync();
  EXPECT_FALSE(List(*manager)[0].not_yet_certified());  // the certificate covers it
  EXPECT_THAT(Titles(*manager, not_certified), IsEmpty());

  clientpb::RevokeDeviceRequest revoke;
  revoke.set_device_key(phone->key().str());
  ASSERT_OK(RevokeDevice(admin.session(), revoke));
  admin.Sync();
  world.clock.Advance(kMicrosPerSecond);
  Append(phone->Report(Titled("draining")));
  manager->Sync();
  EXPECT_EQ(List(*manager)[0].report().title(), "draining");
  EXPECT_TRUE(List(*manager)[0].late());
  EXPECT_FALSE(List(*manager)[1].late());

  world.clock.Advance(3 * 365 * kMicrosPerDay);
  Append(provisional.Report(Titled("after the certificate")));
  Append(phone->Report(Titled("long after the revocation")));  // a server of ours refuses it
  manager->Sync();
  EXPECT_EQ(List(*manager)[0].report().title(), "after the certificate");
  EXPECT_TRUE(List(*manager)[0].late());
  EXPECT_THAT(Titles(*manager, late), ElementsAre("after the certificate", "draining"));
}

TEST_F(ArrivalsTest, WhoseRoleEndsSpeaksForTheOfficeNoMore) {
  const auto report = Append(phone->Report(Titled("report")));
  Append(phone->Message(report, "is anybody there?"));
  const auto duty = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty");
  manager->Sync();
  ASSERT_OK(Grant(*manager, *duty));
  manager->Sync();
  duty->Sync();
  // The answer is written before the REVOKE and takes its place in the log after it.
  ASSERT_OK(Answer(*duty, report.id, "yes").status());
  clientpb::ListArrivalsRequest unanswered;
  unanswered.set_unanswered(true);
  duty->Sync();
  manager->Sync();
  EXPECT_THAT(Titles(*manager, unanswered), IsEmpty());
  const auto answer = Find(recordpb::KIND_MESSAGE).back();
  // A REVOKE that was proved to be earlier than the answer returns after it.
  recordpb::ClearPart clear;
  clear.mutable_revoke()->set_device(duty->key().str());
  clear.mutable_revoke()->set_mode(recordpb::REVOKE_MODE_DRAIN);
  log.Append(log.Make(admin.signer(), record::Feed::Broadcast(), recordpb::KIND_REVOKE, clear), 0,
             answer.place.clock_at_us - 1);
  manager->Sync();
  EXPECT_THAT(Titles(*manager, unanswered), ElementsAre("report"));
  EXPECT_EQ(List(*manager)[0].unanswered(), 1u);
  EXPECT_EQ(List(*manager)[0].messages(), 1u);
}

TEST_F(ArrivalsTest, RefusedEntriesAreNoArrivals) {
  log.Append(phone->Report(Titled("refused")), Reason::REASON_FEED);
  manager->Sync();
  EXPECT_THAT(List(*manager), IsEmpty());
}

TEST_F(ArrivalsTest, MessagesGoBothWaysAndTheUnansweredAreCounted) {
  const auto report = Append(phone->Report(Titled("report")));
  Append(phone->Message(report, "one more thing"));
  Append(phone->Message(report, "and another"));
  manager->Sync();
  EXPECT_EQ(List(*manager)[0].messages(), 2u);
  EXPECT_EQ(List(*manager)[0].unanswered(), 2u);

  ASSERT_OK_AND_ASSIGN(const auto reply, Answer(*manager, report.id, "我们收到了"));
  auto detail = Get(*manager, report.id);
  ASSERT_EQ(detail.messages_size(), 3);  // the own one waits
  EXPECT_EQ(detail.messages(2).message().text(), "我们收到了");
  EXPECT_EQ(detail.messages(2).item_id(), reply.item_id());
  EXPECT_EQ(detail.messages(2).received_at_us(), 0u);
  EXPECT_EQ(detail.messages(2).state(), clientpb::ITEM_STATE_FILED);
  EXPECT_TRUE(detail.messages(2).own());
  manager->Sync();
  detail = Get(*manager, report.id);
  ASSERT_EQ(detail.messages_size(), 3);
  EXPECT_EQ(detail.messages(0).message().text(), "one more thing");
  EXPECT_FALSE(detail.messages(0).own());
  EXPECT_TRUE(detail.messages(0).by_reporter());
  EXPECT_FALSE(detail.messages(2).by_reporter());
  EXPECT_TRUE(detail.messages(0).author_counts());
  EXPECT_GT(detail.messages(2).received_at_us(), 0u);
  EXPECT_EQ(detail.arrival().unanswered(), 0u);
  EXPECT_EQ(detail.arrival().messages(), 3u);

  // It went to the author's inbox, and the phone opens it.
  const auto sent = Find(recordpb::KIND_MESSAGE).back();
  EXPECT_EQ(sent.record.header.feed.name(), record::Feed::Inbox(phone->key()).name());
  EXPECT_EQ(sent.record.header.reference, report.id);
  EXPECT_EQ(phone->Open(sent.record.ToProto()).message().text(), "我们收到了");
  EXPECT_EQ(phone->Open(sent.record.ToProto()).message().report_item_id(), report.header.item.bytes());

  clientpb::ListArrivalsRequest unanswered;
  unanswered.set_unanswered(true);
  EXPECT_THAT(Titles(*manager, unanswered), IsEmpty());
  Append(phone->Message(report, "thank you"));
  manager->Sync();
  EXPECT_EQ(List(*manager)[0].unanswered(), 1u);
  EXPECT_THAT(Titles(*manager, unanswered), ElementsAre("report"));
}

TEST_F(ArrivalsTest, AnAnswerThatDidNotArriveIsShownAsThat) {
  const auto report = Append(phone->Report(Titled("report")));
  manager->Sync();
  for (const auto& [kept, shown] : {std::pair(ItemState::kRefused, clientpb::ITEM_STATE_REFUSED),
                                    std::pair(ItemState::kDamaged, clientpb::ITEM_STATE_DAMAGED)}) {
    ASSERT_OK_AND_ASSIGN(const auto reply, Answer(*manager, report.id, "can you say more?"));
    ASSERT_OK(manager->session().database().Write([&, kept = kept](sql::WriteTxn& tx) -> absl::Status {
      QF_TRY_ASSIGN(Item item, GetItem(tx, *ItemId::From(reply.item_id())));
      item.state = kept;
      return UpdateItem(tx, item);
    }));
    const auto detail = Get(*manager, report.id);
    const auto& last = detail.messages(detail.messages_size() - 1);
    EXPECT_EQ(last.message().text(), "can you say more?");
    EXPECT_EQ(last.item_id(), reply.item_id());
    EXPECT_EQ(last.state(), shown);
  }
}

TEST_F(ArrivalsTest, NobodySpeaksInAnothersReport) {
  const auto report = Append(phone->Report(Titled("report")));
  const auto stranger = NewPhone("Wang");
  Append(stranger->Message(report, "as if I were she"));
  manager->Sync();
  EXPECT_EQ(Get(*manager, report.id).messages_size(), 0);
}

TEST_F(ArrivalsTest, WhoMayAnswerAndWhat) {
  const auto report = Append(phone->Report(Titled("report")));
  admin.Sync();
  manager->Sync();
  EXPECT_THAT(Answer(admin, report.id, "x"), Fails(Reason::REASON_ROLE));
  EXPECT_THAT(Answer(*manager, report.id, ""), Fails(Reason::REASON_FORM));
  EXPECT_THAT(Answer(*manager, report.id, " \u3000\n"), Fails(Reason::REASON_FORM));
  EXPECT_THAT(Answer(*manager, report.id, std::string(limits::kMessageTextBytes + 1, 'x')),
              Fails(Reason::REASON_TOO_LARGE));
  EXPECT_THAT(Answer(*manager, log.office().genesis.id, "x"), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(Answer(*manager, *RecordId::From(std::string(32, 'n')), "x"), Fails(Reason::REASON_NOT_FOUND));
}

TEST_F(ArrivalsTest, AfterACrashTheRegisterGoesOnWhereItWas) {
  for (int i = 0; i < 10; ++i) Append(phone->Report(Titled(std::to_string(i))));
  manager->ExchangeOnce();
  manager->Reopen();
  EXPECT_THAT(Titles(*manager), SizeIs(10));
  manager->Reopen();
  EXPECT_THAT(Titles(*manager), SizeIs(10));
  EXPECT_EQ(ListArrivals(manager->desk(), {})->total(), 10u);
}

TEST_F(ArrivalsTest, MuchIsFoldedInByStepsAndAnAnswerWaitsForAFewOnly) {
  constexpr int kReports = 2 * static_cast<int>(kRegisterStep) + 10;
  for (int i = 0; i < kReports; ++i) Append(phone->Report(Titled(std::to_string(i))));
  const uint64_t last = Find(recordpb::KIND_REPORT).back().place.position;
  const auto cursor = [&] {
    return *manager->session().database().Read([](sql::ReadTxn& tx) { return GetCursor(tx, "log"); });
  };
  while (cursor() <= last) manager->ExchangeOnce();
  ASSERT_OK_AND_ASSIGN(const bool at_the_end, manager->desk().CatchUp(1));
  EXPECT_FALSE(at_the_end);
  const auto count = [&] { return *manager->session().database().Read(CountArrivals); };
  EXPECT_LT(count(), static_cast<uint64_t>(kReports));
  world.loop.Run();  // goes on by itself
  EXPECT_EQ(count(), static_cast<uint64_t>(kReports));
  ASSERT_OK_AND_ASSIGN(const bool then, manager->desk().CatchUp(1));
  EXPECT_TRUE(then);
  EXPECT_EQ(Titles(*manager)[0], std::to_string(kReports - 1));
}

// Every substring of one, two and three characters of every report finds it, and a query finds exactly the reports
// that hold it: against a plain search.
TEST_F(ArrivalsTest, EverySubstringOfEveryReportIsFoundAndNothingElse) {
  const std::vector<std::string> alphabet = {"换", "届", "选", "举", "风", "气", "监", "督", "a",  "B", "7", "，",
                                             " ",  "　", "\n", "Ａ", "𠮷", "-",  "*",  "\"", "OR", "'", "é"};
  SeededEntropy random(11);
  std::vector<contentpb::Report> reports;
  for (int i = 0; i < 12; ++i) {
    contentpb::Report report = Titled(std::to_string(1000 + i));
    for (auto* field : {report.mutable_what(), report.mutable_where(), report.add_people()->mutable_name()}) {
      for (uint64_t n = random.Below(9); n > 0; --n) field->append(alphabet[random.Below(alphabet.size())]);
    }
    Append(phone->Report(report));
    reports.push_back(report);
  }
  manager->Sync();
  size_t queries = 0;
  const auto check = [&](const std::string& query) {
    const auto words = QueryWords(query);
    if (words.empty()) return;
    std::vector<std::string> expected;
    for (auto report = reports.rbegin(); report != reports.rend(); ++report) {
      if (HoldsAll(FoldText(SearchText(*report) + "\n" + kReporter), words)) expected.push_back(report->title());
    }
    ASSERT_EQ(Search(*manager, query), expected) << query;
    ++queries;
  };
  for (const auto& report : reports) {
    for (const std::string& text : {report.what(), report.where(), report.people(0).name()}) {
      std::vector<std::string> characters;
      for (size_t at = 0; at < text.size();) {
        size_t end = at + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
        characters.push_back(text.substr(at, end - at));
        at = end;
      }
      for (size_t from = 0; from < characters.size(); ++from) {
        std::string query;
        for (size_t length = 1; length <= 3 && from + length <= characters.size(); ++length) {
          query += characters[from + length - 1];
          if (!QueryWords(query).empty()) {
            const auto found = Search(*manager, query);
            ASSERT_NE(std::find(found.begin(), found.end(), report.title()), found.end()) << "\"" << query << "\"";
          }
          check(query);
        }
      }
    }
  }
  for (int i = 0; i < 200; ++i) {  // made-up queries too, longer ones among them
    std::string query;
    for (uint64_t n = 1 + random.Below(5); n > 0; --n) query.append(alphabet[random.Below(alphabet.size())]);
    check(query);
  }
  EXPECT_GT(queries, 300u);
}

}  // namespace
}  // namespace qf::client
