// How fast a server takes records in: over TLS, every signature checked, durable, receipts verified by the clients.
//
//   qingfengd init --dir D --host 127.0.0.1 --listen 127.0.0.1:18443
//   bench_intake found D                                        writes D/office.bundle
//   qingfengd install --dir D --bundle D/office.bundle;  qingfengd run --dir D &
//   bench_intake load D 127.0.0.1:18443 PID CLIENTS PACKS PACK_RECORDS BODY_BYTES
//   bench_intake floor F 127.0.0.1:18444 &                      the bare carrier: the same TLS and signature checks,
//   bench_intake load-floor F 127.0.0.1:18444 PID …             one row a record under group commit, a signed answer
//
// Prints one line of JSON: records, seconds, records a second, CPU of both sides a record in microseconds.
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <future>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "client-core/net/grpc_transport.h"
#include "common/base/check.h"
#include "common/base/files.h"
#include "common/base/sha256.h"
#include "common/log/checkpoint.h"
#include "common/log/leaf.h"
#include "common/log/verify.h"
#include "common/record/ceremony.h"
#include "common/rpc/call_token.h"
#include "common/sql/writer.h"
#include "common/tls/certificate.h"
#include "server/rpc/grpc_carrier.h"
#include "tests/bench/server/office_load.h"

namespace qf::bench {
namespace {

constexpr char kExchange[] = "qingfeng.server.v1.SyncService/Exchange";
constexpr uint64_t kSeed = 1;
constexpr size_t kDevices = 1024;

template <class Message>
Message ReadMessage(const std::string& path) {
  Message message;
  const auto bytes = ReadFile(SystemFiles(), path, 1 << 20);
  QF_CHECK(bytes.ok() && message.ParseFromString(*bytes));
  return message;
}

double CpuSeconds(const rusage& usage) {
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double OwnCpu() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return CpuSeconds(usage);
}

double CpuOf(int pid) {
  std::ifstream stat(absl::StrCat("/proc/", pid, "/stat"));
  std::string text((std::istreambuf_iterator<char>(stat)), std::istreambuf_iterator<char>());
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skip;
  for (int i = 0; i < 11; ++i) fields >> skip;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// One device with its packs, sent one after the other.
class Client {
 public:
  Client(const Office& office, const Keys& keys, Loop& loop, const std::string& target, const std::string& authority,
         bool floor)
      : office_(office), keys_(keys), floor_(floor) {
    auto transport = net::GrpcTransport::Open({.target = target, .authorities = {authority}}, loop, SystemClock());
    QF_CHECK(transport.ok());
    transport_ = *std::move(transport);
  }

  void Prepare(const std::vector<record::Record>& records, size_t pack_records) {
    for (size_t at = 0; at < records.size(); at += pack_records) {
      serverpb::ExchangeRequest request;
      request.mutable_hello()->set_term(1);
      request.mutable_hello()->set_incarnation(keys_.incarnation.str());
      std::vector<std::pair<RecordId, Digest>> pack;
      for (size_t i = at; i < std::min(at + pack_records, records.size()); ++i) {
        *request.add_push()->mutable_record() = records[i].ToProto();
        pack.emplace_back(records[i].id, Sha256(records[i].signature));
      }
      requests_.push_back(request.SerializeAsString());
      packs_.push_back(std::move(pack));
    }
  }

  // On the loop.
  void Start(std::function<void()> done) {
    done_ = std::move(done);
    Next();
  }
  uint64_t refused() const { return refused_; }
  const std::vector<uint64_t>& latencies_us() const { return latencies_us_; }

 private:
  void Next() {
    if (at_ == requests_.size()) return done_();
    started_us_ = SystemClock().SteadyUs();
    transport_->Start(kExchange,
                      rpc::MakeCallToken(keys_.signer, office_.id(), kExchange, SystemClock().NowUs(), SystemEntropy()),
                      requests_[at_], 60 * kMicrosPerSecond, [this](absl::StatusOr<std::string> response) {
                        latencies_us_.push_back(SystemClock().SteadyUs() - started_us_);
                        Check(response);
                        ++at_;
                        Next();
                      });
  }

  void Check(const absl::StatusOr<std::string>& bytes) {
    if (!bytes.ok()) {
      fprintf(stderr, "%s\n", bytes.status().ToString().c_str());
      refused_ += packs_[at_].size();
      return;
    }
    serverpb::ExchangeResponse response;
    QF_CHECK(response.ParseFromString(*bytes));
    const auto checkpoint = log::ParseCheckpoint(response.proofs().checkpoint(), office_.id(), office_.log_key());
    if (floor_) return QF_CHECK(checkpoint.ok());
    for (size_t i = 0; i < packs_[at_].size(); ++i) {
      const auto& got = response.acknowledgements(static_cast<int>(i));
      if (got.fate() != serverpb::FATE_STORED) {
        if (refused_++ == 0) fprintf(stderr, "%s\n", got.ShortDebugString().c_str());
        continue;
      }
      const auto leaf = log::LeafFrom(got.placement(), packs_[at_][i].first, packs_[at_][i].second);
      const auto path = log::PathFromTable(response.proofs().nodes(), got.path().nodes());
      QF_CHECK(leaf.ok() && path.ok());
      QF_CHECK(log::VerifyInclusion(log::LeafHash(log::LeafData(*leaf)), got.placement().position(), checkpoint->size,
                                    *path, checkpoint->root)
                   .ok());
    }
  }

  const Office& office_;
  const Keys& keys_;
  const bool floor_;
  std::unique_ptr<net::GrpcTransport> transport_;
  std::vector<std::string> requests_;
  std::vector<std::vector<std::pair<RecordId, Digest>>> packs_;
  size_t at_ = 0;
  uint64_t started_us_ = 0;
  uint64_t refused_ = 0;
  std::vector<uint64_t> latencies_us_;
  std::function<void()> done_;
};

void OnLoop(Loop& loop, std::function<void()> task) {
  std::promise<void> done;
  loop.Post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

void RunAll(Loop& loop, std::vector<std::unique_ptr<Client>>& clients) {
  std::promise<void> all;
  size_t left = clients.size();
  loop.Post([&] {
    for (auto& client : clients) {
      client->Start([&] {
        if (--left == 0) all.set_value();
      });
    }
  });
  all.get_future().wait();
}

int Load(const std::string& dir, const std::string& target, int pid, size_t clients, size_t packs, size_t pack_records,
         size_t body_bytes, bool floor) {
  Office office(kSeed, kDevices);
  const auto bundle = ReadMessage<serverpb::ServerBundle>(dir + "/office.bundle");
  office.TakeBundle(bundle);
  const auto request = ReadMessage<serverpb::ServerRequest>(dir + "/server.request");
  auto loop = NewThreadLoop();
  const auto connect = [&](const Keys& keys) {
    std::unique_ptr<Client> client;
    OnLoop(*loop,
           [&] { client = std::make_unique<Client>(office, keys, *loop, target, request.tls_authority(), floor); });
    return client;
  };
  if (!floor) {
    std::vector<std::unique_ptr<Client>> administrators;
    administrators.push_back(connect(office.administrator()));
    administrators[0]->Prepare(office.Certificates(), 64);
    RunAll(*loop, administrators);
    OnLoop(*loop, [&] { administrators.clear(); });
  }
  // Each run takes devices of its own, so that their streams begin.
  SeededEntropy pick(SystemClock().NowUs());
  const size_t first = pick.Below(kDevices);
  std::vector<std::unique_ptr<Client>> senders;
  for (size_t i = 0; i < clients; ++i) {
    const size_t device = (first + i) % kDevices;
    senders.push_back(connect(office.device(device)));
    const_cast<Incarnation&>(office.device(device).incarnation) = SystemEntropy().Random<Incarnation>();
    senders.back()->Prepare(office.Reports(device, packs * pack_records, body_bytes), pack_records);
  }
  const double own = OwnCpu();
  const double server = CpuOf(pid);
  const uint64_t began_us = SystemClock().SteadyUs();
  RunAll(*loop, senders);
  const double seconds = static_cast<double>(SystemClock().SteadyUs() - began_us) / 1e6;
  const double records = static_cast<double>(clients * packs * pack_records);
  std::vector<uint64_t> latencies;
  uint64_t refused = 0;
  for (const auto& sender : senders) {
    latencies.insert(latencies.end(), sender->latencies_us().begin(), sender->latencies_us().end());
    refused += sender->refused();
  }
  std::sort(latencies.begin(), latencies.end());
  printf(
      "{\"what\": \"%s\", \"clients\": %zu, \"pack\": %zu, \"records\": %.0f, \"refused\": %llu, \"seconds\": %.3f, "
      "\"rate\": %.0f, \"server_us\": %.1f, \"client_us\": %.1f, \"p50_ms\": %.2f, \"p99_ms\": %.2f}\n",
      floor ? "floor" : "server", clients, pack_records, records, static_cast<unsigned long long>(refused), seconds,
      records / seconds, (CpuOf(pid) - server) / records * 1e6, (OwnCpu() - own) / records * 1e6,
      static_cast<double>(latencies[latencies.size() / 2]) / 1e3,
      static_cast<double>(latencies[latencies.size() * 99 / 100]) / 1e3);
  OnLoop(*loop, [&] { senders.clear(); });
  net::AwaitTransportsClosed();
  return 0;
}

int Found(const std::string& dir) {
  Office office(kSeed, kDevices);
  const auto bundle = office.Found(ReadMessage<serverpb::ServerRequest>(dir + "/server.request"));
  QF_CHECK(WriteFileAtomically(SystemFiles(), dir + "/office.bundle", bundle.SerializeAsString()).ok());
  return 0;
}

constexpr sql::Migration kFloorSchema[] = {{1, "CREATE TABLE row (position ROWID_KEY, bytes BLOB NOT NULL);"}};
constexpr sql::Statement kFloorInsert("INSERT INTO row (position, bytes) VALUES ($1, $2)");

// The bare carrier with what no honest server can leave out.
int Floor(const std::string& dir, const std::string& address) {
  QF_CHECK(SystemFiles().MakeDir(dir).ok());
  const auto authority = tls::MakeAuthority(SystemClock().NowUs(), 10);
  const record::Signer log_key = record::Signer::Generate(SystemEntropy());
  Office office(kSeed, 0);
  serverpb::ServerRequest request;
  request.set_log_key(log_key.public_key().str());
  request.set_tls_authority(authority->certificate_der);
  QF_CHECK(WriteFileAtomically(SystemFiles(), dir + "/server.request", request.SerializeAsString()).ok());
  QF_CHECK(WriteFileAtomically(SystemFiles(), dir + "/office.bundle", office.Found(request).SerializeAsString()).ok());
  sql::Database::Options options;
  options.path = dir + "/floor.db";
  options.key = Secret(std::string(32, 'k'));
  options.page_size_bytes = 8192;
  options.cache_bytes = 64 << 20;
  options.wal_bytes = 64 << 20;
  options.migrations = kFloorSchema;
  auto database = sql::Database::Open(std::move(options));
  QF_CHECK(database.ok());
  auto writer = sql::GroupWriter::OnThread(**database, {});
  uint64_t position = 0;
  rpc::MethodTable table;
  table.Unary<serverpb::ExchangeRequest, serverpb::ExchangeResponse>(
      kExchange,
      [&](const rpc::CallInfo&, const serverpb::ExchangeRequest& in, rpc::Reply<serverpb::ExchangeResponse> reply) {
        auto rows = std::make_shared<std::vector<std::string>>();
        for (const auto& offer : in.push()) {
          const auto header = record::ParseHeader(offer.record().header());
          const bool good =
              header.ok() && record::Verify(header->author, absl::StrCat(record::kRecordLabel, offer.record().header()),
                                            offer.record().signature());
          QF_CHECK(good);
          rows->push_back(absl::StrCat(offer.record().header(), offer.record().signature(), offer.record().body()));
        }
        writer->Submit(
            rows->size(),
            [&position, rows](sql::WriteTxn& tx) -> absl::Status {
              for (const std::string& row : *rows) QF_TRY(tx.Execute(kFloorInsert, {position++, sql::Blob(row)}));
              return absl::OkStatus();
            },
            [&log_key, &office, rows, reply = std::move(reply)](absl::Status status) mutable {
              if (!status.ok()) return reply.Fail(status);
              serverpb::ExchangeResponse response;
              response.mutable_proofs()->set_checkpoint(log::FormatCheckpoint({office.id(), 1, 1, Digest()}, log_key));
              for (size_t i = 0; i < rows->size(); ++i)
                response.add_acknowledgements()->set_fate(serverpb::FATE_STORED);
              reply.Finish(response);
            });
      });
  auto identity = tls::IssueIdentity(*authority, "127.0.0.1", SystemClock().NowUs(), 10);
  auto carrier = server::GrpcCarrier::Open(
      table,
      [&](rpc::CallInfo& info) -> absl::Status {
        return rpc::VerifyCallToken(info.call_token, info.method, office.id(), SystemClock().NowUs()).status();
      },
      {.listen = server::TlsListen{address, *std::move(identity)}});
  QF_CHECK(carrier.ok());
  pause();
  return 0;
}

int Main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "found" && argc == 3) return Found(argv[2]);
  if (what == "floor" && argc == 4) return Floor(argv[2], argv[3]);
  if ((what == "load" || what == "load-floor") && argc == 9) {
    return Load(argv[2], argv[3], atoi(argv[4]), strtoul(argv[5], nullptr, 10), strtoul(argv[6], nullptr, 10),
                strtoul(argv[7], nullptr, 10), strtoul(argv[8], nullptr, 10), what == "load-floor");
  }
  fprintf(stderr, "see the head of intake_bench.cc\n");
  return 2;
}

}  // namespace
}  // namespace qf::bench

int main(int argc, char** argv) { return qf::bench::Main(argc, argv); }
