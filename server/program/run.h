// `qingfengd run`: the server with its carriers, until SIGTERM or SIGINT.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "server/config/config.h"

namespace qf::server {

// Keeps SIGTERM and SIGINT for RunServer. Call on the main thread before any other thread begins.
void BlockSignals();

// Serves until a signal comes, then drains. FAILED_PRECONDITION(STORE_CLOSED) if the store takes no more writes: the
// service manager starts the process again.
absl::Status RunServer(const Config& config);

}  // namespace qf::server
