// Every method × role × state of device, against the real server: default deny. docs/protocol.md, "Calls".
#include <gtest/gtest.h>

#include <set>

#include "google/protobuf/descriptor.h"
#include "qingfeng/server/v1/admin.pb.h"
#include "server/guard/guard.h"
#include "server/guard/throttle.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/server/support/office.h"

namespace qf::server {
namespace {

// Every method of every service of server/v1.
std::vector<const google::protobuf::MethodDescriptor*> AllMethods() {
  std::vector<const google::protobuf::MethodDescriptor*> methods;
  for (const auto* file :
       {serverpb::ExchangeRequest::descriptor()->file(), serverpb::BeginRequest::descriptor()->file(),
        serverpb::GetOfficeRequest::descriptor()->file(), serverpb::GetCheckpointRequest::descriptor()->file(),
        serverpb::GetHealthRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) methods.push_back(file->service(s)->method(m));
    }
  }
  return methods;
}

std::string NameOf(const google::protobuf::MethodDescriptor& method) {
  return method.service()->full_name() + "/" + method.name();
}

TEST(MethodRowsTest, EveryMethodOfTheContractHasARowAndEveryRowAMethod) {
  std::set<std::string> contract;
  for (const auto* method : AllMethods()) contract.insert(NameOf(*method));
  std::set<std::string> rows;
  for (const MethodRow& row : MethodRows()) rows.insert(std::string(row.method));
  EXPECT_EQ(contract, rows);
}

TEST(MethodRowsTest, EveryRowIsServedOnItsSideAndNothingElse) {
  Office office;
  std::set<std::string> devices;
  std::set<std::string> operators;
  for (const MethodRow& row : MethodRows()) {
    (row.need == Need::kOperator ? operators : devices).insert(std::string(row.method));
  }
  const auto served = office.server().methods().Names();
  const auto served_to_operators = office.server().admin_methods().Names();
  EXPECT_EQ(std::set<std::string>(served.begin(), served.end()), devices);
  EXPECT_EQ(std::set<std::string>(served_to_operators.begin(), served_to_operators.end()), operators);
}

class GuardTest : public ::testing::Test {
 protected:
  // OK, or the reason.
  Reason Admit(const Member* who, const std::string& method) {
    rpc::CallInfo info = office.InfoOf(who, "qingfeng.server.v1." + method);
    const absl::Status status = office.server().Admit(info);
    if (status.ok() && who != nullptr && info.principal != who->key() &&
        method.find("Enrolment") == std::string::npos) {
      return Reason::REASON_INTERNAL;
    }
    return ReasonOf(status);
  }

  Office office;
  static constexpr Reason kOk = Reason::REASON_UNSPECIFIED;
};

TEST_F(GuardTest, TheTableOfMethodRoleAndState) {
  struct Row {
    const char* method;
    Reason known, administrator, provisional, revoked, draining, locked, stranger;
  };
  constexpr Reason kRevoked = Reason::REASON_REVOKED, kUnknown = Reason::REASON_UNKNOWN_KEY,
                   kRole = Reason::REASON_ROLE;
  constexpr Reason kNone = Reason::REASON_METHOD;
  const Row rows[] = {
      // method                          known  admin  provis. revoked   draining  locked    stranger
      {"EnrolmentService/GetOffice", kOk, kOk, kOk, kOk, kOk, kOk, kOk},
      {"EnrolmentService/Enrol", kOk, kOk, kOk, kOk, kOk, kOk, kOk},
      {"SyncService/Exchange", kOk, kOk, kOk, kOk, kOk, kOk, kOk},
      {"BlobService/Begin", kOk, kOk, kOk, kRevoked, kOk, kRevoked, kUnknown},
      {"BlobService/Append", kOk, kOk, kOk, kRevoked, kOk, kRevoked, kUnknown},
      {"BlobService/Read", kOk, kOk, kOk, kRevoked, kRevoked, kRevoked, kUnknown},
      {"LogService/GetCheckpoint", kOk, kOk, kOk, kRevoked, kRevoked, kRevoked, kUnknown},
      {"LogService/CheckConsistency", kOk, kOk, kOk, kRevoked, kRevoked, kRevoked, kOk},
      {"LogService/GetNextLogKey", kRole, kOk, kRole, kRevoked, kRevoked, kRevoked, kUnknown},
      {"AdminService/GetHealth", kNone, kNone, kNone, kNone, kNone, kNone, kNone},
      {"AdminService/Backup", kNone, kNone, kNone, kNone, kNone, kNone, kNone},
      {"MailboxService/Push", kNone, kNone, kNone, kNone, kNone, kNone, kNone},
  };
  const auto revoked = [&](recordpb::RevokeMode mode) {
    Member device = office.NewDevice(recordpb::ROLE_INFORMANT);
    office.Store(office.admin, {office.Revoke(device, mode)});
    return device;
  };
  // So long ago that it drains no more.
  const Member old = revoked(recordpb::REVOKE_MODE_DRAIN);
  office.world.loop.Advance(31 * kMicrosPerDay);
  const Member draining = revoked(recordpb::REVOKE_MODE_DRAIN);
  const Member erased = revoked(recordpb::REVOKE_MODE_ERASE);
  const Member locked = revoked(recordpb::REVOKE_MODE_LOCK);
  const Member provisional = office.NewProvisional();
  const Member stranger = office.NewMember();
  std::vector<Member> known;
  for (const auto role : {recordpb::ROLE_INFORMANT, recordpb::ROLE_SUPERVISOR, recordpb::ROLE_INSPECTOR,
                          recordpb::ROLE_CONTACT_LEADER, recordpb::ROLE_DUTY_OFFICER, recordpb::ROLE_INVESTIGATOR,
                          recordpb::ROLE_CASE_MANAGER, recordpb::ROLE_SUPERIOR, recordpb::ROLE_CUSTODIAN}) {
    known.push_back(office.NewDevice(role));
  }
  // Its certificate has ended.
  known.push_back(office.NewMember());
  office.Certify(office.admin, known.back(), recordpb::ROLE_INFORMANT, 0, office.world.clock.NowUs() - 1);
  const Member second_admin = office.NewDevice(recordpb::ROLE_ADMINISTRATOR);

  for (const Row& row : rows) {
    SCOPED_TRACE(row.method);
    for (const Member& device : known) EXPECT_EQ(Admit(&device, row.method), row.known);
    EXPECT_EQ(Admit(&office.admin, row.method), row.administrator);
    EXPECT_EQ(Admit(&second_admin, row.method), row.administrator);
    EXPECT_EQ(Admit(&provisional, row.method), row.provisional);
    EXPECT_EQ(Admit(&old, row.method), row.revoked);
    EXPECT_EQ(Admit(&draining, row.method), row.draining);
    EXPECT_EQ(Admit(&erased, row.method), row.draining);
    EXPECT_EQ(Admit(&locked, row.method), row.locked);
    EXPECT_EQ(Admit(&stranger, row.method), row.stranger);
  }
}

TEST_F(GuardTest, ACallWithoutAWholeTokenIsTurnedAway) {
  const std::string method = "SyncService/Exchange";
  EXPECT_EQ(Admit(nullptr, method), Reason::REASON_FRAME);
  rpc::CallInfo info = office.InfoOf(&office.admin, "qingfeng.server.v1." + method);
  info.call_token[70] ^= 1;
  EXPECT_THAT(office.server().Admit(info), Fails(Reason::REASON_SIGNATURE));
  info = office.InfoOf(&office.admin, "qingfeng.server.v1.BlobService/Begin");
  info.method = "qingfeng.server.v1." + method;  // signed for another method
  EXPECT_THAT(office.server().Admit(info), Fails(Reason::REASON_SIGNATURE));
  Office other(7);
  info = other.InfoOf(&office.admin, "qingfeng.server.v1." + method);
  EXPECT_THAT(office.server().Admit(info), Fails(Reason::REASON_OFFICE));
}

TEST_F(GuardTest, AWrongClockIsToldAndTheServersTimeCanBeAsked) {
  rpc::CallInfo info = office.InfoOf(&office.admin, "qingfeng.server.v1.SyncService/Exchange");
  office.world.clock.Advance(301 * kMicrosPerSecond);
  EXPECT_THAT(office.server().Admit(info), Fails(Reason::REASON_CLOCK));
  const auto told = office.Call<serverpb::GetOfficeResponse>(nullptr, "qingfeng.server.v1.EnrolmentService/GetOffice",
                                                             serverpb::GetOfficeRequest());
  ASSERT_OK(told);
  EXPECT_EQ(told->server_time_us(), office.world.clock.NowUs());
  EXPECT_EQ(told->genesis().header(), office.genesis().header_bytes);
  EXPECT_EQ(told->term(), 1u);
  EXPECT_EQ(office.CheckpointOf(told->checkpoint()).size, office.book().View().size);
}

TEST_F(GuardTest, TheLocalSocketTakesOperatorsMethodsOnly) {
  for (const MethodRow& row : MethodRows()) {
    rpc::CallInfo info;
    info.method = std::string(row.method);
    EXPECT_EQ(office.server().AdmitOperator(info).ok(), row.need == Need::kOperator) << row.method;
  }
}

TEST(ThrottleTest, ABurstAndThenOneAtATime) {
  ManualClock clock;
  Throttle throttle(clock, 3, 1000);
  for (int i = 0; i < 3; ++i) EXPECT_OK(throttle.Admit("a"));
  const absl::Status fourth = throttle.Admit("a");
  EXPECT_THAT(fourth, Fails(Reason::REASON_BUSY));
  EXPECT_GT(RetryAfterMs(fourth), 0u);
  EXPECT_OK(throttle.Admit("b"));
  clock.Advance(1000);
  EXPECT_OK(throttle.Admit("a"));
  EXPECT_THAT(throttle.Admit("a"), Fails(Reason::REASON_BUSY));
  clock.Advance(1'000'000);
  for (int i = 0; i < 3; ++i) EXPECT_OK(throttle.Admit("a"));
  EXPECT_THAT(throttle.Admit("a"), Fails(Reason::REASON_BUSY));
}

// Whoever has one address of IPv6 has at least 2^64 of them.
TEST(ThrottleTest, AnIpv6NetworkCountsAsOneAddress) {
  ManualClock clock;
  Throttle throttle(clock, 1, 1000);
  EXPECT_OK(throttle.Admit("2001:db8:1:2::1"));
  EXPECT_THAT(throttle.Admit("2001:db8:1:2::2"), Fails(Reason::REASON_BUSY));
  EXPECT_THAT(throttle.Admit("2001:0db8:0001:0002:ffff:ffff:ffff:ffff"), Fails(Reason::REASON_BUSY));
  EXPECT_OK(throttle.Admit("2001:db8:1:3::1"));
  // IPv4, also where a socket of IPv6 shows it.
  EXPECT_OK(throttle.Admit("192.0.2.1"));
  EXPECT_OK(throttle.Admit("192.0.2.2"));
  EXPECT_OK(throttle.Admit("::ffff:192.0.2.3"));
  EXPECT_OK(throttle.Admit("::ffff:192.0.2.4"));
  EXPECT_THAT(throttle.Admit("::ffff:192.0.2.4"), Fails(Reason::REASON_BUSY));
  EXPECT_THAT(throttle.Admit("192.0.2.4"), Fails(Reason::REASON_BUSY));
}

}  // namespace
}  // namespace qf::server
