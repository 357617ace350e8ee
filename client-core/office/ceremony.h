// The root ceremony: how an office begins, and what its root signs afterwards. docs/protocol.md, "Keys" (office root)
// and "Record" (the root takes a new incarnation for each ceremony).
//
// The root lives in the recovery kit alone: 32 random bytes in three shares on paper, any two of which rebuild it. It
// signs GENESIS, and later, when two shares are brought together again, certificates of administrators, custodians
// and the superior body. Each time it is made from the shares, used, and wiped before the function returns.
//
//   QF_TRY_ASSIGN(NewOffice office, FoundOffice(entropy, request, {signer, sealing}));
//   QF_TRY_ASSIGN(record::Record certificate, CertifyByRoot(entropy, office_id, shares, certificate));
//
// What holds the TLS authority's key is the server; GENESIS vouches for the authority that it brought along
// (proto/qingfeng/server/v1/setup.proto). Not for: keeping anything (client-core/api/ceremony_methods.cc does).
// Threads: any.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/entropy.h"
#include "common/base/ids.h"
#include "common/base/proto_names.h"
#include "common/record/record.h"
#include "common/sealing/keys.h"
#include "qingfeng/record/v1/clear.pb.h"
#include "qingfeng/server/v1/setup.pb.h"

namespace qf::client {

constexpr size_t kRecoveryShares = 3;
// What a server request may weigh: two keys, a signature and a small certificate.
constexpr size_t kServerRequestBytesMax = 4096;

// An office that has just been founded.
struct NewOffice {
  OfficeId office;
  SigningKey root;
  std::string tls_authority;      // DER, from the request
  record::Record genesis;         // leaf 0 of term 1
  serverpb::ServerBundle bundle;  // what `qingfengd install` takes
  // The three shares as printed (common/sealing/shares.h). The caller shows them once and keeps them nowhere.
  std::array<Secret, kRecoveryShares> recovery_shares;
};

// Reads what `qingfengd init` wrote. INVALID_ARGUMENT(MALFORMED) when it is none, INVALID_ARGUMENT(CERTIFICATE) when
// its TLS authority is no authority, UNAUTHENTICATED(SIGNATURE) when the log key did not sign it.
absl::StatusOr<serverpb::ServerRequest> ReadServerRequest(Bytes server_request);

// Founds an office whose first administrator has `administrator`'s keys and whose server made `request`. Draws the kit;
// GENESIS is signed in a fresh incarnation. OUT_OF_RANGE(TOO_LARGE) if its header would be over bounds.
absl::StatusOr<NewOffice> FoundOffice(Entropy& entropy, const serverpb::ServerRequest& request,
                                      const recordpb::DeviceKeys& administrator);

// A CERTIFICATE by the root, in broadcast, for a role that only the root gives: administrator, custodian, superior
// body. `shares` are two of the recovery shares as they were typed. INVALID_ARGUMENT: LENGTH, TYPO or SHARES for the
// shares, OFFICE when they are another office's; PERMISSION_DENIED(ROLE) for any other role.
absl::StatusOr<record::Record> CertifyByRoot(Entropy& entropy, const OfficeId& office,
                                             absl::Span<const std::string> shares,
                                             const recordpb::Certificate& certificate);

// True for the roles that only the root gives.
bool IsRootRole(recordpb::Role role);

}  // namespace qf::client
