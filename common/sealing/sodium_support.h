// What every call into libsodium needs here. Not for other folders: what they need of libsodium is behind the
// other headers.
#pragma once

#include <string>

#include "common/base/strings.h"

namespace qf::sealing {

// libsodium chooses its fast code for this processor once; every function that calls it asks for that first,
// so nobody has to remember an Init. Cheap after the first time; any thread. Aborts if libsodium cannot
// start.
void SodiumReady();

inline const unsigned char* Data(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
inline unsigned char* MutableData(std::string& bytes) { return reinterpret_cast<unsigned char*>(&bytes[0]); }

}  // namespace qf::sealing
