// OpenSSL's randomness from a seed: the server makes its TLS authority with it, and GENESIS names that, so without this
// no two runs of a seed would hold the same bytes. For simulations only.
#pragma once

#include <cstdint>

namespace qf::sim {

// From now on, in this whole process.
void SeedOpenSsl(uint64_t seed);

}  // namespace qf::sim
