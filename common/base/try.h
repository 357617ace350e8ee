// QF_TRY returns the error of an absl::Status to the caller; QF_TRY_ASSIGN takes the value out of a StatusOr
// or returns its error. Newer Abseil's ABSL_RETURN_IF_ERROR and ABSL_ASSIGN_OR_RETURN mean the same.
//
//   QF_TRY(file->Sync());
//   QF_TRY_ASSIGN(auto header, ParseHeader(bytes));
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define QF_TRY(expression)                                                                      \
  do {                                                                                          \
    if (::absl::Status qf_try_status = (expression); !qf_try_status.ok()) return qf_try_status; \
  } while (false)

#define QF_TRY_CAT2(a, b) a##b
#define QF_TRY_CAT(a, b) QF_TRY_CAT2(a, b)
#define QF_TRY_ASSIGN(target, expression) QF_TRY_ASSIGN_AS(QF_TRY_CAT(qf_try_, __LINE__), target, expression)
#define QF_TRY_ASSIGN_AS(name, target, expression) \
  auto name = (expression);                        \
  if (!name.ok()) return std::move(name).status(); \
  target = *std::move(name)
