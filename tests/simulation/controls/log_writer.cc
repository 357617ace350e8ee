// server/store/log_writer.cc, which stops the process on a record that is not the next of its stream: the second guard
// of the same rule. Without the rule (order.cc) it has to let that record in, so that the readers' guard is what is
// seen.
#include "server/store/log_writer.h"

#include <algorithm>

#include "common/base/check.h"
#include "server/store/blobs.h"
#include "server/store/entries.h"
#include "server/store/lacking.h"
#include "server/store/settings.h"
#include "tests/simulation/controls/controls.h"

#undef QF_CHECK
#define QF_CHECK(condition)                                         \
  ((condition) || ::qf::sim::InUse(::qf::sim::Control::kInOrderOff) \
       ? (void)0                                                    \
       : ::qf::internal::CheckFailed(#condition, __FILE__, __LINE__))
#include "server/store/log_writer.cc"
