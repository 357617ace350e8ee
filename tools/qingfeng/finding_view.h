// What an examination found, as people read it.
#pragma once

#include <string>

#include "common/base/proto_names.h"
#include "qingfeng/client/v1/vault.pb.h"

namespace qf::cli {

// What was seen, in the person's language: "last exchange: 2026-03-15 14:03". Empty for what this build does not know.
std::string ShownFinding(const clientpb::Finding& finding);
// What to do about it; empty if nothing.
std::string ShownRemedy(const clientpb::Finding& finding);

}  // namespace qf::cli
