#include "client-core/session/server_calls.h"

#include <set>

#include "client-core/session/server_methods.h"
#include "common/rpc/call_token.h"
#include "qingfeng/server/v1/enrolment.pb.h"

namespace qf::client {

struct ServerCalls::State : std::enable_shared_from_this<ServerCalls::State> {
  State(Session& session, rpc::Transport& transport) : session(&session), transport(transport) {}

  void Send(const std::string& method, std::string request, uint64_t timeout_us, bool may_retry,
            rpc::Transport::Done done) {
    const uint64_t now_us = session->world().clock.NowUs() + clock_ahead_us;
    const std::string token =
        rpc::MakeCallToken(session->signer(), session->office().office, method, now_us, session->world().entropy);
    Start(method, token, request, timeout_us,
          [self = shared_from_this(), method, request, timeout_us, may_retry,
           done = std::move(done)](absl::StatusOr<std::string> response) mutable {
            if (may_retry && self->session != nullptr && ReasonOf(response.status()) == Reason::REASON_CLOCK) {
              return self->AskTimeThenSend(method, std::move(request), timeout_us, std::move(done));
            }
            done(std::move(response));
          });
  }

  // This device's clock is wrong: takes the server's for the calls, and for nothing else.
  void AskTimeThenSend(const std::string& method, std::string request, uint64_t timeout_us, rpc::Transport::Done done) {
    Start(server_methods::kGetOffice, "", "", timeout_us,
          [self = shared_from_this(), method, request = std::move(request), timeout_us,
           done = std::move(done)](absl::StatusOr<std::string> response) mutable {
            serverpb::GetOfficeResponse office;
            if (!response.ok() || self->session == nullptr || !office.ParseFromString(*response)) {
              return done(
                  Error(Reason::REASON_CLOCK, "this device's clock is wrong and the server's could not be asked"));
            }
            self->clock_ahead_us = office.server_time_us() - self->session->world().clock.NowUs();
            self->Send(method, std::move(request), timeout_us, false, std::move(done));
          });
  }

  void Start(const std::string& method, const std::string& token, std::string request, uint64_t timeout_us,
             rpc::Transport::Done done) {
    auto id = std::make_shared<rpc::CallId>(0);
    *id = transport.Start(
        method, token, std::move(request), timeout_us,
        [self = shared_from_this(), id, done = std::move(done)](absl::StatusOr<std::string> response) mutable {
          self->live.erase(*id);
          if (self->session == nullptr) return;  // the store was locked meanwhile
          done(std::move(response));
        });
    live.insert(*id);
  }

  Session* session;  // nullptr once ServerCalls is gone
  rpc::Transport& transport;
  uint64_t clock_ahead_us = 0;  // counted round, so that any time of a server can be taken, earlier ones too
  std::set<rpc::CallId> live;
};

ServerCalls::ServerCalls(Session& session, rpc::Transport& transport)
    : state_(std::make_shared<State>(session, transport)) {}

ServerCalls::~ServerCalls() {
  CancelAll();
  state_->session = nullptr;
}

void ServerCalls::CallBytes(const std::string& method, std::string request, uint64_t timeout_us,
                            rpc::Transport::Done done) {
  state_->Send(method, std::move(request), timeout_us, true, std::move(done));
}

void ServerCalls::CancelAll() {
  const std::set<rpc::CallId> live = state_->live;
  for (const rpc::CallId call : live) state_->transport.Cancel(call);
}

}  // namespace qf::client
