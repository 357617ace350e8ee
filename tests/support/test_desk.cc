#include "tests/support/test_desk.h"

#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "client-core/office/invitation.h"
#include "client-core/store/replica_migrations.h"
#include "client-core/store/setting.h"
#include "client-core/sync/adopt.h"
#include "client-core/sync/attests.h"
#include "client-core/sync/exchange.h"
#include "common/base/check.h"
#include "common/record/ceremony.h"
#include "tests/support/status_matchers.h"

namespace qf {
namespace {

std::string FreshFolder(Files& files, const std::string& name) {
  static int count = 0;
  const std::string folder = absl::StrCat(testing::TempDir(), "/desk-", getpid(), "-", ++count, "-", name);
  for (const std::string& each : {folder, folder + "/blobs"}) QF_CHECK(files.MakeDir(each).ok());
  return folder;
}

}  // namespace

TestDesk::TestDesk(ManualWorld& world, const std::string& name)
    : world_(world),
      folder_(FreshFolder(world.world.files, name)),
      signer_(record::Signer::Generate(world.entropy)),
      sealing_(sealing::SealingKeyPair::Generate(world.entropy)) {}

TestDesk::~TestDesk() {
  Close();
  std::filesystem::remove_all(folder_);
}

void TestDesk::Close() {
  desk_ = nullptr;
  sync_calls_ = nullptr;
  replica_ = nullptr;
  session_ = nullptr;
}

recordpb::DeviceKeys TestDesk::PublicKeys() const {
  recordpb::DeviceKeys keys;
  keys.set_signing_key(signer_.public_key().str());
  keys.set_sealing_key(sealing_.public_key().str());
  return keys;
}

void TestDesk::Start() {
  auto database = sql::Database::Open({.path = folder_ + "/store",
                                       .files = &world_.world.files,
                                       .clock = &world_.clock,
                                       .key = Secret(Bytes(std::string(32, 'k'))),
                                       .readers = 0,
                                       .migrations = client::ReplicaMigrations()});
  ASSERT_OK(database);
  auto session = client::Session::Open(
      {.world = &world_.world,
       .folder = folder_,
       .database = *std::move(database),
       .keys = std::make_unique<client::DeviceKeys>(client::DeviceKeys{signer_.Copy(), sealing_.Copy()}),
       .office = {log_->office().office, log_->office().root, "office.example:8443", {log_->office().tls_authority}}});
  ASSERT_OK(session);
  session_ = *std::move(session);
}

void TestDesk::Open(LogBuilder& log) {
  log_ = &log;
  Start();
  const std::string genesis = log.office().genesis.ToSignedHeader().SerializeAsString();
  ASSERT_OK(session_->database().Write([&](sql::WriteTxn& tx) -> absl::Status {
    QF_TRY(client::PutSetting(tx, client::Setting::kGenesis, genesis));
    QF_TRY(client::PutNumber(tx, client::Setting::kTerm, record::kFirstTerm));
    return client::PutNumber(tx, client::Setting::kHighestTerm, record::kFirstTerm);
  }));
  ASSERT_OK(session_->RememberCeremonies());
  ASSERT_OK(session_->BecomeDeskIfCertified());
  session_ = nullptr;
  Reopen();
}

void TestDesk::Reopen() {
  Close();
  Start();
  ASSERT_OK_AND_ASSIGN(replica_, client::Replica::Open(*session_));
  sync_transport_ = std::make_unique<LogTransport>(*log_, world_.loop, key());
  sync_calls_ = std::make_unique<client::ServerCalls>(*session_, *sync_transport_);
  auto transport = std::make_unique<LogTransport>(*log_, world_.loop, key());
  transport_ = transport.get();
  desk_ = std::make_unique<client::Desk>(*session_, std::move(transport));
}

void TestDesk::Enrol(const std::string& text) {
  ASSERT_OK_AND_ASSIGN(const auto invitation, client::ParseInvitation(text));
  client::NewItem item;
  item.feed = record::Feed::Roster();
  item.kind = recordpb::KIND_ENROL;
  *item.clear.mutable_enrol() = client::MakeEnrol(invitation, key(), sealing_.public_key());
  ASSERT_OK(session_->File(item));
}

void TestDesk::ExchangeOnce() {
  ASSERT_OK_AND_ASSIGN(const auto request, client::BuildRequest(*replica_, {}));
  const auto response = log_->Exchange(key(), request.message);
  ASSERT_OK_AND_ASSIGN(const auto result, client::TakeExchange(*replica_, request, response));
  if (!result.newer_term) return Hear();
  bool adopted = false;
  client::AdoptTerm(*replica_, *sync_calls_, response.welcome(), [&](absl::Status status) {
    EXPECT_OK(status);
    adopted = true;
  });
  world_.loop.Run();
  EXPECT_TRUE(adopted);
}

// As the driver does after an answer; only a phone asks for that, and so runs the loop.
void TestDesk::Hear() {
  ASSERT_OK(session_->database().Write([&](sql::WriteTxn& tx) {
    return client::PutNumber(tx, client::Setting::kLastExchangeUs, world_.clock.NowUs());
  }));
  bool done = false;
  client::HearDesks(*replica_, *sync_calls_, [&](absl::Status status, const std::string&) {
    heard_ = std::move(status);
    done = true;
  });
  if (!done) world_.loop.Run();
  EXPECT_TRUE(done);
}

void TestDesk::Sync() {
  const auto cursors = [&] {
    return *session_->database().Read([](sql::ReadTxn& tx) -> absl::StatusOr<std::pair<uint64_t, uint64_t>> {
      QF_TRY_ASSIGN(const uint64_t log, client::GetCursor(tx, "log"));
      QF_TRY_ASSIGN(const uint64_t broadcast, client::GetCursor(tx, "broadcast"));
      return std::make_pair(log, broadcast);
    });
  };
  // Duties file, the log brings it back, and duties look again: it ends because they do nothing twice.
  for (int round = 0; round < 50; ++round) {
    const uint64_t size_before = log_->size();
    const auto cursors_before = cursors();
    ExchangeOnce();
    if (testing::Test::HasFatalFailure()) return;
    world_.loop.Run();
    if (log_->size() == size_before && cursors() == cursors_before) return;
  }
  ADD_FAILURE() << "a device that never has done";
}

}  // namespace qf
