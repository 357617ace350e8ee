// The bytes of dictionary 1, made from dictionary_1.bin at build time. For dictionary.cc.
#pragma once

#include "common/base/strings.h"

namespace qf::sealing {

Bytes Dictionary1Bytes();

}  // namespace qf::sealing
