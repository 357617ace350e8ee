// What this program calls itself, and which protocol it speaks.
#pragma once

#include <cstdint>

namespace qf::client {

inline constexpr char kVersion[] = "0.1.0";
inline constexpr char kClientVersion[] = "qingfeng/0.1.0";  // in Hello and in reports
inline constexpr uint32_t kProtocolRevision = 1;

}  // namespace qf::client
