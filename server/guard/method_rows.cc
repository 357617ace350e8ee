#include "server/guard/method_rows.h"

namespace qf::server {
namespace {

constexpr MethodRow kRows[] = {
    {"qingfeng.server.v1.EnrolmentService/GetOffice", Need::kAnyone},
    {"qingfeng.server.v1.EnrolmentService/Enrol", Need::kAnyone},
    {"qingfeng.server.v1.SyncService/Exchange", Need::kKey},
    {"qingfeng.server.v1.BlobService/Begin", Need::kContributor},
    {"qingfeng.server.v1.BlobService/Append", Need::kContributor},
    {"qingfeng.server.v1.BlobService/Read", Need::kDevice},
    {"qingfeng.server.v1.LogService/GetCheckpoint", Need::kDevice},
    {"qingfeng.server.v1.LogService/CheckConsistency", Need::kUnrevoked},
    {"qingfeng.server.v1.LogService/GetNextLogKey", Need::kAdministrator},
    {"qingfeng.server.v1.AdminService/GetHealth", Need::kOperator},
    {"qingfeng.server.v1.AdminService/Backup", Need::kOperator},
};

}  // namespace

absl::Span<const MethodRow> MethodRows() { return kRows; }

const MethodRow* FindMethodRow(absl::string_view method) {
  for (const MethodRow& row : kRows) {
    if (row.method == method) return &row;
  }
  return nullptr;
}

}  // namespace qf::server
