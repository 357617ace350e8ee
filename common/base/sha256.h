// SHA-256 (FIPS 180-4) by OpenSSL: how records, bodies and blobs are named, and what the log's tree is made of.
#pragma once

#include <memory>

#include "common/base/ids.h"
#include "common/base/strings.h"

namespace qf {

// Digest of `bytes`.
Digest Sha256(Bytes bytes);

// Digest of what is fed in parts. One object, one digest; not for several threads at once.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;

  void Update(Bytes bytes);
  // The digest of everything fed; afterwards the object begins anew.
  Digest Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace qf
