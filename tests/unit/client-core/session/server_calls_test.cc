// Calls of a device whose clock is wrong. docs/protocol.md, "Calls".
#include "client-core/session/server_calls.h"

#include "qingfeng/server/v1/blob.pb.h"
#include "qingfeng/server/v1/enrolment.pb.h"
#include "tests/support/test_desks.h"

namespace qf::client {
namespace {

constexpr char kGetOffice[] = "qingfeng.server.v1.EnrolmentService/GetOffice";
constexpr char kBegin[] = "qingfeng.server.v1.BlobService/Begin";

// Takes a call that is signed at `now_us`, give or take 300 s, and tells its time to whoever asks.
class ClockServer final : public rpc::Transport {
 public:
  explicit ClockServer(Loop& loop) : loop_(loop) {}

  rpc::CallId Start(const std::string& method, const std::string& token, std::string, uint64_t, Done done) override {
    methods.push_back(method);
    loop_.Post([this, method, token, done = std::move(done)]() mutable { done(Answer(method, token)); });
    return methods.size();
  }
  void Cancel(rpc::CallId) override {}

  uint64_t now_us = 0;
  std::vector<std::string> methods;  // that were called

 private:
  absl::StatusOr<std::string> Answer(const std::string& method, const std::string& token) const {
    if (method == kGetOffice) {
      serverpb::GetOfficeResponse office;
      office.set_server_time_us(now_us);
      return office.SerializeAsString();
    }
    uint64_t seconds = 0;
    for (size_t i = 48; i < 56; ++i) seconds = seconds << 8 | static_cast<uint8_t>(token[i]);
    const uint64_t mine = now_us / kMicrosPerSecond;
    const uint64_t off = seconds > mine ? seconds - mine : mine - seconds;
    if (off > 300) return Error(Reason::REASON_CLOCK, "the clock is wrong");
    return serverpb::BeginResponse().SerializeAsString();
  }

  Loop& loop_;
};

class ServerCallsTest : public DeskTest {
 protected:
  absl::Status Begin() {
    absl::Status status = Error(Reason::REASON_INTERNAL, "no answer");
    calls_.Call<serverpb::BeginResponse>(kBegin, serverpb::BeginRequest(),
                                         [&](auto response) { status = response.status(); });
    world.loop.Run();
    return status;
  }
  ClockServer server_{world.loop};
  ServerCalls calls_{admin.session(), server_};
};

TEST_F(ServerCallsTest, ACallIsAskedOnceMoreWithTheServersTimeAndKeepsIt) {
  const uint64_t mine_us = world.clock.NowUs();
  // The last two are further from this device's clock than a signed number says.
  for (const uint64_t now_us :
       {mine_us - kMicrosPerDay, mine_us + 400 * kMicrosPerDay, uint64_t{0}, uint64_t{1} << 63, UINT64_MAX}) {
    SCOPED_TRACE(now_us);
    server_.now_us = now_us;
    server_.methods.clear();
    EXPECT_OK(Begin());
    EXPECT_EQ(server_.methods, (std::vector<std::string>{kBegin, kGetOffice, kBegin}));
    server_.methods.clear();
    EXPECT_OK(Begin());
    EXPECT_EQ(server_.methods, std::vector<std::string>{kBegin});
  }
}

}  // namespace
}  // namespace qf::client
