// A server's answer, as a device takes it: a real store, the real code of sync, and a log that really signed what it
// signed. Each input starts from the same state of the device; nothing that the log did not sign may be believed.
//
// The first byte chooses what the rest is: an answer, or changes to the true answer, as pairs of a place and a byte.
#include "client-core/sync/exchange.h"
#include "common/base/check.h"
#include "common/base/sha256.h"
#include "tests/simulation/disk/disk.h"
#include "tests/support/test_desk.h"

namespace qf {
namespace {

class Scene {
 public:
  Scene() {
    admin_.Open(log_);
    admin_.Sync();
    for (int i = 0; i < 3; ++i) log_.Append(Invitation());
    request_ = *client::BuildRequest(admin_.replica(), {});
    for (int i = 0; i < 3; ++i) log_.Append(Invitation());
    answer_ = log_.Exchange(admin_.key(), request_.message).SerializeAsString();
    start_ = disk_.Snapshot();
  }

  const std::string& answer() const { return answer_; }

  void Take(Bytes answer) {
    serverpb::ExchangeResponse response;
    if (!response.ParseFromArray(answer.data(), static_cast<int>(answer.size()))) return;
    const auto before = admin_.replica().newest();
    const auto taken = client::TakeExchange(admin_.replica(), request_, response);
    const auto& now = admin_.replica().newest();
    if (now) QF_CHECK(now->checkpoint.size <= log_.size() && now->checkpoint.root == log_.RootAt(now->checkpoint.size));
    if (before) QF_CHECK(now.has_value());
    if (taken.ok()) QF_CHECK(taken->entries_read <= log_.size());
    Reset();
  }

 private:
  record::Record Invitation() {
    recordpb::ClearPart clear;
    clear.mutable_invite()->set_invitation_id(world_.entropy.Random<InvitationId>().str());
    clear.mutable_invite()->set_token_sha256(Sha256("token").str());
    clear.mutable_invite()->set_role(recordpb::ROLE_INFORMANT);
    clear.mutable_invite()->set_expires_us(INT64_MAX);
    return log_.Make(admin_.signer(), record::Feed::Roster(), recordpb::KIND_INVITE, clear);
  }
  void Reset() {
    admin_.Close();
    disk_.Restore(start_);
    admin_.Reopen();
  }

  ManualClock disk_clock_;
  SeededEntropy disk_entropy_{1};
  sim::SimDisk disk_{1, disk_clock_, disk_entropy_};
  ManualWorld world_{disk_};
  TestDesk admin_{world_, "admin"};
  LogBuilder log_{world_.entropy, world_.clock, admin_.PublicKeys()};
  client::Request request_;
  std::string answer_;
  sim::SimDisk::Image start_;
};

void Run(Bytes input) {
  static auto* const scene = new Scene;
  if (input.empty()) return;
  if ((input[0] & 1) == 0) return scene->Take(input.substr(1));
  std::string answer = scene->answer();
  for (size_t i = 1; i + 2 < input.size(); i += 3) {
    const size_t place = static_cast<unsigned char>(input[i]) << 8 | static_cast<unsigned char>(input[i + 1]);
    answer[place % answer.size()] = input[i + 2];
  }
  scene->Take(answer);
}

}  // namespace
}  // namespace qf

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  qf::Run(qf::Bytes(reinterpret_cast<const char*>(data), size));
  return 0;
}
