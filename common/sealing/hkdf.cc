#include "common/sealing/hkdf.h"

#include <sodium.h>

#include <algorithm>

#include "common/base/check.h"
#include "common/sealing/sodium_support.h"

namespace qf::sealing {

Secret HmacSha256(Bytes key, std::initializer_list<Bytes> parts) {
  SodiumReady();
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, Data(key), key.size());
  for (Bytes part : parts) crypto_auth_hmacsha256_update(&state, Data(part), part.size());
  Secret out(kHmacBytes);
  crypto_auth_hmacsha256_final(&state, out.mutable_data());
  sodium_memzero(&state, sizeof state);
  return out;
}

Secret HkdfExtract(Bytes salt, Bytes input_key) { return HmacSha256(salt, {input_key}); }

Secret HkdfExpand(Bytes pseudorandom_key, Bytes info, size_t size_bytes) {
  QF_CHECK(size_bytes <= 255 * kHmacBytes);
  Secret out(size_bytes);
  Secret block;
  for (size_t done = 0; done < size_bytes; done += kHmacBytes) {
    const char number = static_cast<char>(done / kHmacBytes + 1);
    block = HmacSha256(pseudorandom_key, {block.bytes(), info, Bytes(&number, 1)});
    std::copy_n(block.data(), std::min(kHmacBytes, size_bytes - done), out.mutable_data() + done);
  }
  return out;
}

Secret HkdfSha256(Bytes input_key, Bytes salt, Bytes info, size_t size_bytes) {
  return HkdfExpand(HkdfExtract(salt, input_key).bytes(), info, size_bytes);
}

}  // namespace qf::sealing
