// Short stories that seeds of the simulator have found, so that they are told in every run whatever the seeds become.
#include <gmock/gmock.h>

#include "common/base/error.h"
#include "common/base/limits.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/oracles.h"
#include "tests/simulation/workload.h"

namespace qf::sim {
namespace {

using testing::IsEmpty;

class Scenario : public testing::Test {
 protected:
  Scenario() { office_.Found(); }
  ~Scenario() override {
    EndFaults(office_);
    office_.Settle();
    Check(office_);
    EXPECT_THAT(office_.result.violations, IsEmpty());
  }
  void SyncAll() {
    for (Device* device : office_.PeopleInOffice()) (void)office_.Sync(*device);
  }

  Office office_{CampaignOptions()};
};

// Its administrator had not synced since, and signed a term below the one that a phone had met: a third restart was
// due.
TEST_F(Scenario, AServerThatIsPutBackTwiceNeedsTwoTerms) {
  for (int i = 0; i < 4; ++i) {
    CopyServer(office_);
    PutServerBack(office_);
    office_.Must(office_.Sync(*office_.phones[0]), "a phone meets the term");
  }
}

// A revoked phone may not ask for proofs of consistency, and could not adopt the new term: it never drained.
TEST_F(Scenario, ARevokedPhoneDrainsIntoANewTerm) {
  CopyServer(office_);
  Revoke(office_, *office_.phones[0]);
  PutServerBack(office_);
  SyncAll();
}

// What came too late to be taken was refused, and the phone erased the only copy.
TEST_F(Scenario, ARevokedPhoneKeepsWhatWasRefused) {
  Revoke(office_, *office_.phones[0]);
  office_.scheduler.RunFor(limits::kDrainUs + kMicrosPerDay);
  SyncAll();
  EXPECT_EQ(office_.result.counts["revoked phones that erased themselves"], 0u);
}

}  // namespace
}  // namespace qf::sim
