#include "client-core/vault/platform_secret.h"
#include "common/base/check.h"
#include "common/base/error.h"

namespace qf::client {
namespace {

class HandedSecret final : public PlatformSecret {
 public:
  HandedSecret(Secret secret, bool in_hardware) : secret_(std::move(secret)), in_hardware_(in_hardware) {
    QF_CHECK(secret_.size() == kPlatformSecretBytes);
  }

  bool InHardware() const override { return in_hardware_; }

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
  const bool in_hardware_;
};

}  // namespace

std::unique_ptr<PlatformSecret> NewHandedSecret(Secret secret, bool in_hardware) {
  return std::make_unique<HandedSecret>(std::move(secret), in_hardware);
}

}  // namespace qf::client
