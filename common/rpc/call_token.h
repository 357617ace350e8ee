// The signed call: how a device or a thread proves, in each call, that it is the one that asks.
// docs/protocol.md, "Calls". Travels as gRPC metadata `qingfeng-call-bin`; CallInfo::call_token holds its bytes.
//
//   token  = office id (16) ‖ principal key (32) ‖ unix seconds (8) ‖ random (16) ‖ signature (64)      136 bytes
//   signed = "qingfeng/call/1␀" ‖ office id ‖ length of method (2) ‖ method ‖ unix seconds (8) ‖ random (16)
//
// Integers are big-endian; the principal is not in the signed string because the signature is checked with it.
// There is no table of used tokens: who could replay one already sits inside TLS, and every method is idempotent.
// Not for: whether that principal may do it (the server's guard), nor for records (common/record).
//
// Threads: any; nothing here keeps state. Vectors for other languages: tests/vectors/call.json.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/entropy.h"
#include "common/base/ids.h"
#include "common/base/limits.h"
#include "common/base/strings.h"
#include "common/record/signing.h"

namespace qf::rpc {

// Name of the metadata that carries the token. gRPC encodes what ends in "-bin".
constexpr char kCallTokenMetadata[] = "qingfeng-call-bin";

struct CallRandomTag {
  static constexpr char kName[] = "call random";
};
using CallRandom = FixedBytes<16, CallRandomTag>;

constexpr size_t kCallTokenBytes =
    OfficeId::kSize + SigningKey::kSize + sizeof(uint64_t) + CallRandom::kSize + record::kSignatureBytes;

// What a token says, unverified.
struct CallToken {
  OfficeId office;
  SigningKey principal;
  uint64_t unix_seconds = 0;
  CallRandom random;
  std::string signature;  // 64 bytes
};

// A token of kCallTokenBytes for one call of `method` ("package.Service/Method", at most limits::kMethodNameBytes;
// checked). `now_us` is the caller's wall clock, corrected by what the server said if it once answered CLOCK.
std::string MakeCallToken(const record::Signer& signer, const OfficeId& office, absl::string_view method,
                          uint64_t now_us, Entropy& entropy);

// INVALID_ARGUMENT(FRAME) unless `token` has exactly kCallTokenBytes.
absl::StatusOr<CallToken> ParseCallToken(Bytes token);

// The principal that signed `token` for `method` of `office` within `skew_us` of `now_us` (the server's clock;
// a difference of exactly `skew_us`, in whole seconds, is still accepted). The cheap checks come first:
//   INVALID_ARGUMENT(FRAME)     not a token, or a method name that is too long
//   INVALID_ARGUMENT(OFFICE)    made for another office
//   UNAUTHENTICATED(CLOCK)      too old or too new: the caller sets its clock by the server's and asks once more
//                               (EnrolmentService/GetOffice, open to anyone, tells the server's time)
//   UNAUTHENTICATED(SIGNATURE)  made by another key, or for another method
absl::StatusOr<SigningKey> VerifyCallToken(Bytes token, absl::string_view method, const OfficeId& office,
                                           uint64_t now_us, uint64_t skew_us = limits::kCallSkewUs);

}  // namespace qf::rpc
