// QF_CHECK: our own invariants only. Outside input never reaches one; it gets a Status (base/error.h).
// A failed check prints the condition, file and line, never a value, and aborts.
#pragma once

namespace qf::internal {
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);
}

#define QF_CHECK(condition) ((condition) ? (void)0 : ::qf::internal::CheckFailed(#condition, __FILE__, __LINE__))
