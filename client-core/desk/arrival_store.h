// Rows of the register: arrivals, their messages, case actions, files. Projections; register.h fills them,
// arrival_list.h reads pages of them. Free functions over a transaction; lives on the loop.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client-core/store/entry.h"
#include "common/record/authority.h"
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

// Does a record of that kind have effect?
bool Counts(const record::Authority& authority, const Origin& origin, recordpb::Kind kind);

// Bits of ArrivalFacet::flags.
enum ArrivalFlag : uint32_t {
  kArrivalCounts = 1,        // has effect: its author's authority had not ended beyond 30 days
  kArrivalUrgent = 2,        // to be read first
  kArrivalLate = 4,          // came after its author's certificate ended, or while draining
  kArrivalNotCertified = 8,  // its author is not certified yet
  kArrivalUnanswered = 16,   // the reporter has the last word
  kArrivalInCase = 32,
};

// What an arrival is filtered and marked by; arrival_facet.h works it out.
struct ArrivalFacet {
  uint32_t flags = 0;
  uint32_t messages = 0;    // that count, both ways
  uint32_t unanswered = 0;  // of the reporter, since the office's last
  uint64_t case_number = 0;
};

struct ArrivalRow {
  Origin origin;
  bool urgent = false;
  std::optional<contentpb::Report> report;  // nullopt: see `problem`
  Reason problem = Reason::REASON_UNSPECIFIED;
  std::vector<record::BlobRef> blobs;
  ArrivalFacet facet;  // as it was worked out last; not taken by PutArrival
};

// Columns of an arrival `a` with its facet `f`, for ArrivalFromRow.
#define QF_ARRIVAL_COLUMNS                                                                                        \
  "a.position, a.record_id, a.author, a.item_id, a.feed, a.clock_at_us, a.urgent, a.report, a.problem, a.blobs, " \
  "f.flags, f.messages, f.unanswered, f.case_number"
absl::StatusOr<ArrivalRow> ArrivalFromRow(const sql::Row& row);

// Takes a report; of two of one (author, item) the earlier clock_at stays. True if the register has one more row.
absl::StatusOr<bool> PutArrival(sql::WriteTxn& tx, const ArrivalRow& row);
absl::StatusOr<std::optional<ArrivalRow>> FindArrival(sql::ReadTxn& tx, const ThingId& thing);
// Everything of an arrival that is searched, as it is compared: report, then messages until kSearchedBytesMax.
absl::StatusOr<std::string> SearchedText(sql::ReadTxn& tx, const ArrivalRow& row);

struct MessageRow {
  Origin origin;
  ThingId report;
  contentpb::Message message;
};
// Takes a message, folded in the same way; its report is found by its words from then on, and its facet is stale.
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
