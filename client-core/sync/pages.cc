#include "client-core/sync/pages.h"

#include <algorithm>
#include <map>

#include "client-core/store/entry.h"
#include "client-core/store/offer.h"
#include "client-core/store/setting.h"
#include "common/base/error.h"
#include "common/base/sha256.h"
#include "common/base/try.h"
#include "common/record/ceremony.h"

namespace qf::client {
namespace {

// A page after parsing and before its proof was checked.
struct ParsedPage {
  std::string feed;
  bool is_log = false;
  uint64_t from = 0;
  uint64_t to = 0;
  std::vector<record::Entry> entries;
};

absl::Status Wrong(absl::string_view what) { return Error(Reason::REASON_PROOF, what); }

absl::StatusOr<ParsedPage> Parse(Replica& replica, const serverpb::Page& page, uint64_t cursor) {
  ParsedPage out{page.feed(), page.feed() == "log", page.from(), page.to(), {}};
  if (page.from() != cursor || page.to() < page.from()) return Wrong("a page does not begin where it was asked for");
  uint64_t next = page.from();
  for (const auto& raw : page.entries()) {
    QF_TRY_ASSIGN(record::Entry entry, record::ParseEntry(raw));
    const record::Header& header = entry.record.header;
    if (header.office != replica.session().office().office)
      return Error(Reason::REASON_OFFICE, "a page holds a record of another office");
    if (!out.is_log && header.feed.name() != page.feed()) return Wrong("a page holds a record of another feed");
    const bool in_order = out.is_log ? entry.place.position == next : entry.place.position >= next;
    if (!in_order || entry.place.position >= page.to()) return Wrong("a page is not in order");
    next = entry.place.position + 1;
    out.entries.push_back(std::move(entry));
  }
  if (out.is_log && next != page.to()) return Wrong("a page of the log leaves something out");
  return out;
}

// Every stream goes on where it was read last.
absl::StatusOr<std::map<record::StreamId, uint64_t>> CheckStreams(sql::ReadTxn& tx, const ParsedPage& page) {
  std::map<record::StreamId, uint64_t> last;
  for (const record::Entry& entry : page.entries) {
    const auto stream = entry.record.header.stream();
    auto found = last.find(stream);
    if (found == last.end()) {
      QF_TRY_ASSIGN(const uint64_t read, GetSequenceRead(tx, stream));
      found = last.emplace(stream, read).first;
    }
    if (entry.record.header.sequence != found->second + 1) return Error(Reason::REASON_GAP, "a stream has a hole");
    ++found->second;
  }
  return last;
}

// Appends the leaves to the desk's own tree and compares the root; the tree is as before when that fails.
absl::StatusOr<SignedCheckpoint> CheckRoot(Replica& replica, const serverpb::Page& raw, const ParsedPage& page) {
  QF_TRY_ASSIGN(log::Tree* const tree, replica.Mirror());
  const uint64_t before = tree->size();
  if (before != page.from) return Wrong("a page does not continue this desk's copy of the log");
  const auto compare = [&]() -> absl::StatusOr<SignedCheckpoint> {
    for (const record::Entry& entry : page.entries) {
      QF_TRY_ASSIGN(const Digest leaf, LeafHashOf(entry.place, entry.record.id, entry.record.signature));
      tree->Append(leaf);
    }
    QF_TRY_ASSIGN(SignedCheckpoint checkpoint, replica.Verified(raw.checkpoint()));
    QF_TRY_ASSIGN(const Digest root, tree->Root());
    if (checkpoint.checkpoint.size != page.to) return Wrong("the checkpoint of a page has another size");
    if (checkpoint.checkpoint.root != root)
      return Error(Reason::REASON_FORK, "a page does not lead to the root that the server signed");
    return checkpoint;
  };
  auto checkpoint = compare();
  if (!checkpoint.ok()) QF_TRY(tree->Truncate(before));
  return checkpoint;
}

absl::StatusOr<std::vector<std::string>> CheckPaths(const serverpb::Page& raw, const ParsedPage& page,
                                                    const AnswerProofs& proofs) {
  if (raw.paths_size() != raw.entries_size()) return Wrong("a page lacks a proof");
  if (page.to > proofs.checkpoint().checkpoint.size) return Wrong("a page goes beyond its checkpoint");
  std::vector<std::string> paths;
  for (size_t i = 0; i < page.entries.size(); ++i) {
    const auto& [place, record] = page.entries[i];
    QF_TRY_ASSIGN(std::string path, proofs.PathOf(place, record.id, record.signature, raw.paths(static_cast<int>(i))));
    paths.push_back(std::move(path));
  }
  return paths;
}

// A RESTART in the log names the key of its term, if its own chain proves it.
absl::Status NoteRestart(Replica& replica, sql::WriteTxn& tx, const record::Entry& entry) {
  if (entry.record.header.kind != recordpb::KIND_RESTART || entry.place.verdict != 0) return absl::OkStatus();
  const auto restart = record::VerifyRestart(entry.record, replica.session().office().office);
  if (!restart.ok()) return absl::OkStatus();
  QF_TRY(PutRestart(tx, restart->clear.term(), entry.record.ToProto()));
  // Whoever signed it may have named one that leaves no room for the next.
  if (!record::IsBelievable(restart->clear.term(), replica.term())) return absl::OkStatus();
  return replica.SawTerm(tx, restart->clear.term());
}

absl::Status Store(Replica& replica, sql::WriteTxn& tx, const ParsedPage& page, const std::vector<std::string>& paths,
                   const AnswerProofs& proofs) {
  QF_TRY_ASSIGN(const auto streams, CheckStreams(tx, page));
  uint64_t checkpoint_id = 0;
  if (!page.is_log && !page.entries.empty()) {
    QF_TRY_ASSIGN(checkpoint_id, KeepCheckpoint(tx, proofs.checkpoint()));
  }
  for (size_t i = 0; i < page.entries.size(); ++i) {
    const record::Entry& entry = page.entries[i];
    QF_TRY(InsertEntry(tx, entry, page.is_log ? EntryProof{} : EntryProof{paths[i], checkpoint_id}));
    QF_TRY(ReadOffer(tx, entry.record.id));
    QF_TRY(NoteRestart(replica, tx, entry));
  }
  for (const auto& [stream, sequence] : streams) QF_TRY(PutSequenceRead(tx, stream, sequence));
  return PutCursor(tx, page.feed, page.to);
}

}  // namespace

absl::StatusOr<PageResult> ApplyPage(Replica& replica, const serverpb::Page& raw, const AnswerProofs& proofs) {
  Session& session = replica.session();
  QF_TRY_ASSIGN(const uint64_t cursor,
                session.database().Read([&](sql::ReadTxn& tx) { return GetCursor(tx, raw.feed()); }));
  QF_TRY_ASSIGN(const ParsedPage page, Parse(replica, raw, cursor));
  PageResult result{page.entries.size(), page.from, page.to < proofs.checkpoint().checkpoint.size};
  if (page.to == page.from) return result;

  std::vector<std::string> paths;
  std::optional<SignedCheckpoint> at_to;
  log::Tree* tree = nullptr;
  if (page.is_log) {
    QF_TRY_ASSIGN(at_to, CheckRoot(replica, raw, page));
    QF_TRY_ASSIGN(tree, replica.Mirror());
  } else {
    QF_TRY_ASSIGN(paths, CheckPaths(raw, page, proofs));
  }
  for (const record::Entry& entry : page.entries) session.SawLogTime(entry.place.received_at_us);
  const absl::Status stored = replica.Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(session.KeepTimes(tx));
    QF_TRY(Store(replica, tx, page, paths, proofs));
    if (!page.is_log) return absl::OkStatus();
    for (const log::TileRow& row : tree->TakeTiles()) QF_TRY(PutTile(tx, row));
    return PutSetting(tx, Setting::kMirrorCheckpoint, at_to->note);
  });
  if (!stored.ok()) {
    if (tree != nullptr) QF_TRY(tree->Truncate(page.from));
    return stored;
  }
  for (const record::Entry& entry : page.entries) {
    session.authority().Add(entry.record.header, entry.record.id, entry.place);
  }
  return result;
}

absl::StatusOr<std::optional<uint64_t>> ApplyLateBodies(
    Replica& replica, const google::protobuf::RepeatedPtrField<serverpb::LateBody>& bodies) {
  std::optional<uint64_t> lowest;
  if (bodies.empty()) return lowest;
  QF_TRY(replica.session().database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    for (const auto& late : bodies) {
      const auto id = RecordId::From(late.record_id());
      if (!id.ok()) continue;
      QF_TRY_ASSIGN(const auto stored, FindEntry(tx, *id));
      if (!stored.has_value() || !stored->body_absent()) continue;
      const auto& [place, record] = stored->entry;
      if (Sha256(late.body()) != record.header.body_sha256) continue;
      QF_TRY(SetEntryBody(tx, *id, late.body()));
      lowest = std::min(lowest.value_or(place.position), place.position);
    }
    return absl::OkStatus();
  }));
  return lowest;
}

}  // namespace qf::client
