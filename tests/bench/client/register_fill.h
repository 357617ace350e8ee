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

// The reports of S10, 2 kB each. Written from one list of phrases, so nearly every report holds every common word: the
// worst that an index meets. Twelve townships; one in kNamedEvery names 慕容雪.
constexpr uint64_t kNamedEvery = 5'000;
contentpb::Report RegisterReport(uint64_t number);

// `count` entries of a desk's log and arrivals of its register, by the author of a report that is there already, with
// `report_of(i)` in them; i = 0 is the oldest. A message of theirs stands behind each of the first `with_message`. What
// lists are filtered by is left to the desk. The position of the first.
uint64_t FillDesk(client::Session& desk, Entropy& entropy, uint64_t count,
                  absl::FunctionRef<contentpb::Report(uint64_t)> report_of, uint64_t with_message = 0);

// The same of the manager's desk, by the phone; the desk has worked out what lists are filtered by.
uint64_t FillRegister(Phone& phone, uint64_t count, absl::FunctionRef<contentpb::Report(uint64_t)> report_of,
                      uint64_t with_message = 0);

}  // namespace qf::bench
