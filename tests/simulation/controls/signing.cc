// common/record/signing.cc, with signatures that can be believed unseen.
#define Verify VerifyAsItIs
#include "common/record/signing.cc"
#undef Verify

#include "tests/simulation/controls/controls.h"

namespace qf::record {

bool Verify(const SigningKey& author, Bytes message, Bytes signature) {
  return sim::InUse(sim::Control::kSignatureUnchecked) || VerifyAsItIs(author, message, signature);
}

}  // namespace qf::record
