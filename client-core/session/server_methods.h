// The server's methods that a client calls, as they are named on the wire: `package.Service/Method`. Requests and
// answers are in proto/qingfeng/server/v1.
#pragma once

namespace qf::client::server_methods {

inline constexpr char kExchange[] = "qingfeng.server.v1.SyncService/Exchange";
inline constexpr char kGetOffice[] = "qingfeng.server.v1.EnrolmentService/GetOffice";
inline constexpr char kEnrol[] = "qingfeng.server.v1.EnrolmentService/Enrol";
inline constexpr char kBegin[] = "qingfeng.server.v1.BlobService/Begin";
inline constexpr char kAppend[] = "qingfeng.server.v1.BlobService/Append";
inline constexpr char kRead[] = "qingfeng.server.v1.BlobService/Read";
inline constexpr char kCheckConsistency[] = "qingfeng.server.v1.LogService/CheckConsistency";
inline constexpr char kGetNextLogKey[] = "qingfeng.server.v1.LogService/GetNextLogKey";

}  // namespace qf::client::server_methods
