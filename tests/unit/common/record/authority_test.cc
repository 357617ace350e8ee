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

// A server takes a GENESIS back when its transaction fails, and a reader when the log it is in was replaced; neither
// may go on knowing a root that no entry names, or it would judge otherwise than one that was just started.
TEST_F(AuthorityTest, WhatIsForgottenLeavesNoRootBehind) {
  authority_.Truncate(0);
  EXPECT_EQ(Judge(root_, Feed::Broadcast(), recordpb::KIND_GENESIS).reason, Reason::REASON_ROLE);
  EXPECT_FALSE(authority_.StandingOf(admin_.public_key(), Now()).known());
  for (const Fact& fact : facts_) authority_.Add(fact.header, fact.id, fact.place);
  EXPECT_TRUE(Kept(root_, Feed::Broadcast(), recordpb::KIND_GENESIS));
  EXPECT_EQ(authority_.StandingOf(admin_.public_key(), Now()).role, recordpb::ROLE_ADMINISTRATOR);
}

// Of two ENROLs of one phone the earlier says since when it is known, in whatever order a refill brings them.
TEST_F(AuthorityTest, TheFirstEnrolmentIsTheEarliest) {
  recordpb::ClearPart first, second;
  first.mutable_enrol()->set_invitation_id(std::string(InvitationId::kSize, '1'));
  second.mutable_enrol()->set_invitation_id(std::string(InvitationId::kSize, '2'));
  Append(stranger_, Feed::Roster(), recordpb::KIND_ENROL, first);
  Append(stranger_, Feed::Roster(), recordpb::KIND_ENROL, second);
  const uint64_t earliest_us = facts_[4].place.clock_at_us;
  Authority refilled(OfficeIdOf(root_.public_key()));
  for (auto fact = facts_.rbegin(); fact != facts_.rend(); ++fact) refilled.Add(fact->header, fact->id, fact->place);
  EXPECT_EQ(authority_.StandingOf(stranger_.public_key(), earliest_us).enrolled_at_us, earliest_us);
  EXPECT_EQ(refilled.StandingOf(stranger_.public_key(), earliest_us).enrolled_at_us, earliest_us);
}

TEST_F(AuthorityTest, AnInvitationWhoseUseWasTakenBackIsFree) {
  const std::string token(16, 't'), invitation(InvitationId::kSize, '2');
  recordpb::ClearPart invite, enrol, another;
  invite.mutable_invite()->set_invitation_id(invitation);
  invite.mutable_invite()->set_token_sha256(Sha256(token).str());
  invite.mutable_invite()->set_expires_us(UINT64_MAX);
  enrol.mutable_enrol()->set_invitation_id(invitation);
  enrol.mutable_enrol()->set_token(token);
  another = enrol;
  enrol.mutable_enrol()->mutable_device()->set_signing_key(stranger_.public_key().str());
  another.mutable_enrol()->mutable_device()->set_signing_key(informant_.public_key().str());
  Append(admin_, Feed::Roster(), recordpb::KIND_INVITE, invite);
  recordpb::ClearPart earlier = enrol;
  earlier.mutable_enrol()->set_invitation_id(std::string(InvitationId::kSize, '1'));
  Append(stranger_, Feed::Roster(), recordpb::KIND_ENROL, earlier);
  Append(stranger_, Feed::Roster(), recordpb::KIND_ENROL, enrol);
  EXPECT_TRUE(Kept(stranger_, Feed::Roster(), recordpb::KIND_ENROL, enrol));
  EXPECT_EQ(Judge(informant_, Feed::Roster(), recordpb::KIND_ENROL, another).reason, Reason::REASON_USED);
  authority_.Truncate(facts_.size() - 1);
  EXPECT_TRUE(Kept(informant_, Feed::Roster(), recordpb::KIND_ENROL, another));
}

TEST_F(AuthorityTest, ARestartThatNamesSomebodysKeyTakesNothingFromThem) {
  recordpb::ClearPart clear;
  clear.mutable_restart()->set_term(1 << 16);
  clear.mutable_restart()->set_log_key(informant_.public_key().str());
  Append(admin_, Feed::Broadcast(), recordpb::KIND_RESTART, clear);
  EXPECT_TRUE(Kept(informant_, Feed::Office(), recordpb::KIND_REPORT));
  EXPECT_TRUE(authority_.Counts(HeaderOf(informant_, Feed::Office(), recordpb::KIND_REPORT), {99, Now(), Now(), 0}));
}

// Else whoever certifies a desk could have the office's keys granted to a key of their own.
TEST_F(AuthorityTest, ADevicesOwnWordSaysWhichSealingKeyIsIts) {
  recordpb::ClearPart enrol;
  enrol.mutable_enrol()->mutable_device()->set_sealing_key(std::string(32, 'm'));
  Append(manager_, Feed::Roster(), recordpb::KIND_ENROL, enrol);
  const auto device = authority_.DeviceOf(manager_.public_key());
  ASSERT_TRUE(device.has_value());
  EXPECT_EQ(device->sealing_key.bytes(), std::string(32, 'm'));
  EXPECT_EQ(device->role, recordpb::ROLE_CASE_MANAGER);
  EXPECT_EQ(authority_.DeviceOf(informant_.public_key())->sealing_key.bytes(), std::string(32, 's'));
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
}

TEST_F(AuthorityTest, APauseHidesNoEndThatFollowsIt) {
  Append(admin_, Feed::Roster(), recordpb::KIND_REVOKE, Revoke(informant_, recordpb::REVOKE_MODE_LOCK));
  EXPECT_FALSE(Kept(informant_, Feed::Office(), recordpb::KIND_REPORT));
  const RecordId drain =
      Append(admin_, Feed::Roster(), recordpb::KIND_REVOKE, Revoke(informant_, recordpb::REVOKE_MODE_DRAIN));
  EXPECT_TRUE(Kept(informant_, Feed::Office(), recordpb::KIND_REPORT));
  ASSERT_TRUE(authority_.StandingOf(informant_.public_key(), Now()).revoked.has_value());
  EXPECT_EQ(authority_.StandingOf(informant_.public_key(), Now()).revoked->id, drain);
  // What came between the two came too soon: it was paused then.
  EXPECT_EQ(authority_.StandingOf(informant_.public_key(), Now() - kDay).revoked->mode, recordpb::REVOKE_MODE_LOCK);
}

TEST_F(AuthorityTest, ACertificateEndsAPauseAndNothingElse) {
  Append(admin_, Feed::Roster(), recordpb::KIND_REVOKE, Revoke(informant_, recordpb::REVOKE_MODE_LOCK));
  Append(admin_, Feed::Roster(), recordpb::KIND_CERTIFICATE, Certificate(informant_, recordpb::ROLE_INFORMANT));
  EXPECT_FALSE(authority_.StandingOf(informant_.public_key(), Now()).revoked.has_value());
  Append(admin_, Feed::Roster(), recordpb::KIND_REVOKE, Revoke(informant_, recordpb::REVOKE_MODE_DRAIN));
  Append(admin_, Feed::Roster(), recordpb::KIND_CERTIFICATE, Certificate(informant_, recordpb::ROLE_INFORMANT));
  EXPECT_EQ(authority_.StandingOf(informant_.public_key(), Now()).revoked->mode, recordpb::REVOKE_MODE_DRAIN);
}

// Whoever holds a key of an office can put such records into its log; nobody may be brought down by reading them.
TEST_F(AuthorityTest, ACertificateForItsSignerHasNoEffect) {
  Append(admin_, Feed::Roster(), recordpb::KIND_CERTIFICATE, Certificate(admin_, recordpb::ROLE_INFORMANT));
  Append(stranger_, Feed::Broadcast(), recordpb::KIND_CERTIFICATE, Certificate(stranger_, recordpb::ROLE_CASE_MANAGER));
  EXPECT_EQ(authority_.StandingOf(admin_.public_key(), Now()).role, recordpb::ROLE_ADMINISTRATOR);
  EXPECT_FALSE(authority_.StandingOf(stranger_.public_key(), Now()).known());
}

TEST_F(AuthorityTest, CertificatesThatVouchForEachOtherHaveNoEffect) {
  Append(admin_, Feed::Roster(), recordpb::KIND_CERTIFICATE, Certificate(second_, recordpb::ROLE_INFORMANT));
  Append(second_, Feed::Roster(), recordpb::KIND_CERTIFICATE, Certificate(admin_, recordpb::ROLE_INFORMANT));
  Append(stranger_, Feed::Broadcast(), recordpb::KIND_CERTIFICATE, Certificate(log_, recordpb::ROLE_CASE_MANAGER));
  Append(log_, Feed::Broadcast(), recordpb::KIND_CERTIFICATE, Certificate(stranger_, recordpb::ROLE_CASE_MANAGER));
  EXPECT_EQ(authority_.StandingOf(admin_.public_key(), Now()).role, recordpb::ROLE_ADMINISTRATOR);
  EXPECT_EQ(authority_.StandingOf(second_.public_key(), Now()).role, recordpb::ROLE_ADMINISTRATOR);
  EXPECT_FALSE(authority_.StandingOf(stranger_.public_key(), Now()).known());
}

TEST_F(AuthorityTest, PausedAdministratorsDoNotEndEachOthersPause) {
  Append(admin_, Feed::Broadcast(), recordpb::KIND_REVOKE, Revoke(second_, recordpb::REVOKE_MODE_LOCK));
  Append(root_, Feed::Broadcast(), recordpb::KIND_REVOKE, Revoke(admin_, recordpb::REVOKE_MODE_LOCK));
  Append(admin_, Feed::Roster(), recordpb::KIND_CERTIFICATE, Certificate(second_, recordpb::ROLE_INFORMANT));
  Append(second_, Feed::Roster(), recordpb::KIND_CERTIFICATE, Certificate(admin_, recordpb::ROLE_INFORMANT));
  EXPECT_TRUE(authority_.StandingOf(admin_.public_key(), Now()).revoked.has_value());
  EXPECT_TRUE(authority_.StandingOf(second_.public_key(), Now()).revoked.has_value());
  Append(root_, Feed::Broadcast(), recordpb::KIND_CERTIFICATE, Certificate(second_, recordpb::ROLE_ADMINISTRATOR));
  EXPECT_FALSE(authority_.StandingOf(second_.public_key(), Now()).revoked.has_value());
}

// Found by the facts of any order below: who asks of an approval whether its author was revoked must not ask of that
// revocation whether it was approved.
TEST_F(AuthorityTest, AdministratorsThatEraseEachOtherAndApproveItAreReadToAnEnd) {
  const RecordId of_second = Append(root_, Feed::Broadcast(), recordpb::KIND_REVOKE,
                                    Revoke(second_, recordpb::REVOKE_MODE_ERASE)),
                 of_admin = Append(root_, Feed::Broadcast(), recordpb::KIND_REVOKE,
                                   Revoke(admin_, recordpb::REVOKE_MODE_ERASE));
  Append(admin_, Feed::Broadcast(), recordpb::KIND_APPROVE, {}, of_second);
  Append(second_, Feed::Broadcast(), recordpb::KIND_APPROVE, {}, of_admin);
  for (const Signer* const person : {&admin_, &second_}) {
    const Standing standing = authority_.StandingOf(person->public_key(), Now());
    ASSERT_TRUE(standing.revoked.has_value());
    EXPECT_FALSE(standing.revoked->erases());  // nobody who is revoked approves
  }
}

// Each pause is weighed once, and not once for every pause before it.
TEST_F(AuthorityTest, AThousandPausesOfEachOtherAreReadAtOnce) {
  for (int i = 0; i < 500; ++i) {
    Append(admin_, Feed::Broadcast(), recordpb::KIND_REVOKE, Revoke(second_, recordpb::REVOKE_MODE_LOCK));
    Append(second_, Feed::Broadcast(), recordpb::KIND_REVOKE, Revoke(admin_, recordpb::REVOKE_MODE_LOCK));
  }
  EXPECT_FALSE(authority_.StandingOf(admin_.public_key(), Now()).revoked.has_value());
  EXPECT_TRUE(authority_.StandingOf(second_.public_key(), Now()).revoked.has_value());
}

TEST_F(AuthorityTest, PausesThatTheRootEndsAgainAndAgainAreReadAtOnce) {
  for (int i = 0; i < 100; ++i) {
    for (const auto& [author, device] : {std::pair(&admin_, &second_), std::pair(&second_, &admin_)}) {
      Append(*author, Feed::Broadcast(), recordpb::KIND_REVOKE, Revoke(*device, recordpb::REVOKE_MODE_LOCK));
      Append(*author, Feed::Broadcast(), recordpb::KIND_REVOKE, Revoke(*device, recordpb::REVOKE_MODE_LOCK));
    }
    for (const Signer* const device : {&admin_, &second_}) {
      Append(root_, Feed::Broadcast(), recordpb::KIND_CERTIFICATE, Certificate(*device, recordpb::ROLE_ADMINISTRATOR));
    }
  }
  EXPECT_EQ(authority_.StandingOf(admin_.public_key(), Now()).role, recordpb::ROLE_ADMINISTRATOR);
  EXPECT_FALSE(authority_.StandingOf(admin_.public_key(), Now()).revoked.has_value());
  EXPECT_FALSE(authority_.StandingOf(second_.public_key(), Now()).revoked.has_value());
}

// Entries of every kind that the fold weighs, by anybody, about anybody, of moments that tie and run backwards.
class AnyFactsTest : public AuthorityTest {
 protected:
  Fact AnyFact(uint64_t position) {
    constexpr recordpb::Kind kKinds[] = {recordpb::KIND_CERTIFICATE, recordpb::KIND_CERTIFICATE, recordpb::KIND_REVOKE,
                                         recordpb::KIND_REVOKE,      recordpb::KIND_APPROVE,     recordpb::KIND_ENROL};
    constexpr Role kRoles[] = {recordpb::ROLE_ADMINISTRATOR, recordpb::ROLE_CASE_MANAGER, recordpb::ROLE_INFORMANT};
    constexpr RevokeMode kModes[] = {recordpb::REVOKE_MODE_LOCK, recordpb::REVOKE_MODE_DRAIN,
                                     recordpb::REVOKE_MODE_ERASE};
    const recordpb::Kind kind = kKinds[Below(6)];
    recordpb::ClearPart clear;
    if (kind == recordpb::KIND_CERTIFICATE) clear = Certificate(AnyOne(), kRoles[Below(3)], Below(12), 6 + Below(12));
    if (kind == recordpb::KIND_REVOKE) clear = Revoke(AnyOne(), kModes[Below(3)]);
    Header header = HeaderOf(AnyOne(), Below(2) == 0 ? Feed::Broadcast() : Feed::Roster(), kind, clear);
    if (kind == recordpb::KIND_APPROVE) header.reference = IdAt(4 + Below(36));
    return {header, IdAt(position), {position, position, 5 + Below(8), 0}};
  }
  static RecordId IdAt(uint64_t position) { return *RecordId::From(Sha256(std::to_string(position)).bytes()); }
  const Signer& AnyOne() { return *people_[Below(6)]; }
  size_t Below(size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random_); }

  Authority Folded(const std::vector<Fact>& facts) {
    Authority authority(OfficeIdOf(root_.public_key()));
    for (const Fact& fact : facts) authority.Add(fact.header, fact.id, fact.place);
    return authority;
  }
  // All that it says of everybody at every moment.
  std::string Said(const Authority& authority) {
    std::string out;
    for (const Signer* const person : people_) {
      for (uint64_t at_us = 0; at_us < 20; ++at_us) {
        const Standing standing = authority.StandingOf(person->public_key(), at_us);
        out += std::to_string(standing.role) + "," + std::to_string(standing.late_role) + "," +
               (standing.enrolled_at_us ? std::to_string(*standing.enrolled_at_us) : "") + ",";
        if (standing.revoked) {
          out += std::to_string(standing.revoked->place.position) + (standing.revoked->erases() ? "!" : "");
        }
        out += ";";
      }
    }
    return out;
  }

  std::mt19937 random_{7};  // NOLINT: the same in each run
  const Signer* const people_[6] = {&root_, &admin_, &second_, &manager_, &informant_, &stranger_};
};

TEST_F(AnyFactsTest, AreReadToAnEndAndAlikeInEveryOrder) {
  for (int round = 0; round < 100; ++round) {
    std::vector<Fact> facts(facts_.begin(), facts_.begin() + 4);
    for (uint64_t position = 4; position < 40; ++position) facts.push_back(AnyFact(position));
    const std::string in_order = Said(Folded(facts));
    std::shuffle(facts.begin(), facts.end(), random_);
    EXPECT_EQ(Said(Folded(facts)), in_order);
  }
}

TEST_F(AnyFactsTest, ThatAreForgottenMightNeverHaveBeen) {
  for (int round = 0; round < 100; ++round) {
    std::vector<Fact> facts(facts_.begin(), facts_.begin() + 4);
    for (uint64_t position = 4; position < 40; ++position) facts.push_back(AnyFact(position));
    std::shuffle(facts.begin(), facts.end(), random_);
    Authority authority = Folded(facts);
    const uint64_t size = Below(41);
    authority.Truncate(size);
    facts.erase(
        std::remove_if(facts.begin(), facts.end(), [size](const Fact& fact) { return fact.place.position >= size; }),
        facts.end());
    EXPECT_EQ(Said(authority), Said(Folded(facts)));
  }
}

TEST(Term, IsAboveEverythingSeenAndEndsInRandomBits) {
  EXPECT_EQ(NextTerm(1, 0xabcd), 0x1abcdu);
  EXPECT_EQ(NextTerm(0x1ffff, 0), 0x20000u);
}

TEST(Term, LeavesRoomForTheNextWhateverIsClaimed) {
  EXPECT_TRUE(MayFollow(2, 1));
  EXPECT_FALSE(MayFollow(1, 1));
  EXPECT_FALSE(MayFollow(1, 0));  // nothing comes before the first
  EXPECT_TRUE(MayFollow(kTermStepsMax << 16 | 0xffff, 1));
  EXPECT_FALSE(MayFollow((kTermStepsMax + 1) << 16, 1));
  EXPECT_FALSE(MayFollow(UINT64_MAX, INT64_MAX - 1));
  for (const uint64_t ours : {uint64_t{1}, uint64_t{0x12345'6789}, uint64_t{INT64_MAX} - (kTermStepsMax << 16)}) {
    const uint64_t most = ((ours >> 16) + kTermStepsMax) << 16;
    EXPECT_TRUE(IsBelievable(most - 1, ours));
    EXPECT_TRUE(MayFollow(NextTerm(most - 1, 0xffff), ours));
    EXPECT_FALSE(IsBelievable(most, ours));
    EXPECT_FALSE(IsBelievable(UINT64_MAX, ours));
    EXPECT_TRUE(IsBelievable(0, ours));
  }
}

}  // namespace
}  // namespace qf::record
