// The bounds of docs/protocol.md, "Bounds", as whoever stands between devices and server sees them: no call and no
// answer of an honest program is beyond them, whatever the faults.
#pragma once

#include <string>

namespace qf::sim {

// What is beyond its bound, in words; empty if nothing is. `method` is "package.Service/Method"; bytes that are no
// message of it are beyond every bound.
std::string RequestBeyondBounds(const std::string& method, const std::string& request);
std::string AnswerBeyondBounds(const std::string& method, const std::string& answer);

}  // namespace qf::sim
