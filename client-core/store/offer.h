// What this device holds of positions that the present term may lack: offered again after a RESTART, and kept until
// a page has brought it again. Known RESTARTs. docs/protocol.md, "Restore".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/record/record.h"
#include "common/sql/database.h"

namespace qf::client {

struct StoredOffer {
  record::Record record;
  std::string prior;  // serialized Receipt; empty if there is none
};

// Takes a record on the list; one that is there keeps the prior with the earlier clock_at, and becomes pending and
// unread again.
absl::Status PutOffer(sql::WriteTxn& tx, const record::Record& record, const std::string& prior, uint64_t clock_at_us);
// Not answered yet, RESTARTs first, then broadcast and roster, then the rest in old order. At most `limit`.
absl::StatusOr<std::vector<StoredOffer>> PendingOffers(sql::ReadTxn& tx, size_t limit);
absl::StatusOr<uint64_t> CountPendingOffers(sql::ReadTxn& tx);
absl::StatusOr<bool> IsOfferPending(sql::ReadTxn& tx, const RecordId& record);
absl::StatusOr<std::optional<StoredOffer>> FindOffer(sql::ReadTxn& tx, const RecordId& record);
// The server answered it.
absl::Status AnswerOffer(sql::WriteTxn& tx, const RecordId& record);
// A page brought it.
absl::Status ReadOffer(sql::WriteTxn& tx, const RecordId& record);
// A new term begins: everything that no page has brought is pending again.
absl::Status RenewOffers(sql::WriteTxn& tx);

// RESTARTs that were verified, by term.
absl::Status PutRestart(sql::WriteTxn& tx, uint64_t term, const recordpb::Record& record);
absl::StatusOr<std::vector<recordpb::Record>> ListRestarts(sql::ReadTxn& tx);

// Last sequence placed in own streams.
absl::StatusOr<uint64_t> GetSequencePlaced(sql::ReadTxn& tx, const Incarnation& incarnation, const std::string& feed);
absl::Status PutSequencePlaced(sql::WriteTxn& tx, const Incarnation& incarnation, const std::string& feed,
                               uint64_t sequence);
absl::StatusOr<std::vector<std::pair<std::string, uint64_t>>> ListPlaced(sql::ReadTxn& tx,
                                                                         const Incarnation& incarnation);

}  // namespace qf::client
