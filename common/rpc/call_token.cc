#include "common/rpc/call_token.h"

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::rpc {
namespace {

constexpr absl::string_view kLabel("qingfeng/call/1\0", 16);

std::string SignedString(const CallToken& token, absl::string_view method) {
  return absl::StrCat(kLabel, token.office.bytes(), Counted(method), U64(token.unix_seconds), token.random.bytes());
}

// Takes the next bytes of a token, whose length was checked before.
template <class Id>
Id Take(Bytes* rest) {
  Id out = *Id::From(rest->substr(0, Id::kSize));
  rest->remove_prefix(Id::kSize);
  return out;
}

}  // namespace

std::string MakeCallToken(const record::Signer& signer, const OfficeId& office, absl::string_view method,
                          uint64_t now_us, Entropy& entropy) {
  QF_CHECK(method.size() <= limits::kMethodNameBytes);
  CallToken token;
  token.office = office;
  token.principal = signer.public_key();
  token.unix_seconds = now_us / kMicrosPerSecond;
  token.random = entropy.Random<CallRandom>();
  return absl::StrCat(office.bytes(), token.principal.bytes(), U64(token.unix_seconds), token.random.bytes(),
                      signer.Sign(SignedString(token, method)));
}

absl::StatusOr<CallToken> ParseCallToken(Bytes token) {
  if (token.size() != kCallTokenBytes) {
    return Error(Reason::REASON_FRAME,
                 absl::StrCat("a signed call must have ", kCallTokenBytes, " bytes, has ", token.size()));
  }
  CallToken out;
  out.office = Take<OfficeId>(&token);
  out.principal = Take<SigningKey>(&token);
  out.unix_seconds = TakeU64(&token);
  out.random = Take<CallRandom>(&token);
  out.signature = std::string(token);
  return out;
}

absl::StatusOr<SigningKey> VerifyCallToken(Bytes token, absl::string_view method, const OfficeId& office,
                                           uint64_t now_us, uint64_t skew_us) {
  QF_TRY_ASSIGN(const CallToken call, ParseCallToken(token));
  if (method.size() > limits::kMethodNameBytes) {
    return Error(Reason::REASON_FRAME, "the name of the method is too long");
  }
  if (call.office != office) return Error(Reason::REASON_OFFICE, "the call was signed for another office");
  const uint64_t now_seconds = now_us / kMicrosPerSecond;
  const uint64_t apart_seconds =
      now_seconds > call.unix_seconds ? now_seconds - call.unix_seconds : call.unix_seconds - now_seconds;
  if (apart_seconds > skew_us / kMicrosPerSecond) {
    return Error(Reason::REASON_CLOCK, "the call was signed by a clock that is too far from the server's");
  }
  if (!record::Verify(call.principal, SignedString(call, method), call.signature)) {
    return Error(Reason::REASON_SIGNATURE, "the call's signature does not verify");
  }
  return call.principal;
}

}  // namespace qf::rpc
