// Invitations: the text, shown as QR code or copied, that lets one device into an office. docs/protocol.md,
// "Enrolment".
//
//   text       = "QF1:" ‖ base64url without padding of (message ‖ check(4))
//   message    = serialized client.v1.Invitation
//   check      = first 4 bytes of SHA-256("qingfeng/invitation/1␀" ‖ message): a mangled paste is told at once
//
//   token(16)  = HKDF-SHA256(secret, salt = invitation id, info = "qingfeng/invitation-token/1␀")   shown to the server
//   mac key(32)= HKDF-SHA256(secret, salt = invitation id, info = "qingfeng/invitation-mac/1␀")     never sent
//   mac(32)    = HMAC-SHA256(mac key, "qingfeng/enrol/1␀" ‖ invitation id(16) ‖ token(16) ‖ signing key(32) ‖
//                sealing key(32))
//
// The server knows SHA-256(token) from INVITE and sees the token in ENROL: it can tell that an invitation was used,
// and cannot put keys of its own in place of the device's, because the MAC key comes from what it never sees.
//
// Whoever holds the text can enrol once: it is as good as a key until then. Not for: recording that an invitation
// exists (the desk files an INVITE) or making the ENROL record (client-core/api/enrol.cc).
// Threads: any; nothing here keeps state. Vectors for other languages: tests/vectors/invitation.json.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/entropy.h"
#include "common/base/ids.h"
#include "common/base/proto_names.h"
#include "common/base/secret.h"
#include "qingfeng/record/v1/clear.pb.h"

namespace qf::client {

struct EnrolmentTokenTag {
  static constexpr char kName[] = "enrolment token";
};
using EnrolmentToken = FixedBytes<16, EnrolmentTokenTag>;
struct EnrolmentMacTag {
  static constexpr char kName[] = "enrolment MAC";
};
using EnrolmentMac = FixedBytes<32, EnrolmentMacTag>;

constexpr size_t kInvitationSecretBytes = 16;
constexpr size_t kInvitationTextBytesMax = 4096;  // of the text without white space
constexpr size_t kTlsAuthoritiesMax = 2;
constexpr size_t kAddressBytesMax = 261;  // 255 of a name, colon, five digits

// An invitation, within its bounds.
struct Invitation {
  std::string address;                       // "host:port"; v6 as "[::1]:8443"
  std::vector<std::string> tls_authorities;  // DER; 1 or 2
  SigningKey root;
  SigningKey log_key;
  uint64_t log_term = 0;
  InvitationId id;
  Secret secret;  // kInvitationSecretBytes

  OfficeId office() const;
};

// A new secret for an invitation.
inline Secret NewInvitationSecret(Entropy& entropy) { return entropy.RandomSecret(kInvitationSecretBytes); }

// OK if `address` is "host:port" with a name, IPv4 address or bracketed IPv6 address of printable ASCII, and a port
// from 1 to 65,535; at most kAddressBytesMax. INVALID_ARGUMENT(CONFIG) otherwise. Nothing is looked up.
absl::Status CheckAddress(absl::string_view address);

// The text. An invitation that is not within the bounds above is our own bug (checked): test what people typed with
// CheckAddress.
std::string FormatInvitation(const Invitation& invitation);

// Reads a text; white space anywhere in it, as a mail program leaves it, is passed over. INVALID_ARGUMENT(INVITATION)
// when it is cut short, mangled, or not within the bounds above. Nothing is said about whether the invitation is
// still good: only the server knows. The authorities' bytes are not looked into.
absl::StatusOr<Invitation> ParseInvitation(absl::string_view text);

// What a secret (of kInvitationSecretBytes; checked) stands for.
EnrolmentToken TokenOf(const InvitationId& invitation, const Secret& secret);
Secret MacKeyOf(const InvitationId& invitation, const Secret& secret);
// SHA-256 of the token: what INVITE tells the server.
Digest TokenDigestOf(const EnrolmentToken& token);

// Proves to whoever made the invitation that its holder made these keys.
EnrolmentMac MacOf(const Secret& mac_key, const InvitationId& invitation, const EnrolmentToken& token,
                   const SigningKey& signing_key, const SealingKey& sealing_key);

// The clear part of ENROL for a device with these keys.
recordpb::Enrol MakeEnrol(const Invitation& invitation, const SigningKey& signing_key, const SealingKey& sealing_key);

// For the desk that holds the invitation's secret: OK if ENROL was made by a holder of the text.
// PERMISSION_DENIED(MAC) when its MAC is another, INVALID_ARGUMENT(LENGTH) when a field has a wrong length.
absl::Status CheckEnrol(const recordpb::Enrol& enrol, const Secret& secret);

}  // namespace qf::client
