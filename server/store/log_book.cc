#include "server/store/log_book.h"

#include <algorithm>

#include "common/base/check.h"
#include "common/base/limits.h"
#include "common/base/logging.h"
#include "common/log/checkpoint.h"
#include "common/record/authority_kinds.h"
#include "common/record/ceremony.h"
#include "server/store/entries.h"
#include "server/store/settings.h"

namespace qf::server {
namespace {

absl::Status Damaged(absl::string_view what) { return Error(Reason::REASON_STORE_DAMAGED, what); }

// 4 MiB of tiles: the paths of the last 65,000 leaves without a look at the store.
constexpr size_t kCachedTiles = 256;

}  // namespace

bool IsFact(recordpb::Kind kind) {
  const auto& kinds = record::kAuthorityKinds;
  return kind == recordpb::KIND_REFILLED || std::find(std::begin(kinds), std::end(kinds), kind) != std::end(kinds);
}

absl::StatusOr<std::unique_ptr<LogBook>> LogBook::Open(Files& files, Clock& clock, sql::Database& database,
                                                       std::string head_path) {
  auto book = std::unique_ptr<LogBook>(new LogBook(clock, database));
  QF_TRY_ASSIGN(auto head_file, HeadFile::Open(files, clock, std::move(head_path)));
  {
    MutexLock lock(book->head_mutex_);
    book->head_file_ = std::move(head_file);
  }
  QF_TRY(book->Load(database));
  QF_TRY(book->CompareWithHead());
  return book;
}

absl::Status LogBook::Load(sql::Database& database) {
  QF_TRY(database.Read([&](sql::ReadTxn& tx) -> absl::Status {
    QF_TRY(LoadIdentity(tx));
    return LoadFacts(tx);
  }));
  QF_TRY(LoadTree(database));
  MutexLock lock(mutex_);
  // A backup counts while the log extends it; its size was noted in this very log.
  if (safe_size_ > size_) safe_size_ = 0;
  return absl::OkStatus();
}

absl::Status LogBook::LoadIdentity(sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(const auto genesis, FindSetting(tx, Setting::kGenesis));
  if (!genesis) return Error(Reason::REASON_NOT_ENROLLED, "this server belongs to no office yet: install its bundle");
  if (!genesis_.ParseFromString(*genesis)) return Damaged("the office's first record cannot be read");
  QF_TRY_ASSIGN(const record::Record record, record::ParseRecord(genesis_, record::SignatureCheck::kKnownGood));
  office_ = record.header.office;
  QF_TRY_ASSIGN(first_log_key_, SigningKey::From(record.header.clear.genesis().log_key()));

  MutexLock lock(mutex_);
  authority_ = std::make_unique<record::Authority>(office_);
  QF_TRY_ASSIGN(term_.number, NumberSetting(tx, Setting::kTerm));
  QF_TRY_ASSIGN(safe_size_, NumberSetting(tx, Setting::kSafe));
  QF_TRY_ASSIGN(const auto seed, FindSetting(tx, Setting::kLogKey));
  if (!seed || term_.number == 0) return Damaged("the key of the log is missing");
  QF_TRY_ASSIGN(auto key, record::Signer::FromSeed(*seed));
  term_.log_key = std::make_shared<const record::Signer>(std::move(key));
  QF_TRY_ASSIGN(const auto next, FindSetting(tx, Setting::kNextLogKey));
  if (next) {
    QF_TRY_ASSIGN(auto next_key, record::Signer::FromSeed(*next));
    next_log_key_ = std::make_shared<const record::Signer>(std::move(next_key));
  }
  highest_term_ = term_.number;
  return absl::OkStatus();
}

absl::Status LogBook::LoadFacts(sql::ReadTxn& tx) {
  std::vector<Fact> facts;
  auto restarts = std::make_shared<std::vector<recordpb::Record>>();
  QF_TRY(ScanFacts(tx, [&](const EntryView& entry) -> absl::StatusOr<bool> {
    QF_TRY_ASSIGN(record::Header header, record::ParseHeader(entry.header));
    facts.push_back({std::move(header), record::IdOf(entry.header), entry.place});
    if (facts.back().header.kind == recordpb::KIND_RESTART && entry.place.verdict == 0) {
      restarts->emplace_back();
      restarts->back().set_header(entry.header.data(), entry.header.size());
      restarts->back().set_signature(entry.signature.data(), entry.signature.size());
    }
    return true;
  }));
  MutexLock lock(mutex_);
  for (const Fact& fact : facts) {
    TakeNotice(fact);
    const bool begins = fact.header.kind == recordpb::KIND_RESTART && fact.place.verdict == 0 &&
                        fact.header.clear.restart().term() == term_.number && term_.began_us == 0;
    if (begins) term_.began_us = fact.place.received_at_us;
  }
  LookForRefilled();
  restarts_ = std::move(restarts);
  return absl::OkStatus();
}

absl::Status LogBook::LoadTree(sql::Database& database) {
  std::vector<Digest> tail;
  QF_TRY_ASSIGN(const LogEnd end, database.Read([&](sql::ReadTxn& tx) -> absl::StatusOr<LogEnd> {
    QF_TRY_ASSIGN(const LogEnd found, EndOfLog(tx));
    QF_TRY(
        ScanLog(tx, log::Tree::TailStart(found.size), found.size, [&](const EntryView& entry) -> absl::StatusOr<bool> {
          QF_TRY_ASSIGN(const Digest hash, LeafHashOf(entry.place, record::IdOf(entry.header), entry.signature));
          tail.push_back(hash);
          return true;
        }));
    return found;
  }));
  MutexLock lock(mutex_);
  QF_TRY_ASSIGN(tree_, log::Tree::Open(tiles_, end.size, tail, {.cached_tiles = kCachedTiles}));
  size_ = end.size;
  received_at_us_ = end.received_at_us;
  return absl::OkStatus();
}

absl::Status LogBook::CompareWithHead() {
  MutexLock head_lock(head_mutex_);
  MutexLock lock(mutex_);
  const auto& head = head_file_->head();
  if (head) {
    highest_term_ = std::max(highest_term_, std::max(head->highest_term, head->term));
    const bool behind = std::tie(term_.number, size_) < std::tie(head->term, head->size);
    rolled_back_ = behind || (head->rolled_back && term_.number <= head->term);
    return absl::OkStatus();
  }
  rolled_back_ = true;
  Log(Level::kWarning, "log_rolled_back", {{"size", size_}});
  return head_file_->NoteDurably(HeadNow());
}

Head LogBook::HeadNow() const { return {term_.number, size_, highest_term_, rolled_back_}; }

void LogBook::TakeNotice(const Fact& fact) {
  authority_->Add(fact.header, fact.id, fact.place);
  if (fact.header.kind == recordpb::KIND_RESTART && fact.place.verdict == 0) {
    const uint64_t term = fact.header.clear.restart().term();
    if (record::IsBelievable(term, term_.number)) highest_term_ = std::max(highest_term_, term);
  }
  if (fact.header.kind == recordpb::KIND_REFILLED && fact.place.verdict == 0) refilled_.push_back(fact);
}

// Whether one counts may follow from entries that come after it.
void LogBook::LookForRefilled() {
  for (const Fact& fact : refilled_) {
    if (fact.header.clear.refilled().term() == term_.number && authority_->Counts(fact.header, fact.place)) {
      term_.refilled = true;
    }
  }
}

LogView LogBook::View() const {
  const uint64_t now_us = clock_.NowUs();
  MutexLock lock(mutex_);
  LogView view{term_.number, size_, safe_size_, highest_term_, rolled_back_, false};
  view.refilling = term_.began_us != 0 && !term_.refilled && now_us < term_.began_us + limits::kRefillUs;
  return view;
}

uint64_t LogBook::NowUs() const {
  const uint64_t now_us = clock_.NowUs();
  MutexLock lock(mutex_);
  return std::max(now_us, received_at_us_ + 1);
}

record::Standing LogBook::StandingOf(const SigningKey& key, uint64_t at_us) const {
  MutexLock lock(mutex_);
  return authority_->StandingOf(key, at_us);
}

bool LogBook::MayPull(const SigningKey& device, const record::Feed& feed, uint64_t now_us) const {
  MutexLock lock(mutex_);
  return authority_->MayPull(device, feed, now_us);
}

record::Verdict LogBook::Judge(const record::Header& header, uint64_t at_us) const {
  MutexLock lock(mutex_);
  return authority_->Judge(header, at_us);
}

std::optional<SigningKey> LogBook::LogKeyOf(uint64_t term) const {
  if (term == record::kFirstTerm) return first_log_key_;
  MutexLock lock(mutex_);
  if (term == term_.number) return term_.log_key->public_key();
  return authority_->LogKeyOf(term);
}

std::shared_ptr<const std::vector<recordpb::Record>> LogBook::restarts() const {
  MutexLock lock(mutex_);
  return restarts_;
}

absl::StatusOr<std::string> LogBook::Checkpoint(const LogView& view, uint64_t size) {
  std::shared_ptr<const record::Signer> key;
  log::Checkpoint checkpoint{office_, view.term, size, Digest()};
  {
    MutexLock lock(mutex_);
    if (rolled_back_) return Error(Reason::REASON_ROLLED_BACK, "the log waits for a RESTART");
    if (view.term != term_.number) return Error(Reason::REASON_TERM, "a new term has begun");
    QF_CHECK(size <= size_);
    if (size == size_ && !newest_checkpoint_.empty()) return newest_checkpoint_;
    QF_TRY_ASSIGN(checkpoint.root, tree_->RootAt(size));
    key = term_.log_key;
  }
  std::string text = log::FormatCheckpoint(checkpoint, *key);
  MutexLock lock(mutex_);
  if (size == size_ && view.term == term_.number) newest_checkpoint_ = text;
  return text;
}

absl::StatusOr<Digest> LogBook::RootAt(uint64_t size) {
  MutexLock lock(mutex_);
  return tree_->RootAt(size);
}

absl::Status LogBook::MarkRolledBack(uint64_t seen_term) {
  MutexLock head_lock(head_mutex_);
  Head head;
  {
    MutexLock lock(mutex_);
    if (rolled_back_ && seen_term <= highest_term_) return absl::OkStatus();
    rolled_back_ = true;
    newest_checkpoint_.clear();
    highest_term_ = std::max(highest_term_, seen_term);
    head = HeadNow();
  }
  Log(Level::kWarning, "log_rolled_back", {{"size", head.size}});
  return head_file_->NoteDurably(head);
}

std::optional<SigningKey> LogBook::next_log_key() const {
  MutexLock lock(mutex_);
  if (next_log_key_ == nullptr) return std::nullopt;
  return next_log_key_->public_key();
}

void LogBook::SetNextLogKey(record::Signer key) {
  MutexLock lock(mutex_);
  next_log_key_ = std::make_shared<const record::Signer>(std::move(key));
}

void LogBook::SetSafe(uint64_t size) {
  MutexLock lock(mutex_);
  safe_size_ = size;
}

void LogBook::ExpectCopy() {
  MutexLock lock(head_mutex_);
  head_file_->SyncNext();
}

absl::Status LogBook::Add(const record::Record& record, const record::Placement& place, bool begins_term) {
  QF_TRY_ASSIGN(const Digest hash, LeafHashOf(place, record.id, record.signature));
  MutexLock lock(mutex_);
  QF_CHECK(place.position == tree_->size());
  tree_->Append(hash);
  received_at_us_ = place.received_at_us;
  if (!IsFact(record.header.kind)) return absl::OkStatus();
  if (begins_term) {
    next_term_ = Term{record.header.clear.restart().term(), next_log_key_, place.received_at_us, false};
  }
  TakeNotice({record.header, record.id, place});
  if (record.header.kind == recordpb::KIND_RESTART && place.verdict == 0) {
    new_restarts_.push_back(record.ToProto());
  }
  return absl::OkStatus();
}

std::vector<log::TileRow> LogBook::TakeTiles() {
  MutexLock lock(mutex_);
  return tree_->TakeTiles();
}

uint64_t LogBook::next_position() const {
  MutexLock lock(mutex_);
  return tree_->size();
}

absl::Status LogBook::Publish() {
  MutexLock head_lock(head_mutex_);
  Head head;
  {
    MutexLock lock(mutex_);
    if (tree_->size() == size_) return absl::OkStatus();
    size_ = tree_->size();
    newest_checkpoint_.clear();
    if (!new_restarts_.empty()) {
      auto restarts = std::make_shared<std::vector<recordpb::Record>>(*restarts_);
      for (auto& restart : new_restarts_) restarts->push_back(std::move(restart));
      restarts_ = std::move(restarts);
      new_restarts_.clear();
    }
    if (next_term_) {
      term_ = *std::exchange(next_term_, std::nullopt);
      highest_term_ = std::max(highest_term_, term_.number);
      next_log_key_ = nullptr;
      rolled_back_ = false;
    }
    LookForRefilled();
    head = HeadNow();
  }
  return head_file_->Note(head);
}

absl::Status LogBook::Withdraw() {
  MutexLock lock(mutex_);
  next_term_.reset();
  new_restarts_.clear();
  const uint64_t size = size_;
  refilled_.erase(std::remove_if(refilled_.begin(), refilled_.end(),
                                 [size](const Fact& fact) { return fact.place.position >= size; }),
                  refilled_.end());
  authority_->Truncate(size_);
  return tree_->Truncate(size_);
}

}  // namespace qf::server
