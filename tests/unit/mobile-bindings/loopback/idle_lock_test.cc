#include "mobile-bindings/loopback/idle_lock.h"

#include <gtest/gtest.h>

#include <optional>

#include "tests/support/manual_world.h"

namespace qf::loopback {
namespace {

constexpr uint64_t kIdleUs = 10 * kMicrosPerMinute;

class IdleLockTest : public testing::Test {
 protected:
  ManualClock clock_;
  ManualLoop loop_{clock_};
  int locked_ = 0;
  std::optional<IdleLock> idle_{std::in_place, clock_, loop_, kIdleUs, [this] { ++locked_; }};
};

TEST_F(IdleLockTest, LocksOnceWhenNobodyUsesIt) {
  loop_.Advance(kIdleUs - 1);
  EXPECT_EQ(locked_, 0);
  loop_.Advance(1);
  EXPECT_EQ(locked_, 1);
  loop_.Advance(3 * kIdleUs);
  EXPECT_EQ(locked_, 1);
}

TEST_F(IdleLockTest, EachUsePutsItOff) {
  for (int i = 0; i < 5; ++i) {
    loop_.Advance(kIdleUs - 1);
    EXPECT_FALSE(idle_->Touch());
  }
  EXPECT_EQ(locked_, 0);
  loop_.Advance(kIdleUs);
  EXPECT_EQ(locked_, 1);
}

TEST_F(IdleLockTest, BeginsAnewWithTheNextUse) {
  loop_.Advance(kIdleUs);
  EXPECT_FALSE(idle_->Touch()) << "it is locked already";
  loop_.Advance(kIdleUs - 1);
  EXPECT_EQ(locked_, 1);
  loop_.Advance(1);
  EXPECT_EQ(locked_, 2);
}

// No timer runs while a machine sleeps, and the steady clock may stand still.
TEST_F(IdleLockTest, TheFirstUseAfterASleepIsTooLate) {
  clock_.now_us += kIdleUs;
  EXPECT_TRUE(idle_->Touch());
  EXPECT_FALSE(idle_->Touch());
}

TEST_F(IdleLockTest, WhatNobodyAskedForPutsNothingOff) {
  loop_.Advance(kIdleUs - 1);
  EXPECT_FALSE(idle_->IsOverdue());
  loop_.Advance(1);
  EXPECT_EQ(locked_, 1);
  EXPECT_FALSE(idle_->IsOverdue()) << "it is locked already";
}

TEST_F(IdleLockTest, WhatNobodyAskedForIsTooLateAfterASleepToo) {
  clock_.now_us += kIdleUs;
  EXPECT_TRUE(idle_->IsOverdue());
}

TEST_F(IdleLockTest, EndsWithItsTimerUnderWay) {
  idle_.reset();
  loop_.Advance(kIdleUs);
  EXPECT_EQ(locked_, 0);
}

}  // namespace
}  // namespace qf::loopback
