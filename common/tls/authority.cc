// Making certificates: an office's authority, and a server's certificate issued by it.
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/check.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/sha256.h"
#include "common/base/try.h"
#include "common/tls/certificate.h"
#include "common/tls/openssl_support.h"

namespace qf::tls {
namespace {

using internal::CertificatePtr;
using internal::Freer;
using internal::KeyPtr;

KeyPtr NewKey() {
  KeyPtr key(EVP_EC_gen("P-256"));
  QF_CHECK(key != nullptr);
  return key;
}

absl::Status CheckDays(uint32_t days) {
  if (days >= 1 && days <= kDaysMax) return absl::OkStatus();
  return Error(Reason::REASON_CONFIG, absl::StrCat("a certificate must be valid for 1 to ", kDaysMax, " days"));
}

// A DNS name as RFC 1123 has it: no wildcard, no final dot.
bool IsDnsName(absl::string_view host) {
  if (host.size() > 253) return false;
  for (const absl::string_view label : absl::StrSplit(host, '.')) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    const bool plain = std::all_of(label.begin(), label.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!plain) return false;
  }
  return true;
}

// Eight bytes that name the key, in hexadecimal.
std::string KeyName(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size_bytes = i2d_PUBKEY(key, &der);
  QF_CHECK(size_bytes > 0);
  const Digest digest = Sha256(Bytes(reinterpret_cast<char*>(der), static_cast<size_t>(size_bytes)));
  OPENSSL_free(der);
  return ToHex(digest.bytes().substr(0, 8));
}

void SetName(X509_NAME* name, const std::string& text) {
  QF_CHECK(X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_ASC,
                                      reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size()), -1, 0) == 1);
}

void SetSerial(X509* certificate) {
  unsigned char serial[8];
  QF_CHECK(RAND_bytes(serial, sizeof serial) == 1);
  serial[0] = (serial[0] & 0x7f) | 0x40;  // positive, and always eight bytes
  const std::unique_ptr<BIGNUM, Freer<BN_free>> number(BN_bin2bn(serial, sizeof serial, nullptr));
  QF_CHECK(number != nullptr && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

void SetTime(ASN1_TIME* time, uint64_t us) {
  QF_CHECK(ASN1_TIME_set(time, static_cast<time_t>(us / kMicrosPerSecond)) != nullptr);
}

// Adds an extension in OpenSSL's own notation; `issuer` is for those that speak of it.
void AddExtension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  QF_CHECK(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void AddHost(X509* certificate, absl::string_view host) {
  const std::string ip = internal::IpBytes(host);
  const Bytes value = ip.empty() ? host : Bytes(ip);
  const std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>> names(GENERAL_NAMES_new());
  GENERAL_NAME* name = GENERAL_NAME_new();
  ASN1_STRING* text = ip.empty() ? ASN1_IA5STRING_new() : ASN1_OCTET_STRING_new();
  QF_CHECK(names != nullptr && name != nullptr && text != nullptr);
  QF_CHECK(ASN1_STRING_set(text, value.data(), static_cast<int>(value.size())) == 1);
  GENERAL_NAME_set0_value(name, ip.empty() ? GEN_DNS : GEN_IPADD, text);
  QF_CHECK(sk_GENERAL_NAME_push(names.get(), name) > 0);
  QF_CHECK(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, 0) == 1);
}

// What every certificate has: version 3, serial number, key, and a name with the key's own in it.
CertificatePtr NewCertificate(EVP_PKEY* key, absl::string_view name, uint64_t now_us, uint64_t not_after_us) {
  CertificatePtr certificate(X509_new());
  QF_CHECK(certificate != nullptr && X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  SetSerial(certificate.get());
  SetName(X509_get_subject_name(certificate.get()), absl::StrCat(name, " ", KeyName(key)));
  SetTime(X509_getm_notBefore(certificate.get()), now_us > kMicrosPerDay ? now_us - kMicrosPerDay : 0);
  SetTime(X509_getm_notAfter(certificate.get()), not_after_us);
  QF_CHECK(X509_set_pubkey(certificate.get(), key) == 1);
  return certificate;
}

void Sign(X509* certificate, EVP_PKEY* key) { QF_CHECK(X509_sign(certificate, key, EVP_sha256()) > 0); }

Secret KeyDer(EVP_PKEY* key) {
  const internal::BioPtr bio = internal::WipedBuffer();
  QF_CHECK(i2d_PKCS8PrivateKey_bio(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return Secret(internal::Written(bio));
}

Secret KeyPem(EVP_PKEY* key) {
  const internal::BioPtr bio = internal::WipedBuffer();
  QF_CHECK(PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return Secret(internal::Written(bio));
}

}  // namespace

absl::StatusOr<Authority> MakeAuthority(uint64_t now_us, uint32_t days) {
  QF_TRY(CheckDays(days));
  const KeyPtr key = NewKey();
  const CertificatePtr certificate = NewCertificate(key.get(), "qingfeng", now_us, now_us + days * kMicrosPerDay);
  X509* const self = certificate.get();
  QF_CHECK(X509_set_issuer_name(self, X509_get_subject_name(self)) == 1);
  AddExtension(self, self, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  AddExtension(self, self, NID_key_usage, "critical,keyCertSign");
  AddExtension(self, self, NID_subject_key_identifier, "hash");
  Sign(self, key.get());
  Authority out{internal::DerOf(self), KeyDer(key.get())};
  QF_CHECK(out.certificate_der.size() <= kAuthorityBytesMax);
  return out;
}

absl::StatusOr<Identity> IssueIdentity(const Authority& authority, absl::string_view host, uint64_t now_us,
                                       uint32_t days) {
  QF_TRY(CheckDays(days));
  if (internal::IpBytes(host).empty() && !IsDnsName(host)) {
    return Error(Reason::REASON_CONFIG, "a server's host must be a DNS name or an IP address");
  }
  QF_TRY_ASSIGN(const CertificateInfo info, Inspect(authority.certificate_der));
  QF_TRY_ASSIGN(const CertificatePtr issuer, internal::ParseDer(authority.certificate_der));
  QF_TRY_ASSIGN(const KeyPtr issuer_key, internal::ParseKeyDer(authority.private_key_der.bytes()));
  if (!info.is_authority || X509_get0_subject_key_id(issuer.get()) == nullptr) {
    return internal::CertificateError("this certificate may not issue others");
  }
  if (X509_check_private_key(issuer.get(), issuer_key.get()) != 1) {
    return internal::CertificateError("the authority's key does not belong to its certificate");
  }
  if (info.not_after_us <= now_us) return internal::CertificateError("the authority is past its date");

  const KeyPtr key = NewKey();
  const uint64_t not_after_us = std::min(now_us + days * kMicrosPerDay, info.not_after_us);
  const CertificatePtr certificate = NewCertificate(key.get(), "qingfeng server", now_us, not_after_us);
  X509* const self = certificate.get();
  QF_CHECK(X509_set_issuer_name(self, X509_get_subject_name(issuer.get())) == 1);
  AddExtension(self, issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(self, issuer.get(), NID_key_usage, "critical,digitalSignature");
  AddExtension(self, issuer.get(), NID_ext_key_usage, "serverAuth");
  AddExtension(self, issuer.get(), NID_subject_key_identifier, "hash");
  AddExtension(self, issuer.get(), NID_authority_key_identifier, "keyid:always");
  AddHost(self, host);
  Sign(self, issuer_key.get());
  return Identity{internal::PemOf(self), KeyPem(key.get())};
}

}  // namespace qf::tls
