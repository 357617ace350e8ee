// A device's fingerprint: what two people read to each other to be sure that a key is the one on that device, before
// an office's keys are granted to it. docs/protocol.md, "Keys" (a case manager confirms a new desk's fingerprint).
//
//   text   = five groups of five digits: "04821 77310 60054 19283 55012"
//   digits = the first 25 bytes of SHA-256("qingfeng/fingerprint/1␀" ‖ office id(16) ‖ signing key(32) ‖
//            sealing key(32)), five bytes a group, big-endian, modulo 100,000
//
// Digits, because they are read aloud alike in every dialect. 25 of them are 83 bits: whoever wants another key with
// the same fingerprint has to make 2^83 keys. Both keys are in it, so that neither can be exchanged alone.
// Threads: any; pure functions.
#pragma once

#include <string>

#include "common/base/ids.h"

namespace qf::client {

std::string FingerprintOf(const OfficeId& office, const SigningKey& signing_key, const SealingKey& sealing_key);

// True if `heard` has the digits of `fingerprint` in their order; spaces, hyphens and full-width digits are fine.
bool SameFingerprint(absl::string_view fingerprint, absl::string_view heard);

}  // namespace qf::client
