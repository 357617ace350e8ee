#include "client-core/desk/casework.h"

#include "client-core/desk/arrivals.h"
#include "client-core/desk/revoke.h"
#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

class CaseworkTest : public DeskTest {
 protected:
  CaseworkTest() {
    second->Sync();
    manager->Sync();
    EXPECT_OK(Grant(*manager, *second));
    manager->Sync();
    second->Sync();
  }
  record::Record Report(const std::string& title) {
    contentpb::Report report;
    report.set_title(title);
    const auto record = phone->Report(report);
    log.Append(record);
    manager->Sync();
    second->Sync();
    return record;
  }
  absl::StatusOr<clientpb::OpenCaseResponse> Open(TestDesk& desk, const std::vector<RecordId>& reports) {
    clientpb::OpenCaseRequest request;
    for (const auto& id : reports) request.add_record_ids(id.str());
    return OpenCase(desk.desk(), request);
  }
  clientpb::ListCasesResponse List(TestDesk& desk) { return *ListCases(desk.desk(), {}); }

  std::unique_ptr<TestDesk> manager = NewManager();
  std::unique_ptr<TestDesk> second = NewDesk(recordpb::ROLE_INVESTIGATOR, "second");
  std::unique_ptr<TestPhone> phone = NewPhone("Li");
};

TEST_F(CaseworkTest, ACaseTakesTheNextNumberAndItsReportsShowIt) {
  const auto a = Report("a"), b = Report("b"), c = Report("c");
  ASSERT_OK_AND_ASSIGN(const auto opened, Open(*manager, {a.id, c.id}));
  EXPECT_EQ(opened.number(), 1u);
  EXPECT_EQ(List(*manager).cases_size(), 0);  // filed, not in the log yet
  manager->Sync();
  second->Sync();
  for (TestDesk* desk : {manager.get(), second.get()}) {
    const auto cases = List(*desk);
    ASSERT_EQ(cases.cases_size(), 1);
    EXPECT_EQ(cases.cases(0).number(), 1u);
    EXPECT_EQ(cases.cases(0).opened_by(), manager->key().bytes());
    EXPECT_EQ(cases.cases(0).reports_size(), 2);
    const auto arrivals = *ListArrivals(desk->desk(), {});
    ASSERT_EQ(arrivals.arrivals_size(), 3);
    EXPECT_EQ(arrivals.arrivals(0).case_number(), 1u);
    EXPECT_EQ(arrivals.arrivals(1).case_number(), 0u);
    EXPECT_EQ(arrivals.arrivals(2).case_number(), 1u);
  }
  clientpb::ListArrivalsRequest of_case;
  of_case.set_case_number(1);
  EXPECT_EQ(ListArrivals(second->desk(), of_case)->arrivals_size(), 2);
  of_case.set_case_number(2);
  EXPECT_EQ(ListArrivals(second->desk(), of_case)->arrivals_size(), 0);
  clientpb::ListArrivalsRequest without;
  without.set_without_case(true);
  EXPECT_EQ(ListArrivals(second->desk(), without)->arrivals_size(), 1);
  EXPECT_THAT(Open(*second, {b.id, a.id}), Fails(Reason::REASON_STATE));
}

TEST_F(CaseworkTest, OwnOnesOnTheirWayAreCounted) {
  const auto a = Report("a"), b = Report("b");
  EXPECT_EQ(Open(*manager, {a.id})->number(), 1u);
  EXPECT_EQ(Open(*manager, {b.id})->number(), 2u);
  manager->Sync();
  EXPECT_EQ(List(*manager).cases_size(), 2);
}

TEST_F(CaseworkTest, OfTwoDesksThatTakeOneNumberTheEarlierHasItAndBothSeeTheSame) {
  const auto a = Report("a"), b = Report("b");
  EXPECT_EQ(Open(*manager, {a.id})->number(), 1u);
  EXPECT_EQ(Open(*second, {b.id})->number(), 1u);  // off line, both
  second->Sync();
  manager->Sync();
  second->Sync();
  for (TestDesk* desk : {manager.get(), second.get()}) {
    const auto cases = List(*desk);
    ASSERT_EQ(cases.cases_size(), 1);
    EXPECT_EQ(cases.cases(0).opened_by(), second->key().bytes());
    ASSERT_EQ(cases.ineffective_size(), 1);
    EXPECT_EQ(cases.ineffective(0).rule(), "NUMBER");
  }
  EXPECT_EQ(Open(*manager, {a.id})->number(), 2u);  // offered again
}

TEST_F(CaseworkTest, WhoseRoleHadEndedOpensNothing) {
  const auto a = Report("a");
  ASSERT_OK(Open(*second, {a.id}));
  clientpb::RevokeDeviceRequest revoke;
  revoke.set_device_key(second->key().str());
  ASSERT_OK(RevokeDevice(admin.session(), revoke));
  admin.Sync();
  world.clock.Advance(kMicrosPerSecond);
  second->ExchangeOnce();  // its OPEN comes after the REVOKE
  manager->Sync();
  const auto cases = List(*manager);
  EXPECT_EQ(cases.cases_size(), 0);
  EXPECT_EQ(Find(recordpb::KIND_CASE_ACTION).back().place.verdict, Reason::REASON_REVOKED);
}

TEST_F(CaseworkTest, WhoMayNotAndWhatCannotBeOpened) {
  const auto a = Report("a");
  admin.Sync();
  EXPECT_THAT(Open(admin, {a.id}), Fails(Reason::REASON_ROLE));
  EXPECT_THAT(Open(*manager, {}), Fails(Reason::REASON_FORM));
  EXPECT_THAT(Open(*manager, {log.office().genesis.id}), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(Open(*manager, {*RecordId::From(std::string(32, 'n'))}), Fails(Reason::REASON_NOT_FOUND));
  // A desk that cannot read every case does not know the next number.
  ASSERT_OK(Open(*manager, {a.id}));
  manager->Sync();
  const auto third = NewDesk(recordpb::ROLE_DUTY_OFFICER, "third");
  const auto b = Report("b");
  third->Sync();
  EXPECT_THAT(Open(*third, {b.id}), Fails(Reason::REASON_NOT_GRANTED));
  manager->Sync();
  ASSERT_OK(Grant(*manager, *third));
  manager->Sync();
  third->Sync();
  EXPECT_EQ(Open(*third, {b.id})->number(), 2u);
}

}  // namespace
}  // namespace qf::client
