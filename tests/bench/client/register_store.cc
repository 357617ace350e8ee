// Fills the store of a real desk with the reports of S10, for tests/bench/web/register_bench.mjs. The desk holds one
// report already; its server is not asked any more, since its log does not hold these.
//
//   bench_register_store FOLDER PIN COUNT
#include <cstdio>
#include <cstdlib>
#include <future>

#include "client-core/api/core.h"
#include "client-core/net/grpc_transport.h"
#include "tests/bench/client/register_fill.h"

namespace qf::bench {
namespace {

// Opens the store on the loop, fills it, and lets the desk work out what lists are filtered by.
void Fill(client::Core& core, const std::string& folder, const std::string& pin, uint64_t count, Task done) {
  clientpb::OpenRequest open;
  open.set_folder(folder);
  QF_CHECK(core.Open(open).ok());
  core.Unlock(pin, [&core, count, done = std::move(done)](absl::Status unlocked) mutable {
    QF_CHECK(unlocked.ok());
    client::Desk& desk = **core.TheDesk();
    QF_CHECK(*desk.CatchUp(SIZE_MAX));
    FillDesk(desk.session(), SystemEntropy(), count, RegisterReport);
    QF_CHECK(*desk.CatchUp(SIZE_MAX));
    done();
  });
}

void Run(const std::string& folder, const std::string& pin, uint64_t count) {
  const std::unique_ptr<Loop> loop = NewThreadLoop();
  const std::unique_ptr<Worker> worker = NewThreadWorker(*loop);
  World world{SystemClock(), *loop, *worker, SystemEntropy(), SystemFiles()};
  const auto connect = [&](const client::OfficeFacts& office) {
    return net::GrpcTransport::Open({.target = office.address, .authorities = office.tls_authorities}, *loop,
                                    SystemClock());
  };
  std::unique_ptr<client::Core> core;
  const auto on_loop = [&](absl::AnyInvocable<void(Task)> work) {
    std::promise<void> done;
    loop->Post([&] { work([&done] { done.set_value(); }); });
    done.get_future().wait();
  };
  on_loop([&](Task done) {
    core = std::make_unique<client::Core>(client::ClientSeams{.world = &world, .transport = connect});
    Fill(*core, folder, pin, count, std::move(done));
  });
  on_loop([&](Task done) {
    core = nullptr;
    done();
  });
}

}  // namespace
}  // namespace qf::bench

int main(int argc, char** argv) {
  if (argc != 4) return std::fputs("bench_register_store FOLDER PIN COUNT\n", stderr), 2;
  qf::bench::Run(argv[1], argv[2], std::strtoull(argv[3], nullptr, 10));
  return 0;
}
