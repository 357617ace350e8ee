// Rows of the register: arrivals, their messages, case actions, files. Projections; register.h fills them.
// Free functions over a transaction; lives on the loop.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "client-core/store/entry.h"
#include "common/sql/database.h"
#include "qingfeng/content/v1/content.pb.h"

namespace qf::client {

// What people see as one thing, however often it was placed.
struct ThingId {
  SigningKey author;
  ItemId item;
  friend bool operator<(const ThingId& a, const ThingId& b) {
    return std::tie(a.author, a.item) < std::tie(b.author, b.item);
  }
  friend bool operator==(const ThingId& a, const ThingId& b) { return a.author == b.author && a.item == b.item; }
};

// As much of an entry as these rows keep: enough to ask Authority whether it counts.
struct Origin {
  RecordId record;
  ThingId thing;
  std::string feed;
  record::Placement place;  // position, clock_at; received_at where a row has it

  // The header that Authority needs. `kind` is what the table holds.
  absl::StatusOr<record::Header> HeaderOf(recordpb::Kind kind) const;
};
Origin OriginOf(const record::Entry& entry);

struct ArrivalRow {
  Origin origin;
  bool urgent = false;
  std::optional<contentpb::Report> report;  // nullopt: see `problem`
  Reason problem = Reason::REASON_UNSPECIFIED;
  std::vector<record::BlobRef> blobs;
};

// Takes a report; of two of one (author, item) the earlier clock_at stays. True if the register has one more row.
absl::StatusOr<bool> PutArrival(sql::WriteTxn& tx, const ArrivalRow& row);
absl::StatusOr<std::optional<ArrivalRow>> FindArrival(sql::ReadTxn& tx, const ThingId& thing);

struct ArrivalFilter {
  uint64_t before_position = 0;    // 0 = from the newest
  std::string township;            // empty = any
  std::vector<std::string> words;  // folded (desk/words.h); empty = any
};
// Arrivals below a position, newest first, until `each` gives an error, which is then the answer.
absl::Status ForEachArrival(sql::ReadTxn& tx, const ArrivalFilter& filter,
                            absl::FunctionRef<absl::Status(const ArrivalRow&)> each);

struct MessageRow {
  Origin origin;
  ThingId report;
  contentpb::Message message;
};
// Takes a message, folded in the same way.
absl::Status PutMessage(sql::WriteTxn& tx, const MessageRow& row);
// Of one report, in order of clock_at.
absl::StatusOr<std::vector<MessageRow>> ListMessages(sql::ReadTxn& tx, const ThingId& report);
absl::StatusOr<bool> HasMessage(sql::ReadTxn& tx, const ThingId& message);

struct CaseActionRow {
  Origin origin;
  std::optional<contentpb::CaseAction> action;  // nullopt if it could not be opened
};
absl::Status PutCaseAction(sql::WriteTxn& tx, const CaseActionRow& row);
absl::StatusOr<std::vector<CaseActionRow>> ListCaseActions(sql::ReadTxn& tx);

// Files as the server last said.
struct FileState {
  uint64_t committed_bytes = 0;
  bool complete = false;
};
absl::Status PutFileState(sql::WriteTxn& tx, const Digest& sha256, const FileState& state);
absl::StatusOr<std::optional<FileState>> FindFileState(sql::ReadTxn& tx, const Digest& sha256);

// Everything above goes.
absl::Status ClearRegister(sql::WriteTxn& tx);

}  // namespace qf::client
