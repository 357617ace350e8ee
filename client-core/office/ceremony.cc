#include "client-core/office/ceremony.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"
#include "common/record/ceremony.h"
#include "common/record/signing.h"
#include "common/sealing/format.h"
#include "common/sealing/shares.h"
#include "common/tls/certificate.h"

namespace qf::client {
namespace {

// The root's two keys, for as long as one ceremony takes.
struct Root {
  record::Signer signer;
  SealingKey recovery;
};

absl::StatusOr<Root> RootOf(Bytes kit) {
  QF_TRY_ASSIGN(auto keys, sealing::DeriveKitKeys(kit));
  QF_TRY_ASSIGN(auto signer, record::Signer::FromSeed(keys.signing_seed.bytes()));
  return Root{std::move(signer), keys.sealing.public_key()};
}

// A record by the root: sequence 1 of broadcast in an incarnation of its own.
absl::StatusOr<record::Record> SignByRoot(Entropy& entropy, const record::Signer& root, recordpb::Kind kind,
                                          recordpb::ClearPart clear) {
  record::Header header;
  header.office = record::OfficeIdOf(root.public_key());
  header.feed = record::Feed::Broadcast();
  header.incarnation = entropy.Random<Incarnation>();
  header.sequence = 1;
  header.kind = kind;
  header.item = entropy.Random<ItemId>();
  header.clear = std::move(clear);
  constexpr size_t kOtherFieldsBytes = 256;
  if (header.clear.ByteSizeLong() + kOtherFieldsBytes > limits::kHeaderBytes) {
    return Error(Reason::REASON_TOO_LARGE, "what the root has to sign does not fit into a header");
  }
  return record::MakeRecord(std::move(header), "", root);
}

}  // namespace

absl::StatusOr<serverpb::ServerRequest> ReadServerRequest(Bytes server_request) {
  serverpb::ServerRequest request;
  if (server_request.size() > kServerRequestBytesMax ||
      !request.ParseFromArray(server_request.data(), static_cast<int>(server_request.size()))) {
    return Error(Reason::REASON_MALFORMED, "this is not a server's request");
  }
  QF_TRY_ASSIGN(const SigningKey log_key, SigningKey::From(request.log_key()));
  if (!record::Verify(log_key, absl::StrCat(record::kServerRequestLabel, request.tls_authority()),
                      request.signature())) {
    return Error(Reason::REASON_SIGNATURE, "the server's request was not made by one machine");
  }
  QF_TRY_ASSIGN(const tls::CertificateInfo authority, tls::Inspect(request.tls_authority()));
  if (!authority.is_authority || request.tls_authority().size() > tls::kAuthorityBytesMax) {
    return Error(Reason::REASON_CERTIFICATE, "the certificate in the server's request is no authority of an office");
  }
  return request;
}

absl::StatusOr<NewOffice> FoundOffice(Entropy& entropy, const serverpb::ServerRequest& request,
                                      const recordpb::DeviceKeys& administrator) {
  const Secret kit = entropy.RandomSecret(sealing::kKitBytes);
  QF_TRY_ASSIGN(const Root root, RootOf(kit.bytes()));
  QF_TRY_ASSIGN(const auto shares, sealing::Split(entropy, kit.bytes()));

  recordpb::ClearPart clear;
  recordpb::Genesis& genesis = *clear.mutable_genesis();
  genesis.set_recovery_key(root.recovery.str());
  *genesis.mutable_administrator() = administrator;
  genesis.set_log_key(request.log_key());
  genesis.set_tls_authority(request.tls_authority());

  NewOffice out;
  out.root = root.signer.public_key();
  out.office = record::OfficeIdOf(out.root);
  out.tls_authority = request.tls_authority();
  QF_TRY_ASSIGN(out.genesis, SignByRoot(entropy, root.signer, recordpb::KIND_GENESIS, std::move(clear)));
  *out.bundle.mutable_genesis() = out.genesis.ToProto();
  for (size_t i = 0; i < kRecoveryShares; ++i) out.recovery_shares[i] = sealing::FormatShare(shares[i]);
  return out;
}

bool IsRootRole(recordpb::Role role) {
  return role == recordpb::ROLE_ADMINISTRATOR || role == recordpb::ROLE_CUSTODIAN || role == recordpb::ROLE_SUPERIOR;
}

absl::StatusOr<record::Record> CertifyByRoot(Entropy& entropy, const OfficeId& office,
                                             absl::Span<const std::string> shares,
                                             const recordpb::Certificate& certificate) {
  if (!IsRootRole(certificate.role())) {
    return Error(Reason::REASON_ROLE, "the root certifies administrators, custodians and the superior body only");
  }
  if (shares.size() != 2) return Error(Reason::REASON_SHARES, "two shares of the recovery kit are needed");
  QF_TRY_ASSIGN(const sealing::Share first, sealing::ParseShare(shares[0]));
  QF_TRY_ASSIGN(const sealing::Share second, sealing::ParseShare(shares[1]));
  QF_TRY_ASSIGN(const Secret kit, sealing::Combine(first, second));
  QF_TRY_ASSIGN(const Root root, RootOf(kit.bytes()));
  if (record::OfficeIdOf(root.signer.public_key()) != office) {
    return Error(Reason::REASON_OFFICE, "these shares are of another office's recovery kit");
  }
  recordpb::ClearPart clear;
  *clear.mutable_certificate() = certificate;
  return SignByRoot(entropy, root.signer, recordpb::KIND_CERTIFICATE, std::move(clear));
}

}  // namespace qf::client
