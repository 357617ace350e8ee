// The kinds of record from which authority follows: those that Authority::Add takes notice of. Whoever keeps a log
// reads these whole when it opens, and everything else when it is asked for.
#pragma once

#include "common/base/proto_names.h"
#include "qingfeng/record/v1/record.pb.h"

namespace qf::record {

constexpr recordpb::Kind kAuthorityKinds[] = {
    recordpb::KIND_GENESIS, recordpb::KIND_CERTIFICATE, recordpb::KIND_REVOKE,  recordpb::KIND_INVITE,
    recordpb::KIND_ENROL,   recordpb::KIND_EPOCH,       recordpb::KIND_RESTART, recordpb::KIND_APPROVE,
};

}  // namespace qf::record
