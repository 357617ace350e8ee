// An office's log in memory, with real records, signatures, tree and checkpoints: plays the server's part of sync for
// tests of what devices make of it. It judges by record::Authority and takes records in order, as docs/protocol.md
// says; it has no quotas, bags or disk. Not for: tests of the server.
//
//   LogBuilder log(entropy, clock, administrator_keys);
//   log.Append(log.Make(phone, record::Feed::Roster(), recordpb::KIND_ENROL, clear));
//   serverpb::ExchangeResponse answer = log.Exchange(device, request);
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client-core/office/ceremony.h"
#include "common/base/loop.h"
#include "common/log/checkpoint.h"
#include "common/log/path_table.h"
#include "common/log/tree.h"
#include "common/record/authority.h"
#include "common/record/ceremony.h"
#include "common/rpc/transport.h"
#include "qingfeng/server/v1/log.pb.h"
#include "qingfeng/server/v1/sync.pb.h"
#include "tests/support/manual_clock.h"

namespace qf {

class MemoryTileStore final : public log::TileStore {
 public:
  absl::StatusOr<std::string> ReadTile(int level, uint64_t index) override;
  void Put(const std::vector<log::TileRow>& rows);

 private:
  std::map<std::pair<int, uint64_t>, std::string> tiles_;
};

class LogBuilder {
 public:
  // Founds the office; GENESIS is leaf 0.
  LogBuilder(Entropy& entropy, ManualClock& clock, const recordpb::DeviceKeys& administrator);

  const client::NewOffice& office() const { return office_; }
  const record::Signer& log_key() const { return terms_.back().log_key; }
  uint64_t term() const { return terms_.back().number; }
  uint64_t size() const { return tree_->size(); }
  const std::vector<recordpb::Entry>& entries() const { return entries_; }
  record::Authority& authority() { return authority_; }

  // A record by `author`, next in its stream of this builder's making.
  record::Record Make(const record::Signer& author, record::Feed feed, recordpb::Kind kind, recordpb::ClearPart clear,
                      std::string body = "", ItemId item = {});
  // A record by `author` with a public body.
  record::Record MakePublic(const record::Signer& author, record::Feed feed, recordpb::Kind kind, Bytes content);
  // Appends as the server does after judging: a refused record stands without body. The clock goes on by a microsecond.
  record::Placement Append(const record::Record& record, uint32_t verdict = 0,
                           std::optional<uint64_t> clock_at_us = {});
  // The same without the body, which `bodies` gives when it is asked for.
  record::Placement AppendWithoutBody(const record::Record& record);

  // Answers an Exchange of `device`.
  serverpb::ExchangeResponse Exchange(const SigningKey& device, const serverpb::ExchangeRequest& request);

  // The signed note of the first `size` leaves.
  std::string Checkpoint(uint64_t size);
  Digest RootAt(uint64_t size) { return *tree_->RootAt(size); }

  // The server is restored: the first `size` leaves are left, and it waits for a RESTART.
  void Restore(uint64_t size);
  serverpb::GetNextLogKeyResponse NextLogKey();
  bool rolled_back() const { return rolled_back_; }
  // Lies: signs checkpoints of another root from now on.
  void ForgeRoots() { forge_ = true; }

  // How far the server's clock is ahead in what Welcome says.
  uint64_t clock_ahead_us = 0;

  // Sealed bytes of files, by digest.
  std::map<std::string, std::string> blobs;

 private:
  friend class LogTransport;
  struct Stream {
    uint64_t sequence = 0;
    RecordId last;
  };
  struct Term {
    uint64_t number;
    uint64_t position;  // of its RESTART
    record::Signer log_key;
  };

  serverpb::Acknowledgement Take(const serverpb::Offer& offer, const serverpb::ExchangeRequest& request);
  serverpb::Acknowledgement TakeRestart(const record::Record& record);
  std::optional<record::Placement> ProvedPrior(const serverpb::Offer& offer, const record::Record& record,
                                               const serverpb::ExchangeRequest& request) const;
  void FillWelcome(const SigningKey& device, const serverpb::Hello& hello, serverpb::Welcome* welcome);
  void FillPage(const serverpb::Cursor& cursor, log::PathTable& paths, serverpb::ExchangeResponse* response);
  static std::vector<Term> FirstTerm(Entropy& entropy);
  // Keys of terms that the log may not hold any more: devices bring their RESTARTs.
  void LearnTerms(const serverpb::ExchangeRequest& request);
  std::optional<SigningKey> KeyOfTerm(uint64_t term) const;

  Entropy& entropy_;
  ManualClock& clock_;
  std::vector<Term> terms_;  // that the log holds; the last goes on
  record::Signer next_log_key_;
  client::NewOffice office_;
  record::Authority authority_;
  MemoryTileStore tiles_;
  std::unique_ptr<log::Tree> tree_;
  std::vector<recordpb::Entry> entries_;
  std::vector<recordpb::Record> restarts_;
  std::map<RecordId, uint64_t> positions_;
  std::map<record::StreamId, Stream> streams_;
  std::map<std::pair<SigningKey, std::string>, Incarnation> made_in_;
  std::map<record::StreamId, uint64_t> made_;
  std::map<RecordId, std::string> late_bodies_;
  std::map<uint64_t, SigningKey> learned_;  // keys of terms, from RESTARTs of the Exchange
  uint64_t highest_term_ = record::kFirstTerm;
  uint64_t last_us_ = 0;
  bool rolled_back_ = false;
  bool forge_ = false;
};

// Carries the calls of one device to a LogBuilder: Exchange, LogService and BlobService/Read.
class LogTransport final : public rpc::Transport {
 public:
  LogTransport(LogBuilder& log, Loop& loop, const SigningKey& device) : log_(log), loop_(loop), device_(device) {}

  rpc::CallId Start(const std::string& method, const std::string& call_token, std::string request, uint64_t timeout_us,
                    Done done) override;
  void Cancel(rpc::CallId call) override { cancelled_ = call; }

  bool reachable = true;
  uint64_t calls = 0;
  size_t read_bytes = 1000;  // of one BlobService/Read: small, so that a file takes several

 private:
  absl::StatusOr<std::string> Answer(const std::string& method, const std::string& request);

  LogBuilder& log_;
  Loop& loop_;
  const SigningKey device_;
  rpc::CallId cancelled_ = 0;
};

}  // namespace qf
