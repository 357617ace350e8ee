// The commented reference file, compiled in.
#pragma once

namespace qf::server {

// With %DIR%, %LISTEN% and %HOST% where those values stand.
extern const char kReferenceConfig[];

}  // namespace qf::server
