// Inside common/tls only: OpenSSL's objects as owners that free themselves, and the few conversions that are needed
// more than once.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/secret.h"
#include "common/base/strings.h"

namespace qf::tls::internal {

template <auto kFree>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Freer<X509_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free_all>>;

// INVALID_ARGUMENT(CERTIFICATE).
absl::Status CertificateError(absl::string_view message);

// OpenSSL's thread keeps errors that nobody read; they would be mistaken for the next one's.
void ForgetErrors();

// `bytes` to be read by OpenSSL; they outlive the result.
BioPtr ReadFrom(Bytes bytes);
// A place to write to that is wiped when freed, and what was written there.
BioPtr WipedBuffer();
Bytes Written(const BioPtr& bio);

// INVALID_ARGUMENT(CERTIFICATE) if it cannot be read whole.
absl::StatusOr<CertificatePtr> ParseDer(Bytes certificate_der);
absl::StatusOr<KeyPtr> ParseKeyDer(Bytes private_key_der);

std::string DerOf(X509* certificate);
std::string PemOf(X509* certificate);

// True for a key on P-256.
bool IsP256(EVP_PKEY* key);

// The 4 or 16 bytes of an IP address; empty if `host` is none.
std::string IpBytes(absl::string_view host);

}  // namespace qf::tls::internal
