#include "tests/support/log_builder.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/sha256.h"
#include "common/log/leaf.h"
#include "common/log/verify.h"
#include "common/record/ceremony.h"
#include "common/sealing/seal.h"
#include "common/tls/certificate.h"
#include "qingfeng/server/v1/blob.pb.h"

namespace qf {
namespace {

constexpr size_t kPageEntries = 50;  // small, so that tests see several pages

std::string ServerRequestOf(const record::Signer& log_key) {
  const auto authority = tls::MakeAuthority(SystemClock().NowUs(), 100);
  serverpb::ServerRequest request;
  request.set_log_key(log_key.public_key().str());
  request.set_tls_authority(authority->certificate_der);
  request.set_signature(
      log_key.Sign(absl::StrCat(absl::string_view("qingfeng/server-request/1\0", 26), authority->certificate_der)));
  return request.SerializeAsString();
}

Digest LeafOf(const recordpb::Placement& place, const record::Record& record) {
  return log::LeafHash(log::LeafData(*log::LeafFrom(place, record.id, Sha256(record.signature))));
}

std::vector<uint32_t> Indexes(const recordpb::Path& path) { return {path.nodes().begin(), path.nodes().end()}; }

}  // namespace

absl::StatusOr<std::string> MemoryTileStore::ReadTile(int level, uint64_t index) {
  const auto found = tiles_.find({level, index});
  if (found == tiles_.end()) return Error(Reason::REASON_STORE_DAMAGED, "no such tile");
  return found->second;
}

void MemoryTileStore::Put(const std::vector<log::TileRow>& rows) {
  for (const auto& row : rows) tiles_[{row.level, row.index}] = row.hashes;
}

std::vector<LogBuilder::Term> LogBuilder::FirstTerm(Entropy& entropy) {
  std::vector<Term> terms;
  terms.push_back({record::kFirstTerm, 0, record::Signer::Generate(entropy)});
  return terms;
}

LogBuilder::LogBuilder(Entropy& entropy, ManualClock& clock, const recordpb::DeviceKeys& administrator)
    : entropy_(entropy),
      clock_(clock),
      terms_(FirstTerm(entropy)),
      next_log_key_(record::Signer::Generate(entropy)),
      office_(*client::FoundOffice(entropy, *client::ReadServerRequest(ServerRequestOf(log_key())), administrator)),
      authority_(office_.office),
      tree_(*log::Tree::Open(tiles_, 0, {}, {})) {
  Append(office_.genesis);
}

record::Record LogBuilder::Make(const record::Signer& author, record::Feed feed, recordpb::Kind kind,
                                recordpb::ClearPart clear, std::string body, ItemId item) {
  record::Header header;
  header.office = office_.office;
  header.feed = feed;
  auto [incarnation, fresh] = made_in_.try_emplace({author.public_key(), ""});
  if (fresh) incarnation->second = entropy_.Random<Incarnation>();
  header.incarnation = incarnation->second;
  header.author = author.public_key();
  header.sequence = ++made_[header.stream()];
  header.kind = kind;
  header.item = item.empty() ? entropy_.Random<ItemId>() : item;
  header.clear = std::move(clear);
  return record::MakeRecord(std::move(header), std::move(body), author);
}

record::Record LogBuilder::MakePublic(const record::Signer& author, record::Feed feed, recordpb::Kind kind,
                                      Bytes content) {
  return Make(author, feed, kind, {}, *sealing::PublicContent(content));
}

record::Placement LogBuilder::Append(const record::Record& record, uint32_t verdict,
                                     std::optional<uint64_t> clock_at_us) {
  last_us_ = std::max(clock_.NowUs(), last_us_ + 1);
  const record::Placement place{tree_->size(), last_us_, clock_at_us.value_or(last_us_), verdict};
  recordpb::Entry entry;
  *entry.mutable_placement() = place.ToProto();
  *entry.mutable_record() = record.ToProto();
  if (verdict != 0) entry.mutable_record()->clear_body();
  tree_->Append(LeafOf(entry.placement(), record));
  tiles_.Put(tree_->TakeTiles());
  entries_.push_back(entry);
  authority_.Add(record.header, record.id, place);
  if (record.header.kind == recordpb::KIND_RESTART && verdict == 0) restarts_.push_back(record.ToProto());
  positions_.emplace(record.id, place.position);
  streams_[record.header.stream()] = {record.header.sequence, record.id};
  return place;
}

record::Placement LogBuilder::AppendWithoutBody(const record::Record& record) {
  const record::Placement place = Append(record);
  late_bodies_[record.id] = record.body;
  entries_.back().mutable_record()->clear_body();
  return place;
}

std::string LogBuilder::Checkpoint(uint64_t size) {
  log::Checkpoint checkpoint{office_.office, term(), size, RootAt(size)};
  if (forge_) checkpoint.root = Sha256(checkpoint.root.bytes());
  return log::FormatCheckpoint(checkpoint, log_key());
}

void LogBuilder::Restore(uint64_t size) {
  QF_CHECK(tree_->Truncate(size).ok());
  entries_.resize(size);
  authority_.Truncate(size);
  positions_.clear();
  streams_.clear();
  restarts_.clear();
  for (const auto& entry : entries_) {
    const auto record = *record::ParseRecord(entry.record());
    positions_.emplace(record.id, entry.placement().position());
    streams_[record.header.stream()] = {record.header.sequence, record.id};
    if (record.header.kind == recordpb::KIND_RESTART && entry.placement().verdict() == 0)
      restarts_.push_back(entry.record());
  }
  while (terms_.size() > 1 && terms_.back().position >= size) terms_.pop_back();
  rolled_back_ = true;
}

serverpb::GetNextLogKeyResponse LogBuilder::NextLogKey() {
  serverpb::GetNextLogKeyResponse response;
  response.set_log_key(next_log_key_.public_key().str());
  response.set_term(term());
  response.set_size(size());
  response.set_root(RootAt(size()).str());
  response.set_highest_term(highest_term_);
  response.set_rolled_back(rolled_back_);
  return response;
}

void LogBuilder::LearnTerms(const serverpb::ExchangeRequest& request) {
  learned_.clear();
  const auto learn = [this](const recordpb::Record& raw) {
    const auto record = record::ParseRecord(raw);
    const auto restart = record.ok() ? record::VerifyRestart(*record, office_.office) : record.status();
    if (restart.ok()) learned_.emplace(restart->clear.term(), *SigningKey::From(restart->clear.log_key()));
  };
  for (const auto& raw : restarts_) learn(raw);
  for (const auto& offer : request.push()) learn(offer.record());
}

std::optional<SigningKey> LogBuilder::KeyOfTerm(uint64_t term) const {
  if (term == record::kFirstTerm) return terms_.front().log_key.public_key();
  const auto found = learned_.find(term);
  return found == learned_.end() ? std::nullopt : std::optional<SigningKey>(found->second);
}

std::optional<record::Placement> LogBuilder::ProvedPrior(const serverpb::Offer& offer, const record::Record& record,
                                                         const serverpb::ExchangeRequest& request) const {
  if (!offer.has_prior() || offer.prior().proofs() >= static_cast<uint32_t>(request.prior_proofs_size()))
    return std::nullopt;
  const auto& proofs = request.prior_proofs(static_cast<int>(offer.prior().proofs()));
  const auto claimed = log::ParseUnverified(proofs.checkpoint());
  const auto key = claimed.ok() ? KeyOfTerm(claimed->term) : std::nullopt;
  if (!key.has_value() || !log::ParseCheckpoint(proofs.checkpoint(), office_.office, *key).ok()) return std::nullopt;
  const auto path = log::PathFromTable(proofs.nodes(), Indexes(offer.prior().path()));
  const auto& place = offer.prior().placement();
  const bool proved =
      path.ok() &&
      log::VerifyInclusion(LeafOf(place, record), place.position(), claimed->size, *path, claimed->root).ok();
  return proved ? std::optional<record::Placement>(record::Placement::From(place)) : std::nullopt;
}

serverpb::Acknowledgement LogBuilder::TakeRestart(const record::Record& record) {
  serverpb::Acknowledgement answer;
  const auto restart = record::VerifyRestart(record, office_.office);
  const bool fits = rolled_back_ && restart.ok() && restart->clear.kept_size() == size() &&
                    restart->clear.kept_root() == RootAt(size()).bytes() && restart->clear.term() > highest_term_;
  if (!fits) {
    answer.set_fate(serverpb::FATE_LATER);
    answer.set_reason(Reason::REASON_ROLLED_BACK);
    return answer;
  }
  rolled_back_ = false;
  highest_term_ = restart->clear.term();
  terms_.push_back({highest_term_, size(), next_log_key_.Copy()});
  next_log_key_ = record::Signer::Generate(entropy_);
  *answer.mutable_placement() = Append(record).ToProto();
  answer.set_fate(serverpb::FATE_STORED);
  return answer;
}

serverpb::Acknowledgement LogBuilder::Take(const serverpb::Offer& offer, const serverpb::ExchangeRequest& request) {
  serverpb::Acknowledgement answer;
  const auto record = record::ParseRecord(offer.record());
  if (!record.ok()) {
    answer.set_fate(serverpb::FATE_MALFORMED);
    answer.set_reason(ReasonOf(record.status()));
    return answer;
  }
  const bool restart = record->header.kind == recordpb::KIND_RESTART;
  if (restart && rolled_back_) return TakeRestart(*record);
  const uint64_t held = streams_[record->header.stream()].sequence;
  if (const auto known = positions_.find(record->id); known != positions_.end()) {
    auto& entry = entries_[known->second];
    if (entry.record().body().empty() && entry.placement().verdict() == 0)
      entry.mutable_record()->set_body(record->body);
    answer.set_fate(entry.placement().verdict() == 0 ? serverpb::FATE_DUPLICATE : serverpb::FATE_REFUSED);
    *answer.mutable_placement() = entry.placement();
    return answer;
  }
  if (record->header.sequence != held + 1) {
    answer.set_fate(serverpb::FATE_LATER);
    answer.set_reason(Reason::REASON_GAP);
    return answer;
  }
  const auto prior = ProvedPrior(offer, *record, request);
  record::Verdict judged;
  if (restart) {  // it counts by its chain
    if (!record::VerifyRestart(*record, office_.office).ok())
      judged = {record::Verdict::Fate::kRefuse, Reason::REASON_ROLE};
  } else if (!prior.has_value()) {
    judged = authority_.Judge(record->header, std::max(clock_.NowUs(), last_us_ + 1));
  }
  if (judged.fate == record::Verdict::Fate::kLater) {
    answer.set_fate(serverpb::FATE_LATER);
    answer.set_reason(judged.reason);
    return answer;
  }
  const uint32_t verdict = prior.has_value()                               ? prior->verdict
                           : judged.fate == record::Verdict::Fate::kRefuse ? static_cast<uint32_t>(judged.reason)
                                                                           : 0;
  const auto place =
      Append(*record, verdict, prior.has_value() ? std::optional<uint64_t>(prior->clock_at_us) : std::nullopt);
  *answer.mutable_placement() = place.ToProto();
  answer.set_fate(verdict == 0 ? serverpb::FATE_STORED : serverpb::FATE_REFUSED);
  for (const auto& blob : record->header.blobs) {
    if (verdict == 0 && blobs.count(blob.sha256.str()) == 0) answer.add_missing_blobs(blob.sha256.str());
  }
  return answer;
}

void LogBuilder::FillWelcome(const SigningKey& device, const serverpb::Hello& hello, serverpb::Welcome* welcome) {
  welcome->set_term(term());
  welcome->set_server_time_us(std::max(clock_.NowUs(), last_us_) + clock_ahead_us);
  welcome->set_log_size(size());
  welcome->set_rolled_back(rolled_back_);
  welcome->set_highest_term(highest_term_);
  if (hello.term() != term()) {
    for (const auto& restart : restarts_) *welcome->add_restarts() = restart;
  }
  for (const auto& [stream, held] : streams_) {
    if (stream.author != device || stream.incarnation.bytes() != hello.incarnation() || held.sequence == 0) continue;
    auto& out = *welcome->add_held();
    out.set_feed(stream.feed);
    out.set_sequence(held.sequence);
    out.set_record_id(held.last.str());
  }
}

void LogBuilder::FillPage(const serverpb::Cursor& cursor, log::PathTable& paths, serverpb::ExchangeResponse* response) {
  if (cursor.position() >= size()) return;
  const bool is_log = cursor.feed() == "log";
  auto& page = *response->add_pages();
  page.set_feed(cursor.feed());
  page.set_from(cursor.position());
  page.set_to(is_log ? std::min<uint64_t>(size(), cursor.position() + kPageEntries) : size());
  for (uint64_t i = page.from(); i < page.to(); ++i) {
    const auto header = *record::ParseHeader(entries_[i].record().header());
    if (!is_log && header.feed.name() != cursor.feed()) continue;
    *page.add_entries() = entries_[i];
    if (is_log) continue;
    auto& path = *page.add_paths();
    const auto indexes = *paths.AddInclusion(i);
    path.mutable_nodes()->Assign(indexes.begin(), indexes.end());
  }
  if (is_log) page.set_checkpoint(Checkpoint(page.to()));
}

serverpb::ExchangeResponse LogBuilder::Exchange(const SigningKey& device, const serverpb::ExchangeRequest& request) {
  serverpb::ExchangeResponse response;
  const bool same_term = request.hello().term() == term();
  LearnTerms(request);
  std::vector<serverpb::Acknowledgement> answers;
  for (const auto& offer : request.push()) {
    const auto header = record::ParseHeader(offer.record().header());
    const bool restart = header.ok() && header->kind == recordpb::KIND_RESTART;
    serverpb::Acknowledgement later;
    later.set_fate(serverpb::FATE_LATER);
    later.set_reason(rolled_back_ ? Reason::REASON_ROLLED_BACK : Reason::REASON_TERM);
    answers.push_back((same_term && !rolled_back_) || restart ? Take(offer, request) : later);
  }
  FillWelcome(device, request.hello(), response.mutable_welcome());
  for (const auto& [id, body] : late_bodies_) {
    for (const auto& wanted : request.hello().bodies_wanted()) {
      if (wanted != id.bytes()) continue;
      auto& late = *response.add_late_bodies();
      late.set_record_id(wanted);
      late.set_body(body);
    }
  }
  log::PathTable paths(*tree_, size());
  for (auto& answer : answers) {
    if (answer.has_placement()) {
      const auto indexes = *paths.AddInclusion(answer.placement().position());
      answer.mutable_path()->mutable_nodes()->Assign(indexes.begin(), indexes.end());
    }
    *response.add_acknowledgements() = answer;
  }
  if (!same_term || rolled_back_) return response;
  for (const auto& cursor : request.hello().cursors()) FillPage(cursor, paths, &response);
  response.mutable_proofs()->set_checkpoint(Checkpoint(size()));
  response.mutable_proofs()->set_nodes(paths.nodes());
  if (const auto old = log::ParseUnverified(request.hello().checkpoint()); old.ok() && old->term == term()) {
    const auto path = tree_->ConsistencyPath(old->size, size());
    for (const Digest& hash : *path) response.add_consistency(hash.str());
  }
  return response;
}

rpc::CallId LogTransport::Start(const std::string& method, const std::string&, std::string request, uint64_t,
                                Done done) {
  const rpc::CallId call = ++calls;
  loop_.Post([this, call, method, request = std::move(request), done = std::move(done)]() mutable {
    if (cancelled_ == call) return done(Error(Reason::REASON_CANCELLED, "cancelled"));
    done(Answer(method, request));
  });
  return call;
}

absl::StatusOr<std::string> LogTransport::Answer(const std::string& method, const std::string& bytes) {
  if (!reachable) return Error(Reason::REASON_UNREACHABLE, "no connection");
  if (method == "qingfeng.server.v1.SyncService/Exchange") {
    serverpb::ExchangeRequest request;
    request.ParseFromString(bytes);
    return log_.Exchange(device_, request).SerializeAsString();
  }
  if (method == "qingfeng.server.v1.LogService/GetNextLogKey") return log_.NextLogKey().SerializeAsString();
  if (method == "qingfeng.server.v1.LogService/CheckConsistency") {
    serverpb::CheckConsistencyRequest request;
    request.ParseFromString(bytes);
    const uint64_t new_size = request.new_size() == 0 ? log_.size() : request.new_size();
    if (request.old_size() > new_size || new_size > log_.size())
      return Error(Reason::REASON_NOT_FOUND, "the log is smaller");
    serverpb::CheckConsistencyResponse response;
    const auto path = log_.tree_->ConsistencyPath(request.old_size(), new_size);
    for (const Digest& hash : *path) response.add_path(hash.str());
    response.set_checkpoint(log_.Checkpoint(new_size));
    return response.SerializeAsString();
  }
  if (method == "qingfeng.server.v1.BlobService/Read") {
    serverpb::ReadRequest request;
    request.ParseFromString(bytes);
    const auto blob = log_.blobs.find(request.sha256());
    serverpb::ReadResponse response;
    if (blob == log_.blobs.end()) return response.SerializeAsString();
    const size_t most =
        request.size_bytes_max() == 0 ? read_bytes : std::min<size_t>(request.size_bytes_max(), read_bytes);
    if (request.offset() < blob->second.size()) response.set_data(blob->second.substr(request.offset(), most));
    response.set_committed_bytes(blob->second.size());
    response.set_complete(true);
    return response.SerializeAsString();
  }
  return Error(Reason::REASON_METHOD, "no such method");
}

}  // namespace qf
