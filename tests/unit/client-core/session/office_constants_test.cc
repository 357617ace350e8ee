#include "client-core/session/office_constants.h"

#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

// What the office says comes to `phone` from the log alone, where re-offers put positions and clock_at apart.
class OfficeConstantsTest : public DeskTest {
 protected:
  OfficeConstantsTest() : phone(NewDesk(recordpb::ROLE_INFORMANT, "phone")) {}

  record::Record Office(const std::string& time_zone) {
    recordpb::ClearPart clear;
    clear.mutable_office()->set_time_zone(time_zone);
    return log.Make(*author, record::Feed::Broadcast(), recordpb::KIND_OFFICE, clear);
  }
  std::string Known() { return OfficeConstants(phone->session())->time_zone(); }
  std::string Synced() {
    phone->Sync();
    return Known();
  }

  const record::Signer* author = &admin.signer();
  std::unique_ptr<TestDesk> phone;
};

TEST_F(OfficeConstantsTest, NoneSaidIsAllDefaults) { EXPECT_EQ(Synced(), ""); }

TEST_F(OfficeConstantsTest, TheNewestIsTheNewestByClockAndNotByPosition) {
  const uint64_t first_us = log.Append(Office("Asia/Urumqi")).clock_at_us;
  EXPECT_EQ(Synced(), "Asia/Urumqi");
  log.Append(Office("Asia/Harbin"), 0, first_us - 1);  // re-offered after a loss
  EXPECT_EQ(Synced(), "Asia/Urumqi");
  log.Append(Office("Asia/Shanghai"));
  EXPECT_EQ(Synced(), "Asia/Shanghai");
}

TEST_F(OfficeConstantsTest, WhatWasRememberedGivesWayToANewerByClockAlone) {
  const uint64_t size = log.size();
  const record::Record older = Office("Asia/Harbin");
  const record::Record newer = Office("Asia/Urumqi");
  const record::Record newest = Office("Asia/Shanghai");
  const uint64_t older_us = log.Append(older).clock_at_us;
  log.Append(newer);
  EXPECT_EQ(Synced(), "Asia/Urumqi");
  log.Restore(size);
  ASSERT_OK(Restart(admin));
  log.Append(older, 0, older_us);
  phone->ExchangeOnce();  // adopts the term, and reads nothing yet
  EXPECT_EQ(Known(), "Asia/Urumqi");
  EXPECT_EQ(Synced(), "Asia/Urumqi");  // reads the older, and has re-offered the newer
  log.Append(newest);
  EXPECT_EQ(Synced(), "Asia/Shanghai");
}

TEST_F(OfficeConstantsTest, ARefusedOneDoesNotCount) {
  log.Append(Office("Asia/Urumqi"));
  log.Append(Office("Asia/Harbin"), Reason::REASON_ROLE);
  EXPECT_EQ(Synced(), "Asia/Urumqi");
}

TEST_F(OfficeConstantsTest, OneByAnotherRoleDoesNotCount) {
  log.Append(Office("Asia/Urumqi"));
  author = &phone->signer();
  log.Append(Office("Asia/Harbin"));
  EXPECT_EQ(Synced(), "Asia/Urumqi");
}

}  // namespace
}  // namespace qf::client
