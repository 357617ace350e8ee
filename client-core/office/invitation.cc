#include "client-core/office/invitation.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/sha256.h"
#include "common/base/try.h"
#include "common/record/ceremony.h"
#include "common/sealing/format.h"
#include "common/sealing/hkdf.h"
#include "common/tls/certificate.h"
#include "qingfeng/client/v1/invitation.pb.h"

namespace qf::client {
namespace {

constexpr absl::string_view kPrefix = "QF1:";
constexpr size_t kCheckBytes = 4;
constexpr absl::string_view kCheckLabel = sealing::Label("qingfeng/invitation/1");
constexpr absl::string_view kTokenLabel = sealing::Label("qingfeng/invitation-token/1");
constexpr absl::string_view kMacKeyLabel = sealing::Label("qingfeng/invitation-mac/1");
constexpr absl::string_view kEnrolLabel = sealing::Label("qingfeng/enrol/1");

absl::Status Unreadable(absl::string_view what) {
  return Error(Reason::REASON_INVITATION, absl::StrCat("the invitation cannot be read: ", what));
}

std::string CheckOf(Bytes message) { return Sha256(absl::StrCat(kCheckLabel, message)).str().substr(0, kCheckBytes); }

bool WithinBounds(const Invitation& in) {
  if (!CheckAddress(in.address).ok() || in.log_term == 0 || in.id.empty()) return false;
  if (in.secret.size() != kInvitationSecretBytes || in.root.empty() || in.log_key.empty()) return false;
  if (in.tls_authorities.empty() || in.tls_authorities.size() > kTlsAuthoritiesMax) return false;
  return std::all_of(in.tls_authorities.begin(), in.tls_authorities.end(),
                     [](const std::string& der) { return !der.empty() && der.size() <= tls::kAuthorityBytesMax; });
}

absl::StatusOr<Invitation> FromProto(const clientpb::Invitation& in) {
  Invitation out;
  out.address = in.address();
  out.tls_authorities.assign(in.tls_authorities().begin(), in.tls_authorities().end());
  QF_TRY_ASSIGN(out.root, SigningKey::From(in.root_key()));
  QF_TRY_ASSIGN(out.log_key, SigningKey::From(in.log_key()));
  out.log_term = in.log_term();
  QF_TRY_ASSIGN(out.id, InvitationId::From(in.invitation_id()));
  out.secret = Secret(in.secret());
  return out;
}

// Takes as long for a wrong byte at the beginning as at the end.
bool EqualInConstantTime(Bytes a, Bytes b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

OfficeId Invitation::office() const { return record::OfficeIdOf(root); }

absl::Status CheckAddress(absl::string_view address) {
  const size_t colon = std::min(address.rfind(':'), address.size());
  absl::string_view host = address.substr(0, colon);
  const absl::string_view port_text = absl::ClippedSubstr(address, colon + 1);
  int port = 0;
  const bool has_port = std::all_of(port_text.begin(), port_text.end(), absl::ascii_isdigit) &&
                        absl::SimpleAtoi(port_text, &port) && port > 0 && port <= 65535;
  const bool bracketed = absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]");
  const bool plain = std::all_of(host.begin(), host.end(), [bracketed](unsigned char c) {
    return absl::ascii_isgraph(c) && c != '/' && c != '[' && c != ']' && c != '@' && (bracketed || c != ':');
  });
  if (!has_port || host.empty() || !plain || address.size() > kAddressBytesMax) {
    return Error(Reason::REASON_CONFIG, "an address is a name or number, a colon and a port: office.example:8443");
  }
  return absl::OkStatus();
}

std::string FormatInvitation(const Invitation& invitation) {
  QF_CHECK(WithinBounds(invitation));
  clientpb::Invitation message;
  message.set_address(invitation.address);
  for (const std::string& der : invitation.tls_authorities) message.add_tls_authorities(der);
  message.set_root_key(invitation.root.str());
  message.set_log_key(invitation.log_key.str());
  message.set_log_term(invitation.log_term);
  message.set_invitation_id(invitation.id.str());
  message.set_secret(std::string(invitation.secret.bytes()));
  const std::string bytes = message.SerializeAsString();
  return absl::StrCat(kPrefix, absl::WebSafeBase64Escape(absl::StrCat(bytes, CheckOf(bytes))));
}

absl::StatusOr<Invitation> ParseInvitation(absl::string_view text) {
  std::string solid;
  for (const char c : text) {
    if (!absl::ascii_isspace(static_cast<unsigned char>(c))) solid.push_back(c);
    if (solid.size() > kInvitationTextBytesMax) return Unreadable("it is too long");
  }
  absl::string_view encoded = solid;
  if (!absl::ConsumePrefix(&encoded, kPrefix)) return Unreadable("it does not begin with QF1:");
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(encoded, &bytes) || bytes.size() <= kCheckBytes) {
    return Unreadable("a part is missing or a character is wrong");
  }
  const Bytes message = Bytes(bytes).substr(0, bytes.size() - kCheckBytes);
  if (CheckOf(message) != Bytes(bytes).substr(message.size())) {
    return Unreadable("a part is missing or a character is wrong");
  }
  clientpb::Invitation parsed;
  if (!parsed.ParseFromArray(message.data(), static_cast<int>(message.size())))
    return Unreadable("it is not one of ours");
  auto invitation = FromProto(parsed);
  if (!invitation.ok() || !WithinBounds(*invitation)) return Unreadable("a field is not as it has to be");
  return invitation;
}

EnrolmentToken TokenOf(const InvitationId& invitation, const Secret& secret) {
  QF_CHECK(secret.size() == kInvitationSecretBytes);
  const Secret token = sealing::HkdfSha256(secret.bytes(), invitation.bytes(), kTokenLabel, EnrolmentToken::kSize);
  return *EnrolmentToken::From(token.bytes());
}

Secret MacKeyOf(const InvitationId& invitation, const Secret& secret) {
  QF_CHECK(secret.size() == kInvitationSecretBytes);
  return sealing::HkdfSha256(secret.bytes(), invitation.bytes(), kMacKeyLabel, sealing::kHmacBytes);
}

Digest TokenDigestOf(const EnrolmentToken& token) { return Sha256(token.bytes()); }

EnrolmentMac MacOf(const Secret& mac_key, const InvitationId& invitation, const EnrolmentToken& token,
                   const SigningKey& signing_key, const SealingKey& sealing_key) {
  const Secret mac = sealing::HmacSha256(
      mac_key.bytes(), {kEnrolLabel, invitation.bytes(), token.bytes(), signing_key.bytes(), sealing_key.bytes()});
  return *EnrolmentMac::From(mac.bytes());
}

recordpb::Enrol MakeEnrol(const Invitation& invitation, const SigningKey& signing_key, const SealingKey& sealing_key) {
  const EnrolmentToken token = TokenOf(invitation.id, invitation.secret);
  recordpb::Enrol enrol;
  enrol.mutable_device()->set_signing_key(signing_key.str());
  enrol.mutable_device()->set_sealing_key(sealing_key.str());
  enrol.set_invitation_id(invitation.id.str());
  enrol.set_token(token.str());
  enrol.set_mac(
      MacOf(MacKeyOf(invitation.id, invitation.secret), invitation.id, token, signing_key, sealing_key).str());
  return enrol;
}

absl::Status CheckEnrol(const recordpb::Enrol& enrol, const Secret& secret) {
  QF_TRY_ASSIGN(const InvitationId id, InvitationId::From(enrol.invitation_id()));
  QF_TRY_ASSIGN(const EnrolmentToken token, EnrolmentToken::From(enrol.token()));
  QF_TRY_ASSIGN(const SigningKey signing_key, SigningKey::From(enrol.device().signing_key()));
  QF_TRY_ASSIGN(const SealingKey sealing_key, SealingKey::From(enrol.device().sealing_key()));
  const EnrolmentMac expected = MacOf(MacKeyOf(id, secret), id, token, signing_key, sealing_key);
  if (!EqualInConstantTime(expected.bytes(), enrol.mac())) {
    return Error(Reason::REASON_MAC, "the enrolment was not made with this invitation");
  }
  return absl::OkStatus();
}

}  // namespace qf::client
