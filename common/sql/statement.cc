#include "common/sql/statement.h"

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/error.h"

namespace qf::sql {

const Row::Cell& Row::At(size_t column) const {
  QF_CHECK(column < cells_.size());
  return cells_[column];
}

int64_t Row::Integer(size_t column) const {
  const Cell& cell = At(column);
  if (cell.kind != Value::Kind::kInteger) Damaged(column, "is no integer");
  return cell.integer;
}

Bytes Row::BytesAt(size_t column) const {
  const Cell& cell = At(column);
  if (cell.kind != Value::Kind::kText && cell.kind != Value::Kind::kBlob) Damaged(column, "holds no bytes");
  return cell.bytes;
}

void Row::Damaged(size_t column, absl::string_view what) const {
  if (!status_.ok()) return;
  status_ = Error(Reason::REASON_STORE_DAMAGED, absl::StrCat("column ", column, " of a stored row ", what));
}

}  // namespace qf::sql
