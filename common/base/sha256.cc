#include "common/base/sha256.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "common/base/check.h"

namespace qf {
namespace {

// OpenSSL frees what it holds when a process exits, and a thread that ends frees its part too; where both happen at
// once, something is freed twice (its issue 6214). gRPC's threads and ours end just then, so OpenSSL is told to leave
// its memory to the system. Only what comes before its first use counts: here, before main, in all that is linked.
[[maybe_unused]] const int kNoEndAtExit = OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);

}  // namespace

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
