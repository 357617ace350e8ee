#include "client-core/desk/townships.h"

#include "client-core/field/townships.h"
#include "client-core/session/office_constants.h"
#include "client-core/sync/exchange.h"
#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

class TownshipsTest : public DeskTest {
 protected:
  static clientpb::SetTownshipsRequest Of(const std::vector<std::string>& names) {
    clientpb::SetTownshipsRequest request;
    for (const std::string& name : names) request.add_townships()->set_name(name);
    return request;
  }
  static std::vector<std::string> NamesAt(TestDesk& desk) {
    std::vector<std::string> names;
    const auto response = ListTownships(desk.session(), clientpb::ListTownshipsRequest());
    for (const auto& township : response->townships()) names.push_back(township.name());
    return names;
  }
  void FileOffice(const recordpb::Office& office) {
    NewItem item;
    item.feed = record::Feed::Broadcast();
    item.kind = recordpb::KIND_OFFICE;
    *item.clear.mutable_office() = office;
    ASSERT_OK(admin.session().File(item));
    admin.Sync();
  }
};

TEST_F(TownshipsTest, EveryDeskHasTheNewestList) {
  const auto duty = NewDesk(recordpb::ROLE_DUTY_OFFICER, "duty");
  EXPECT_THAT(NamesAt(*duty), testing::IsEmpty());
  ASSERT_OK(SetTownships(admin.session(), Of({" 清河镇\u3000", "B"})));
  EXPECT_THAT(NamesAt(admin), testing::ElementsAre("清河镇", "B"));  // not sent yet
  admin.Sync();
  duty->Sync();
  EXPECT_THAT(NamesAt(*duty), testing::ElementsAre("清河镇", "B"));
  ASSERT_OK(SetTownships(admin.session(), Of({"B"})));
  admin.Sync();
  duty->Sync();
  EXPECT_THAT(NamesAt(*duty), testing::ElementsAre("B"));
}

TEST_F(TownshipsTest, WhatElseTheOfficeSaidOfItselfStays) {
  recordpb::Office office;
  office.set_time_zone("Asia/Urumqi");
  FileOffice(office);
  ASSERT_OK(SetTownships(admin.session(), Of({"A"})));
  EXPECT_EQ(OfficeConstants(admin.session())->townships_size(), 0);  // counts once the log holds it
  admin.Sync();
  ASSERT_OK_AND_ASSIGN(const auto newest, OfficeConstants(admin.session()));
  EXPECT_EQ(newest.time_zone(), "Asia/Urumqi");
  EXPECT_EQ(newest.townships_size(), 1);
}

TEST_F(TownshipsTest, OnlyAdministratorsKeepIt) {
  const auto manager = NewManager();
  EXPECT_THAT(SetTownships(manager->session(), Of({"A"})), Fails(Reason::REASON_ROLE));
}

TEST_F(TownshipsTest, AWrongListIsRefusedAndTheOldOneStays) {
  ASSERT_OK(SetTownships(admin.session(), Of({"A"})));
  EXPECT_THAT(SetTownships(admin.session(), Of({"A", "A "})), Fails(Reason::REASON_FORM));
  EXPECT_THAT(NamesAt(admin), testing::ElementsAre("A"));
}

// Whatever wrote it: this program would not.
TEST_F(TownshipsTest, AReaderPassesOverWhatIsWrong) {
  recordpb::Office office;
  office.add_townships()->set_name("A");
  office.mutable_townships(0)->set_column(4'294'967'295);
  office.add_townships()->set_name("B");
  FileOffice(office);
  EXPECT_THAT(NamesAt(admin), testing::ElementsAre("B"));
}

// It would be refused when it is placed, after nobody can answer for it any more.
TEST_F(TownshipsTest, WhatDoesNotFitIntoAHeaderIsNotFiled) {
  recordpb::Office office;
  office.set_time_zone(std::string(1500, 'x'));
  FileOffice(office);
  std::vector<std::string> most;
  for (int i = 0; i < 40; ++i) most.push_back(std::to_string(100 + i) + std::string(57, 'x'));
  EXPECT_THAT(SetTownships(admin.session(), Of(most)), Fails(Reason::REASON_TOO_LARGE));
  office.set_time_zone("Asia/Shanghai");
  FileOffice(office);
  ASSERT_OK(SetTownships(admin.session(), Of(most)));
  admin.Sync();
  EXPECT_THAT(NamesAt(admin), testing::SizeIs(40));
}

// A desk that is many pages behind has its receipt long before it reads its own record.
TEST_F(TownshipsTest, AChangeBeginsFromOneThatIsAcknowledgedAndNotReadYet) {
  recordpb::Office office;
  office.set_time_zone("Asia/Urumqi");
  FileOffice(office);
  ASSERT_OK(SetTownships(admin.session(), Of({"A"})));
  while (*admin.session().database().Read(CountWaiting) > 0) {
    ASSERT_OK_AND_ASSIGN(const auto request, BuildRequest(admin.replica(), {}));
    auto answer = log.Exchange(admin.key(), request.message);
    answer.clear_pages();
    ASSERT_OK(TakeExchange(admin.replica(), request, answer));
  }
  EXPECT_THAT(NamesAt(admin), testing::ElementsAre("A"));
  admin.Sync();
  EXPECT_THAT(NamesAt(admin), testing::ElementsAre("A"));
}

// What a new term has cut was read all the same: an own list of long ago is no newer for it.
TEST_F(TownshipsTest, AfterANewTermAnotherAdministratorsLaterListStays) {
  const uint64_t size = log.size();
  ASSERT_OK(SetTownships(admin.session(), Of({"A"})));
  admin.Sync();
  recordpb::ClearPart clear;
  clear.mutable_office()->add_townships()->set_name("B");
  const auto later = log.Make(admin.signer(), record::Feed::Broadcast(), recordpb::KIND_OFFICE, clear);
  log.Append(later);
  admin.Sync();
  EXPECT_THAT(NamesAt(admin), testing::ElementsAre("B"));
  log.Restore(size);
  ASSERT_OK(Restart(admin));
  admin.ExchangeOnce();
  EXPECT_THAT(NamesAt(admin), testing::ElementsAre("B"));
}

}  // namespace
}  // namespace qf::client
