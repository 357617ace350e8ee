// Arrivals of the register as people name and see them.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/base/proto_names.h"
#include "qingfeng/client/v1/desk.pb.h"
#include "tools/qingfeng/core.h"

namespace qf::cli {

// The record id of the arrival that `text` names: by record id, by its first digits, or by its title.
absl::StatusOr<std::string> ResolveArrival(Core& core, const std::string& text);
// The arrival itself, opened.
absl::StatusOr<clientpb::GetArrivalResponse> FetchArrival(Core& core, const std::string& text);

// "urgent; late", and why it cannot be read if it cannot.
std::string Marks(const clientpb::Arrival& arrival);
// "1/2": files here of files named; empty if it names none.
std::string FilesText(const clientpb::Arrival& arrival);
// Empty for 0.
std::string NumberText(uint64_t number);

}  // namespace qf::cli
