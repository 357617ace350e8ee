// Overwrites with zeros what must not stay in memory once it was used; the compiler may not leave it out. For bytes
// that a Secret (secret.h) does not hold. Written here, because phones have no explicit_bzero.
#pragma once

#include <cstddef>
#include <cstring>

namespace qf {

inline void Wipe(void* bytes, size_t size_bytes) {
  if (size_bytes == 0) return;
  std::memset(bytes, 0, size_bytes);
  asm volatile("" : : "r"(bytes) : "memory");  // somebody may look at it: the zeros have to be there
}

}  // namespace qf
