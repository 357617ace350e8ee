#include "server/server.h"

#include "common/base/try.h"
#include "server/admin/admin_service.h"
#include "server/enrolment/enrolment_service.h"
#include "server/log/log_service.h"
#include "server/store/layout.h"
#include "server/sync/blob_service.h"
#include "server/sync/exchange.h"

namespace qf::server {
namespace {

class OpenServer final : public Server {
 public:
  OpenServer(World world, const Options& options, std::unique_ptr<sql::Database> database,
             std::unique_ptr<LogBook> book, std::unique_ptr<BlobFiles> files)
      : database_(std::move(database)),
        book_(std::move(book)),
        blob_files_(std::move(files)),
        throttle_(world.clock, options.anyone_burst, options.anyone_refill_us),
        guard_(*book_, world.clock, throttle_),
        answerer_(*book_, *database_, world.clock),
        room_(std::make_shared<WaitingRoom>(world.clock, world.loop,
                                            [this](const Caller& caller) { return answerer_.Make(caller, {}); })),
        writer_(MakeWriter(world, options)),
        intake_(*book_, *writer_, world.clock, options.intake, [this](const News& news) { room_->Wake(news); }),
        exchange_(*book_, answerer_, intake_, *room_),
        blobs_(world, *book_, *database_, *writer_, *blob_files_, options.intake.bytes_per_day),
        enrolment_(*book_, answerer_, intake_, world.clock),
        log_(*book_, *writer_, world.entropy),
        backup_(world.files, world.clock, options.store_key.Copy(), *book_, *database_, *blob_files_),
        admin_(world, options.dir, *book_, *database_, backup_) {
    table_.Unary<serverpb::ExchangeRequest, serverpb::ExchangeResponse>(
        "qingfeng.server.v1.SyncService/Exchange",
        [this](const rpc::CallInfo& info, const serverpb::ExchangeRequest& request, Exchange::Reply reply) {
          exchange_.Call(info, request, std::move(reply));
        });
    blobs_.AddTo(table_);
    enrolment_.AddTo(table_);
    log_.AddTo(table_);
    admin_.AddTo(admin_table_);
  }

  ~OpenServer() override {
    room_->CloseNow();
    writer_.reset();
  }

  const rpc::MethodTable& methods() const override { return table_; }
  absl::Status Admit(rpc::CallInfo& info) override { return guard_.Admit(info); }
  const rpc::MethodTable& admin_methods() const override { return admin_table_; }
  absl::Status AdmitOperator(rpc::CallInfo& info) override { return Guard::AdmitOperator(info); }
  void CountCalls(std::function<size_t()> calls) override { admin_.CountCalls(std::move(calls)); }
  bool Broken() const override { return database_->closed() || intake_.Broken(); }

  void Stop() override { room_->Close(); }

  LogBook& book() override { return *book_; }
  sql::Database& database() override { return *database_; }

 private:
  std::unique_ptr<sql::GroupWriter> MakeWriter(World world, const Options& options) {
    return options.writer == Writer::kOnLoop ? sql::GroupWriter::OnLoop(*database_, world.loop, {})
                                             : sql::GroupWriter::OnThread(*database_, {});
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<LogBook> book_;
  std::unique_ptr<BlobFiles> blob_files_;
  Throttle throttle_;
  Guard guard_;
  Answerer answerer_;
  std::shared_ptr<WaitingRoom> room_;
  std::unique_ptr<sql::GroupWriter> writer_;
  Intake intake_;
  Exchange exchange_;
  BlobService blobs_;
  EnrolmentService enrolment_;
  LogService log_;
  Backup backup_;
  AdminService admin_;
  rpc::MethodTable table_;
  rpc::MethodTable admin_table_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Open(World world, Options options) {
  QF_TRY_ASSIGN(auto database,
                OpenDatabase(world.files, world.clock, options.dir, options.store_key, options.cache_bytes));
  QF_TRY_ASSIGN(auto book, LogBook::Open(world.files, world.clock, *database, HeadPath(options.dir)));
  QF_TRY_ASSIGN(auto blob_files, BlobFiles::Open(world.files, BlobsPath(options.dir)));
  return std::make_unique<OpenServer>(world, options, std::move(database), std::move(book), std::move(blob_files));
}

void Server::Call(rpc::CallInfo info, const std::string& request, std::shared_ptr<rpc::Outlet> outlet) {
  if (absl::Status admitted = Admit(info); !admitted.ok()) return outlet->Finish(std::move(admitted));
  methods().Call(info, request, std::move(outlet));
}

void Server::CallAsOperator(rpc::CallInfo info, const std::string& request, std::shared_ptr<rpc::Outlet> outlet) {
  if (absl::Status admitted = AdmitOperator(info); !admitted.ok()) return outlet->Finish(std::move(admitted));
  admin_methods().Call(info, request, std::move(outlet));
}

}  // namespace qf::server
