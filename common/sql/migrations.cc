#include "common/sql/migrations.h"

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/sha256.h"

namespace qf::sql {

absl::StatusOr<absl::Span<const Migration>> PendingMigrations(absl::Span<const Migration> known,
                                                              absl::Span<const AppliedMigration> applied) {
  for (size_t i = 0; i < known.size(); ++i) QF_CHECK(known[i].number == static_cast<int>(i) + 1);
  for (size_t i = 0; i < applied.size(); ++i) {
    if (i >= known.size()) {
      return Error(Reason::REASON_STORE_NEWER,
                   absl::StrCat("this program knows ", known.size(), " migrations, the store has ", applied.size()));
    }
    if (applied[i].number != known[i].number || applied[i].sha256 != Sha256(known[i].sql)) {
      return Error(Reason::REASON_MIGRATION_CHANGED,
                   absl::StrCat("migration ", known[i].number, " is not the one that made this store"));
    }
  }
  return known.subspan(applied.size());
}

}  // namespace qf::sql
