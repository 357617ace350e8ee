#include "common/base/sha256.h"

#include <openssl/evp.h>

#include "common/base/check.h"

namespace qf {

struct Sha256Stream::State {
  State() : context(EVP_MD_CTX_new()) { Begin(); }
  ~State() { EVP_MD_CTX_free(context); }
  void Begin() { QF_CHECK(EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1); }
  EVP_MD_CTX* const context;
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {}
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

void Sha256Stream::Update(Bytes bytes) { QF_CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1); }

Digest Sha256Stream::Finish() {
  Digest out;
  unsigned int size = 0;
  QF_CHECK(EVP_DigestFinal_ex(state_->context, out.mutable_data(), &size) == 1 && size == Digest::kSize);
  state_->Begin();
  return out;
}

Digest Sha256(Bytes bytes) {
  // A context reused by its thread: making one costs more than hashing a leaf.
  thread_local Sha256Stream stream;
  stream.Update(bytes);
  return stream.Finish();
}

}  // namespace qf
