// An invitation comes from a QR code or a clipboard: anybody may have written it. The first byte chooses whether the
// rest is the text itself, or a message that gets a right check, so that the fields are reached too.
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "client-core/office/invitation.h"
#include "common/base/check.h"
#include "common/base/sha256.h"
#include "common/sealing/format.h"

namespace qf::client {
namespace {

std::string WithCheck(Bytes message) {
  const Digest digest = Sha256(absl::StrCat(sealing::Label("qingfeng/invitation/1"), message));
  return absl::StrCat("QF1:", absl::WebSafeBase64Escape(absl::StrCat(message, digest.bytes().substr(0, 4))));
}

void Run(Bytes input) {
  if (input.empty()) return;
  const Bytes rest = input.substr(1);
  const auto invitation = ParseInvitation(input[0] & 1 ? WithCheck(rest) : std::string(rest));
  if (!invitation.ok()) return;
  const auto again = ParseInvitation(FormatInvitation(*invitation));
  QF_CHECK(again.ok() && again->id == invitation->id && again->secret.bytes() == invitation->secret.bytes());
  QF_CHECK(CheckEnrol(MakeEnrol(*invitation, SigningKey(), SealingKey()), invitation->secret).ok());
}

}  // namespace
}  // namespace qf::client

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  qf::client::Run(qf::Bytes(reinterpret_cast<const char*>(data), size));
  return 0;
}
