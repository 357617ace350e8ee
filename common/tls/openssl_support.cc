#include "common/tls/openssl_support.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "common/base/check.h"
#include "common/base/error.h"

namespace qf::tls::internal {

absl::Status CertificateError(absl::string_view message) {
  ForgetErrors();
  return Error(Reason::REASON_CERTIFICATE, message);
}

void ForgetErrors() { ERR_clear_error(); }

BioPtr ReadFrom(Bytes bytes) {
  BioPtr bio(BIO_new_mem_buf(bytes.empty() ? "" : bytes.data(), static_cast<int>(bytes.size())));
  QF_CHECK(bio != nullptr);
  return bio;
}

BioPtr WipedBuffer() {
  BioPtr bio(BIO_new(BIO_s_secmem()));
  QF_CHECK(bio != nullptr);
  return bio;
}

Bytes Written(const BioPtr& bio) {
  char* data = nullptr;
  const long size_bytes = BIO_get_mem_data(bio.get(), &data);
  return Bytes(data, static_cast<size_t>(size_bytes));
}

absl::StatusOr<CertificatePtr> ParseDer(Bytes certificate_der) {
  const auto* at = reinterpret_cast<const unsigned char*>(certificate_der.data());
  const auto* end = at + certificate_der.size();
  CertificatePtr certificate(d2i_X509(nullptr, &at, static_cast<long>(certificate_der.size())));
  if (certificate == nullptr || at != end) return CertificateError("a certificate cannot be read");
  return certificate;
}

absl::StatusOr<KeyPtr> ParseKeyDer(Bytes private_key_der) {
  const auto* at = reinterpret_cast<const unsigned char*>(private_key_der.data());
  KeyPtr key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(private_key_der.size())));
  if (key == nullptr) return CertificateError("a private key cannot be read");
  return key;
}

std::string DerOf(X509* certificate) {
  const int size_bytes = i2d_X509(certificate, nullptr);
  QF_CHECK(size_bytes > 0);
  std::string out(static_cast<size_t>(size_bytes), '\0');
  auto* at = reinterpret_cast<unsigned char*>(&out[0]);
  i2d_X509(certificate, &at);
  return out;
}

std::string PemOf(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  QF_CHECK(bio != nullptr && PEM_write_bio_X509(bio.get(), certificate) == 1);
  return std::string(Written(bio));
}

bool IsP256(EVP_PKEY* key) {
  char group[32];
  size_t size = 0;
  return key != nullptr && EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1 && Bytes(group, size) == SN_X9_62_prime256v1;
}

std::string IpBytes(absl::string_view host) {
  if (host.find('\0') != absl::string_view::npos) return "";  // OpenSSL would stop reading there
  const std::unique_ptr<ASN1_OCTET_STRING, Freer<ASN1_OCTET_STRING_free>> address(
      a2i_IPADDRESS(std::string(host).c_str()));
  ForgetErrors();
  if (address == nullptr) return "";
  return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(address.get())),
                     static_cast<size_t>(ASN1_STRING_length(address.get())));
}

}  // namespace qf::tls::internal
