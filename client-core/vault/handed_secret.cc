#include "client-core/vault/platform_secret.h"
#include "common/base/check.h"
#include "common/base/error.h"

namespace qf::client {
namespace {

class HandedSecret final : public PlatformSecret {
 public:
  explicit HandedSecret(Secret secret) : secret_(std::move(secret)) {
    QF_CHECK(secret_.size() == kPlatformSecretBytes);
  }

  bool InHardware() const override { return true; }

  absl::StatusOr<Secret> Load() override {
    if (secret_.empty()) return Error(Reason::REASON_KEY_FILE, "the platform secret was destroyed");
    return secret_.Copy();
  }

  absl::StatusOr<Secret> Create(Entropy&) override { return Load(); }
  absl::Status Keep() override { return absl::OkStatus(); }

  absl::Status Destroy() override {
    secret_.Wipe();
    return absl::OkStatus();
  }

 private:
  Secret secret_;
};

}  // namespace

std::unique_ptr<PlatformSecret> NewHandedSecret(Secret secret) {
  return std::make_unique<HandedSecret>(std::move(secret));
}

}  // namespace qf::client
