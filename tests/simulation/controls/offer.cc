// client-core/store/offer.cc, with a list of re-offers that can be left empty.
#define PutOffer PutOfferAsItIs
#include "client-core/store/offer.cc"
#undef PutOffer

#include "tests/simulation/controls/controls.h"

namespace qf::client {

absl::Status PutOffer(sql::WriteTxn& tx, const record::Record& record, const std::string& prior, uint64_t clock_at_us) {
  if (sim::InUse(sim::Control::kNoReoffer)) return absl::OkStatus();
  return PutOfferAsItIs(tx, record, prior, clock_at_us);
}

}  // namespace qf::client
