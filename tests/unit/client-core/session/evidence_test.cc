// What is kept of a server that lies, and what a person hears of it. docs/protocol.md, "Log".
#include "client-core/session/evidence.h"

#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

class EvidenceTest : public DeskTest {
 protected:
  EvidenceTest() {
    admin.session().OnChange([this](const clientpb::WatchResponse& event) { told_ += event.has_attention(); });
  }
  ~EvidenceTest() override { admin.session().OnChange(nullptr); }

  void Keep(Reason reason, const std::string& bytes, uint64_t seen_at_us = 1) {
    EXPECT_OK(KeepEvidenceOnce(admin.session(), {reason, "what", bytes, seen_at_us}));
  }
  size_t told_ = 0;
};

TEST_F(EvidenceTest, TheSameIsKeptAndToldOnce) {
  Keep(Reason::REASON_FORK, "bytes", 5);
  Keep(Reason::REASON_FORK, "bytes", 6);
  Keep(Reason::REASON_PROOF, "bytes", 7);
  Keep(Reason::REASON_FORK, "", 8);
  Keep(Reason::REASON_FORK, "", 9);
  EXPECT_EQ(told_, 3u);
  const auto kept = EvidenceOf(admin);
  ASSERT_EQ(kept.size(), 3u);
  EXPECT_EQ(kept[2].seen_at_us, 5u);
}

TEST_F(EvidenceTest, WhatIsPutRightIsTakenBack) {
  Keep(Reason::REASON_FORK, "one");
  Keep(Reason::REASON_FORK, "two");
  EXPECT_OK(WithdrawEvidence(admin.session(), Reason::REASON_FORK, "one"));
  EXPECT_OK(WithdrawEvidence(admin.session(), Reason::REASON_FORK, "none"));
  const auto kept = EvidenceOf(admin);
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].bytes, "two");
}

// Each failing run brings an answer of up to 2 MiB that differs from the last in a time at least.
TEST_F(EvidenceTest, AServerThatLiesAllDayDoesNotFillTheDisk) {
  for (char run = 'a'; run < 'k'; ++run) Keep(Reason::REASON_PROOF, std::string(2 << 20, run));
  Keep(Reason::REASON_MAC, "of another kind");
  EXPECT_EQ(told_, 11u);
  const auto kept = EvidenceOf(admin);
  ASSERT_EQ(kept.size(), 5u);
  EXPECT_EQ(kept[0].bytes, "of another kind");
  EXPECT_EQ(kept[4].bytes, std::string(2 << 20, 'a'));
  uint64_t size_bytes = 0;
  for (const Evidence& evidence : kept) size_bytes += evidence.bytes.size();
  EXPECT_LT(size_bytes, kEvidenceBytesMax + 1000);
}

}  // namespace
}  // namespace qf::client
