// TLS certificates of an office (RFC 5280, P-256 only), by OpenSSL. docs/protocol.md, "Calls".
//
// An office has a TLS *authority*: a small self-signed certificate whose DER stands in a signed record (GENESIS,
// SERVER_KEYS) and in every invitation. The server holds its key and issues its own certificates from it, so they
// renew without the phones. Clients take the office's authorities as their only roots; a name bought from a public
// authority counts for nothing here.
//
//   ASSIGN(Authority authority, MakeAuthority(now_us, 3650));
//   ASSIGN(Identity identity, IssueIdentity(authority, "203.0.113.7", now_us, 90));
//   QF_TRY(CheckChain(identity.chain_pem, {authority.certificate_der}, "203.0.113.7", now_us));
//
// Every certificate begins one day before `now_us`, because clocks of phones are wrong.
// Keys and serial numbers come from OpenSSL's generator, not from base/entropy.h: an ECDSA signature is random
// anyway, so certificates are outside the simulated world, which is given a fixed one.
// Not for: records, calls, checkpoints (Ed25519, common/record).
//
// Threads: any; nothing here keeps state.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/secret.h"
#include "common/base/strings.h"

namespace qf::tls {

// What an authority may weigh: it shares the 4 KiB header of GENESIS with keys and names. About 390 bytes in fact.
constexpr size_t kAuthorityBytesMax = 500;
constexpr uint32_t kDaysMax = 20 * 366;

struct Authority {
  std::string certificate_der;
  Secret private_key_der;  // PKCS #8
};

// What a server shows: its certificate with what leads up to the authority (the authority itself left out), and key.
struct Identity {
  std::string chain_pem;
  Secret private_key_pem;  // PKCS #8
};

struct CertificateInfo {
  uint64_t not_before_us;
  uint64_t not_after_us;
  bool is_authority;               // may issue others
  std::vector<std::string> hosts;  // DNS names and IP addresses it is good for; none for an authority
};

// A new authority, valid for `days` (1 to kDaysMax; INVALID_ARGUMENT(CONFIG) otherwise) from `now_us`.
// Its name is "qingfeng" and eight bytes of its key's digest: authorities of two offices never have the same.
absl::StatusOr<Authority> MakeAuthority(uint64_t now_us, uint32_t days);

// A server's certificate and a fresh key for it. `host` is a DNS name or an IP address (v4, or v6 without
// brackets), as it stands in the address that clients are given. Valid for `days` as above, but never longer than
// the authority. INVALID_ARGUMENT(CONFIG) for a host or days not allowed; INVALID_ARGUMENT(CERTIFICATE) if
// `authority` cannot issue, or its key is another's.
absl::StatusOr<Identity> IssueIdentity(const Authority& authority, absl::string_view host, uint64_t now_us,
                                       uint32_t days);

// OK if the first certificate of `chain_pem` leads up to one of `authorities_der`, is a server's for `host`
// (empty: for whichever), and all of them are valid at `now_us`. INVALID_ARGUMENT(CERTIFICATE) otherwise.
// What gRPC checks in a handshake; here for start-up checks and for telling a person what is wrong.
absl::Status CheckChain(Bytes chain_pem, const std::vector<std::string>& authorities_der, absl::string_view host,
                        uint64_t now_us);

// OK if the key of `identity` belongs to its first certificate. INVALID_ARGUMENT(CERTIFICATE) otherwise.
absl::Status CheckKey(const Identity& identity);

// What a certificate says of itself; nothing is verified. INVALID_ARGUMENT(CERTIFICATE) if it cannot be read, has
// bytes behind it, or its key is not P-256.
absl::StatusOr<CertificateInfo> Inspect(Bytes certificate_der);

// The same certificate as PEM, and back: every certificate in `pem`, at least one, in order.
// INVALID_ARGUMENT(CERTIFICATE) if one cannot be read.
absl::StatusOr<std::string> PemOf(Bytes certificate_der);
absl::StatusOr<std::vector<std::string>> DersOf(Bytes pem);

}  // namespace qf::tls
