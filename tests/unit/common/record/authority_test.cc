#include "common/record/authority.h"

#include <algorithm>
#include <random>

#include "common/base/limits.h"
#include "common/base/sha256.h"
#include "common/record/ceremony.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"

namespace qf::record {
namespace {

constexpr uint64_t kDay = kMicrosPerDay;

// An office with a root, two administrators, a case manager and an informant; records in a row, a day apart.
class AuthorityTest : public testing::Test {
 protected:
  struct Fact {
    Header header;
    RecordId id;
    Placement place;
  };

  AuthorityTest() {
    recordpb::ClearPart genesis;
    genesis.mutable_genesis()->mutable_administrator()->set_signing_key(admin_.public_key().str());
    genesis.mutable_genesis()->set_log_key(log_.public_key().str());
    Append(root_, Feed::Broadcast(), recordpb::KIND_GENESIS, genesis);
    Append(root_, Feed::Broadcast(), recordpb::KIND_CERTIFICATE, Certificate(second_, recordpb::ROLE_ADMINISTRATOR));
    Append(admin_, Feed::Broadcast(), recordpb::KIND_CERTIFICATE, Certificate(manager_, recordpb::ROLE_CASE_MANAGER));
    Append(admin_, Feed::Roster(), recordpb::KIND_CERTIFICATE, Certificate(informant_, recordpb::ROLE_INFORMANT));
  }

  recordpb::ClearPart Certificate(const Signer& device, Role role, uint64_t from = 0, uint64_t to = UINT64_MAX / 2) {
    recordpb::ClearPart clear;
    auto* certificate = clear.mutable_certificate();
    certificate->mutable_device()->set_signing_key(device.public_key().str());
    certificate->mutable_device()->set_sealing_key(std::string(32, 's'));
    certificate->set_role(role);
    certificate->set_from_us(from);
    certificate->set_to_us(to);
    return clear;
  }
  recordpb::ClearPart Revoke(const Signer& device, RevokeMode mode) {
    recordpb::ClearPart clear;
    clear.mutable_revoke()->set_device(device.public_key().str());
    clear.mutable_revoke()->set_mode(mode);
    return clear;
  }
  Header HeaderOf(const Signer& author, const Feed& feed, recordpb::Kind kind, const recordpb::ClearPart& clear = {}) {
    Header header;
    header.office = OfficeIdOf(root_.public_key());
    header.feed = feed;
    header.author = author.public_key();
    header.kind = kind;
    header.clear = clear;
    return header;
  }
  RecordId Append(const Signer& author, const Feed& feed, recordpb::Kind kind, const recordpb::ClearPart& clear = {},
                  const RecordId& reference = {}) {
    Header header = HeaderOf(author, feed, kind, clear);
    header.reference = reference;
    const uint64_t position = facts_.size();
    const RecordId id = *RecordId::From(Sha256(std::to_string(position)).bytes());
    facts_.push_back({header, id, {position, (position + 1) * kDay, (position + 1) * kDay, 0}});
    authority_.Add(header, id, facts_.back().place);
    return id;
  }
  uint64_t Now() const { return (facts_.size() + 1) * kDay; }
  Verdict Judge(const Signer& author, const Feed& feed, recordpb::Kind kind, const recordpb::ClearPart& clear = {}) {
    return authority_.Judge(HeaderOf(author, feed, kind, clear), Now());
  }
  bool Kept(const Signer& author, const Feed& feed, recordpb::Kind kind, const recordpb::ClearPart& clear = {}) {
    return Judge(author, feed, kind, clear).fate == Verdict::Fate::kKeep;
  }

  SeededEntropy entropy_{1};
  Signer root_ = Signer::Generate(entropy_), admin_ = Signer::Generate(entropy_), second_ = Signer::Generate(entropy_),
         manager_ = Signer::Generate(entropy_), informant_ = Signer::Generate(entropy_),
         log_ = Signer::Generate(entropy_), stranger_ = Signer::Generate(entropy_);
  std::vector<Fact> facts_;
  Authority authority_{OfficeIdOf(root_.public_key())};
};

TEST_F(AuthorityTest, RolesComeFromTheRootDown) {
  EXPECT_EQ(authority_.StandingOf(admin_.public_key(), Now()).role, recordpb::ROLE_ADMINISTRATOR);
  EXPECT_EQ(authority_.StandingOf(second_.public_key(), Now()).role, recordpb::ROLE_ADMINISTRATOR);
  EXPECT_EQ(authority_.StandingOf(manager_.public_key(), Now()).role, recordpb::ROLE_CASE_MANAGER);
  EXPECT_EQ(authority_.StandingOf(informant_.public_key(), Now()).role, recordpb::ROLE_INFORMANT);
  EXPECT_FALSE(authority_.StandingOf(stranger_.public_key(), Now()).known());
}

TEST_F(AuthorityTest, TheTableIsDefaultDeny) {
  EXPECT_TRUE(Kept(informant_, Feed::Office(), recordpb::KIND_REPORT));
  EXPECT_FALSE(Kept(informant_, Feed::Broadcast(), recordpb::KIND_REPORT));
  EXPECT_FALSE(Kept(informant_, Feed::Roster(), recordpb::KIND_INVITE));
  EXPECT_FALSE(Kept(informant_, Feed::Office(), recordpb::KIND_CASE_ACTION));
  EXPECT_FALSE(Kept(stranger_, Feed::Office(), recordpb::KIND_REPORT));
  EXPECT_FALSE(Kept(admin_, Feed::Broadcast(), recordpb::KIND_EPOCH));
  EXPECT_TRUE(Kept(manager_, Feed::Broadcast(), recordpb::KIND_EPOCH));
  EXPECT_TRUE(Kept(manager_, Feed::Inbox(informant_.public_key()), recordpb::KIND_MESSAGE));
  EXPECT_FALSE(Kept(manager_, Feed::Broadcast(), recordpb::KIND_GENESIS));
  EXPECT_TRUE(Kept(log_, Feed::Office(), recordpb::KIND_ALARM));
  EXPECT_FALSE(Kept(log_, Feed::Office(), recordpb::KIND_REPORT));
}

TEST_F(AuthorityTest, NoAdministratorMakesAnAdministratorOrShowsAFieldDeviceToAll) {
  EXPECT_FALSE(Kept(admin_, Feed::Broadcast(), recordpb::KIND_CERTIFICATE,
                    Certificate(stranger_, recordpb::ROLE_ADMINISTRATOR)));
  EXPECT_FALSE(
      Kept(admin_, Feed::Broadcast(), recordpb::KIND_CERTIFICATE, Certificate(stranger_, recordpb::ROLE_INFORMANT)));
  EXPECT_TRUE(
      Kept(admin_, Feed::Roster(), recordpb::KIND_CERTIFICATE, Certificate(stranger_, recordpb::ROLE_INFORMANT)));
  // Even if such an entry stands in the log, it does not count.
  Append(admin_, Feed::Broadcast(), recordpb::KIND_CERTIFICATE, Certificate(stranger_, recordpb::ROLE_ADMINISTRATOR));
  EXPECT_EQ(authority_.StandingOf(stranger_.public_key(), Now()).role, recordpb::ROLE_UNSPECIFIED);
}

TEST_F(AuthorityTest, CertificatesBeginAndEndAndReportsOutliveThem) {
  Append(admin_, Feed::Roster(), recordpb::KIND_CERTIFICATE,
         Certificate(stranger_, recordpb::ROLE_SUPERVISOR, 2 * kDay, 10 * kDay));
  EXPECT_EQ(authority_.StandingOf(stranger_.public_key(), 2 * kDay - 1).role, recordpb::ROLE_UNSPECIFIED);
  EXPECT_EQ(authority_.StandingOf(stranger_.public_key(), 2 * kDay).role, recordpb::ROLE_SUPERVISOR);
  EXPECT_EQ(authority_.StandingOf(stranger_.public_key(), 10 * kDay).late_role, recordpb::ROLE_SUPERVISOR);
  const Header report = HeaderOf(stranger_, Feed::Office(), recordpb::KIND_REPORT);
  EXPECT_EQ(authority_.Judge(report, 20 * kDay).fate, Verdict::Fate::kKeep);
  EXPECT_EQ(authority_.Judge(HeaderOf(stranger_, Feed::Office(), recordpb::KIND_ATTEST), 20 * kDay).fate,
            Verdict::Fate::kRefuse);
}

TEST_F(AuthorityTest, ADrainLeavesReportsOpenForThirtyDays) {
  Append(admin_, Feed::Roster(), recordpb::KIND_REVOKE, Revoke(informant_, recordpb::REVOKE_MODE_DRAIN));
  EXPECT_TRUE(Kept(informant_, Feed::Office(), recordpb::KIND_REPORT));
  EXPECT_FALSE(Kept(informant_, Feed::Office(), recordpb::KIND_ATTEST));
  EXPECT_FALSE(authority_.MayPull(informant_.public_key(), Feed::Broadcast(), Now()));
  const uint64_t late = facts_.back().place.clock_at_us + limits::kDrainUs + 1;
  EXPECT_EQ(authority_.Judge(HeaderOf(informant_, Feed::Office(), recordpb::KIND_REPORT), late).reason,
            Reason::REASON_REVOKED);
}

TEST_F(AuthorityTest, AnEraseNeedsASecondAdministrator) {
  const RecordId revoke =
      Append(admin_, Feed::Roster(), recordpb::KIND_REVOKE, Revoke(informant_, recordpb::REVOKE_MODE_ERASE));
  EXPECT_FALSE(authority_.StandingOf(informant_.public_key(), Now()).revoked->erases());
  Append(admin_, Feed::Roster(), recordpb::KIND_APPROVE, {}, revoke);  // the same person once more
  EXPECT_FALSE(authority_.StandingOf(informant_.public_key(), Now()).revoked->erases());
  Append(manager_, Feed::Roster(), recordpb::KIND_APPROVE, {}, revoke);  // no administrator
  EXPECT_FALSE(authority_.StandingOf(informant_.public_key(), Now()).revoked->erases());
  Append(second_, Feed::Roster(), recordpb::KIND_APPROVE, {}, revoke);
  EXPECT_TRUE(authority_.StandingOf(informant_.public_key(), Now()).revoked->erases());
}

TEST_F(AuthorityTest, ALockWaitsAndEndsWithTheNextCertificate) {
  Append(admin_, Feed::Roster(), recordpb::KIND_REVOKE, Revoke(informant_, recordpb::REVOKE_MODE_LOCK));
  EXPECT_EQ(Judge(informant_, Feed::Office(), recordpb::KIND_REPORT).fate, Verdict::Fate::kLater);
  Append(admin_, Feed::Roster(), recordpb::KIND_CERTIFICATE, Certificate(informant_, recordpb::ROLE_INFORMANT));
  EXPECT_TRUE(Kept(informant_, Feed::Office(), recordpb::KIND_REPORT));
}

TEST_F(AuthorityTest, ARevokedAdministratorsActsDoNotCount) {
  Append(second_, Feed::Broadcast(), recordpb::KIND_REVOKE, Revoke(admin_, recordpb::REVOKE_MODE_DRAIN));
  Append(admin_, Feed::Broadcast(), recordpb::KIND_REVOKE, Revoke(second_, recordpb::REVOKE_MODE_DRAIN));
  EXPECT_FALSE(authority_.StandingOf(second_.public_key(), Now()).revoked.has_value());
  Append(admin_, Feed::Roster(), recordpb::KIND_CERTIFICATE, Certificate(stranger_, recordpb::ROLE_INFORMANT));
  EXPECT_FALSE(authority_.StandingOf(stranger_.public_key(), Now()).known());
}

TEST_F(AuthorityTest, WhoMayPullWhat) {
  EXPECT_TRUE(authority_.MayPull(informant_.public_key(), Feed::Broadcast(), Now()));
  EXPECT_TRUE(authority_.MayPull(informant_.public_key(), Feed::Inbox(informant_.public_key()), Now()));
  EXPECT_FALSE(authority_.MayPull(informant_.public_key(), Feed::Inbox(manager_.public_key()), Now()));
  EXPECT_FALSE(authority_.MayPull(informant_.public_key(), Feed::Office(), Now()));
  EXPECT_FALSE(authority_.MayPull(informant_.public_key(), Feed::Log(), Now()));
  EXPECT_TRUE(authority_.MayPull(manager_.public_key(), Feed::Log(), Now()));
  EXPECT_FALSE(authority_.MayPull(stranger_.public_key(), Feed::Broadcast(), Now()));
}

// The order in which re-offers return does not change what counts.
TEST_F(AuthorityTest, TheFoldIsAFunctionOfTheSet) {
  const RecordId revoke =
      Append(admin_, Feed::Roster(), recordpb::KIND_REVOKE, Revoke(informant_, recordpb::REVOKE_MODE_ERASE));
  Append(second_, Feed::Roster(), recordpb::KIND_APPROVE, {}, revoke);
  Append(second_, Feed::Broadcast(), recordpb::KIND_REVOKE, Revoke(manager_, recordpb::REVOKE_MODE_DRAIN));
  Append(admin_, Feed::Broadcast(), recordpb::KIND_CERTIFICATE, Certificate(stranger_, recordpb::ROLE_DUTY_OFFICER));
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<Fact> shuffled = facts_;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    Authority other(OfficeIdOf(root_.public_key()));
    for (const Fact& fact : shuffled) {
      other.Add(fact.header, fact.id, fact.place);
      other.Add(fact.header, fact.id, fact.place);  // twice is once
    }
    for (const Signer* who : {&admin_, &second_, &manager_, &informant_, &stranger_}) {
      for (uint64_t at = 0; at < Now(); at += kDay / 2) {
        const Standing a = authority_.StandingOf(who->public_key(), at), b = other.StandingOf(who->public_key(), at);
        ASSERT_EQ(a.role, b.role);
        ASSERT_EQ(a.revoked.has_value(), b.revoked.has_value());
        if (a.revoked.has_value()) {
          ASSERT_EQ(a.revoked->erases(), b.revoked->erases());
        }
      }
    }
  }
}

TEST_F(AuthorityTest, TruncatingForgetsWhatIsBeyond) {
  Append(admin_, Feed::Roster(), recordpb::KIND_REVOKE, Revoke(informant_, recordpb::REVOKE_MODE_DRAIN));
  authority_.Truncate(facts_.size() - 1);
  EXPECT_FALSE(authority_.StandingOf(informant_.public_key(), Now()).revoked.has_value());
  authority_.Truncate(3);
  EXPECT_FALSE(authority_.StandingOf(informant_.public_key(), Now()).known());
  EXPECT_EQ(authority_.StandingOf(manager_.public_key(), Now()).role, recordpb::ROLE_CASE_MANAGER);
  authority_.Truncate(0);
  EXPECT_FALSE(authority_.HasGenesis());
}

TEST(Term, IsAboveEverythingSeenAndEndsInRandomBits) {
  EXPECT_EQ(NextTerm(1, 0xabcd), 0x1abcdu);
  EXPECT_EQ(NextTerm(0x1ffff, 0), 0x20000u);
}

}  // namespace
}  // namespace qf::record
