// Matchers for Status and StatusOr. A test names the failure that it expects; there is no "not OK".
//
//   EXPECT_THAT(Parse(""), Fails(Reason::REASON_MALFORMED));
//   ASSERT_OK_AND_ASSIGN(auto header, Parse(bytes));
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/error.h"
#include "common/base/try.h"

namespace qf {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <class T>
const absl::Status& StatusOf(const absl::StatusOr<T>& status) {
  return status.status();
}

inline std::string Describe(const absl::Status& status) { return NameOf(ReasonOf(status)) + " " + status.ToString(); }

MATCHER(IsOk, "is OK") {
  *result_listener << Describe(StatusOf(arg));
  return StatusOf(arg).ok();
}

MATCHER_P(Fails, reason, "fails with " + NameOf(reason)) {
  *result_listener << Describe(StatusOf(arg));
  return !StatusOf(arg).ok() && ReasonOf(StatusOf(arg)) == reason;
}

}  // namespace qf

#define ASSERT_OK(expression) ASSERT_THAT((expression), ::qf::IsOk())
#define EXPECT_OK(expression) EXPECT_THAT((expression), ::qf::IsOk())
#define ASSERT_OK_AND_ASSIGN(target, expression) \
  QF_ASSERT_OK_AND_ASSIGN_AS(QF_TRY_CAT(qf_value_, __LINE__), target, expression)
#define QF_ASSERT_OK_AND_ASSIGN_AS(name, target, expression) \
  auto name = (expression);                                  \
  ASSERT_TRUE(name.ok()) << ::qf::Describe(name.status());   \
  target = *std::move(name)
