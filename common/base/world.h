// The world that a client or a server lives in: everything that is not a pure function, in one struct.
// Passed once to the two roots (client-core/api, server/server.h); what lies deeper takes only what it uses.
#pragma once

#include "common/base/clock.h"
#include "common/base/entropy.h"
#include "common/base/files.h"
#include "common/base/loop.h"
#include "common/base/worker.h"

namespace qf {

struct World {
  Clock& clock;
  Loop& loop;
  Worker& worker;
  Entropy& entropy;
  Files& files;
};

}  // namespace qf
