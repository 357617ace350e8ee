// Short names for the generated packages, the same in every folder.
#pragma once

namespace qingfeng::common::v1 {}
namespace qingfeng::record::v1 {}
namespace qingfeng::content::v1 {}
namespace qingfeng::server::v1 {}
namespace qingfeng::client::v1 {}

namespace qf {
namespace recordpb = ::qingfeng::record::v1;
namespace contentpb = ::qingfeng::content::v1;
namespace serverpb = ::qingfeng::server::v1;
namespace clientpb = ::qingfeng::client::v1;
}  // namespace qf
