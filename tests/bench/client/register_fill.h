// Fills stores with many rows, past the steps that would make them one by one.
#pragma once

#include "absl/functional/function_ref.h"
#include "common/base/check.h"
#include "common/base/try.h"
#include "tests/bench/client/phone.h"

namespace qf::bench {

constexpr uint64_t kRecordsATransaction = 2'000;

// `put(tx, i)` for 0, 1, …, `count` - 1, in transactions of a good size.
template <class Put>
void PutMany(client::Session& session, uint64_t count, Put put) {
  for (uint64_t begin = 0; begin < count; begin += kRecordsATransaction) {
    const uint64_t end = std::min(begin + kRecordsATransaction, count);
    const absl::Status written = session.database().Write([&](sql::WriteTxn& tx) -> absl::Status {
      for (uint64_t i = begin; i < end; ++i) QF_TRY(put(tx, i));
      return absl::OkStatus();
    });
    QF_CHECK(written.ok());
  }
}

// `count` entries of the manager's log and arrivals of its register, by the phone, with `report_of(i)` in them; i = 0
// is the oldest. A message of the phone stands behind each of the first `with_message`. What lists are filtered by is
// worked out by the desk itself. The position of the first.
uint64_t FillRegister(Phone& phone, uint64_t count, absl::FunctionRef<contentpb::Report(uint64_t)> report_of,
                      uint64_t with_message = 0);

}  // namespace qf::bench
