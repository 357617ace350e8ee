// The office's list of townships in its OFFICE record: what is a good one, for whoever writes it and whoever reads it.
#pragma once

#include "absl/status/status.h"
#include "common/base/proto_names.h"
#include "qingfeng/record/v1/clear.pb.h"

namespace qf::client {

// INVALID_ARGUMENT(FORM) for the first thing that is wrong, "townships.3.name: …" or "townships.3.place: …": a name
// that is empty, longer than limits::kTownshipNameBytes, holds what nobody sees, or is there twice; a place that is
// half given, off the map, or taken; "townships: …" for more than limits::kTownships.
absl::Status CheckTownships(const recordpb::Office& office);

// Takes out what CheckTownships would refuse: whoever wrote it, a reader's screen holds to the bounds.
void DropWrongTownships(recordpb::Office* office);

}  // namespace qf::client
