// Reading and checking certificates; making them is in authority.cc.
#include "common/tls/certificate.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <ctime>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/clock.h"
#include "common/base/try.h"
#include "common/tls/openssl_support.h"

namespace qf::tls {
namespace {

using internal::CertificatePtr;
using internal::Freer;

struct StackFreer {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};
using StackPtr = std::unique_ptr<STACK_OF(X509), StackFreer>;

absl::StatusOr<uint64_t> MicrosOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return internal::CertificateError("a certificate has no valid date");
  const time_t seconds = timegm(&parts);
  return seconds < 0 ? 0 : static_cast<uint64_t>(seconds) * kMicrosPerSecond;
}

std::string HostOf(const GENERAL_NAME* name) {
  int type = 0;
  const auto* value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(name, &type));
  if (type != GEN_DNS && type != GEN_IPADD) return "";
  const auto* data = ASN1_STRING_get0_data(value);
  const int size_bytes = ASN1_STRING_length(value);
  if (type == GEN_DNS) return std::string(reinterpret_cast<const char*>(data), static_cast<size_t>(size_bytes));
  char text[INET6_ADDRSTRLEN] = "";
  if (size_bytes == 4) inet_ntop(AF_INET, data, text, sizeof text);
  if (size_bytes == 16) inet_ntop(AF_INET6, data, text, sizeof text);
  return text;
}

std::vector<std::string> HostsOf(X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> out;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    std::string host = HostOf(sk_GENERAL_NAME_value(names.get(), i));
    if (!host.empty()) out.push_back(std::move(host));
  }
  return out;
}

absl::StatusOr<std::vector<CertificatePtr>> ParsePem(Bytes pem) {
  const internal::BioPtr bio = internal::ReadFrom(pem);
  std::vector<CertificatePtr> out;
  while (CertificatePtr next{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) out.push_back(std::move(next));
  // The last read fails because nothing more begins; a block that begins and cannot be read is an error.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  internal::ForgetErrors();
  if (out.empty() || !at_end) return internal::CertificateError("a certificate cannot be read");
  return out;
}

// The authorities as roots, and nothing else.
absl::StatusOr<std::unique_ptr<X509_STORE, Freer<X509_STORE_free>>> RootsOf(
    const std::vector<std::string>& authorities_der) {
  std::unique_ptr<X509_STORE, Freer<X509_STORE_free>> store(X509_STORE_new());
  QF_CHECK(store != nullptr);
  for (const std::string& der : authorities_der) {
    QF_TRY_ASSIGN(const CertificatePtr authority, internal::ParseDer(der));
    QF_CHECK(X509_STORE_add_cert(store.get(), authority.get()) == 1);
  }
  return store;
}

void Expect(X509_VERIFY_PARAM* parameters, absl::string_view host, uint64_t now_us) {
  X509_VERIFY_PARAM_set_time(parameters, static_cast<time_t>(now_us / kMicrosPerSecond));
  QF_CHECK(X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER) == 1);
  if (host.empty()) return;
  const std::string ip = internal::IpBytes(host);
  if (ip.empty()) {
    QF_CHECK(X509_VERIFY_PARAM_set1_host(parameters, host.data(), host.size()) == 1);
  } else {
    QF_CHECK(X509_VERIFY_PARAM_set1_ip(parameters, reinterpret_cast<const unsigned char*>(ip.data()), ip.size()) == 1);
  }
}

}  // namespace

absl::Status CheckChain(Bytes chain_pem, const std::vector<std::string>& authorities_der, absl::string_view host,
                        uint64_t now_us) {
  QF_TRY_ASSIGN(std::vector<CertificatePtr> chain, ParsePem(chain_pem));
  QF_TRY_ASSIGN(const auto roots, RootsOf(authorities_der));
  if (host.find('\0') != absl::string_view::npos) return internal::CertificateError("a host has no zero bytes");
  const StackPtr between(sk_X509_new_null());
  QF_CHECK(between != nullptr);
  for (size_t i = 1; i < chain.size(); ++i) QF_CHECK(sk_X509_push(between.get(), chain[i].release()) > 0);

  const std::unique_ptr<X509_STORE_CTX, Freer<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
  QF_CHECK(context != nullptr);
  QF_CHECK(X509_STORE_CTX_init(context.get(), roots.get(), chain[0].get(), between.get()) == 1);
  Expect(X509_STORE_CTX_get0_param(context.get()), host, now_us);
  if (X509_verify_cert(context.get()) == 1) return absl::OkStatus();
  return internal::CertificateError(
      absl::StrCat("the server's certificate is not good: ",
                   X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()))));
}

absl::Status CheckKey(const Identity& identity) {
  QF_TRY_ASSIGN(const std::vector<CertificatePtr> chain, ParsePem(identity.chain_pem));
  const internal::BioPtr bio = internal::ReadFrom(identity.private_key_pem.bytes());
  const internal::KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (key == nullptr) return internal::CertificateError("a private key cannot be read");
  if (X509_check_private_key(chain[0].get(), key.get()) == 1) return absl::OkStatus();
  return internal::CertificateError("the private key does not belong to the certificate");
}

absl::StatusOr<CertificateInfo> Inspect(Bytes certificate_der) {
  QF_TRY_ASSIGN(const CertificatePtr certificate, internal::ParseDer(certificate_der));
  if (!internal::IsP256(X509_get0_pubkey(certificate.get()))) {
    return internal::CertificateError("a certificate's key is not on P-256");
  }
  CertificateInfo info;
  QF_TRY_ASSIGN(info.not_before_us, MicrosOf(X509_get0_notBefore(certificate.get())));
  QF_TRY_ASSIGN(info.not_after_us, MicrosOf(X509_get0_notAfter(certificate.get())));
  info.is_authority = X509_check_ca(certificate.get()) == 1;
  info.hosts = HostsOf(certificate.get());
  internal::ForgetErrors();
  return info;
}

absl::StatusOr<std::string> PemOf(Bytes certificate_der) {
  QF_TRY_ASSIGN(const CertificatePtr certificate, internal::ParseDer(certificate_der));
  return internal::PemOf(certificate.get());
}

absl::StatusOr<std::vector<std::string>> DersOf(Bytes pem) {
  QF_TRY_ASSIGN(const std::vector<CertificatePtr> chain, ParsePem(pem));
  std::vector<std::string> out;
  for (const CertificatePtr& certificate : chain) out.push_back(internal::DerOf(certificate.get()));
  return out;
}

}  // namespace qf::tls
