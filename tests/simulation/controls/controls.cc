#include "tests/simulation/controls/controls.h"

#include <utility>

namespace qf::sim {
namespace {

constexpr std::pair<const char*, Control> kNames[] = {
    {"synchronous-normal", Control::kSynchronousNormal},
    {"ack-before-commit", Control::kAckBeforeCommit},
    {"in-order-off", Control::kInOrderOff},
    {"no-reoffer", Control::kNoReoffer},
    {"receipt-unchecked", Control::kReceiptUnchecked},
    {"signature-unchecked", Control::kSignatureUnchecked},
};

Control in_use = Control::kNone;

}  // namespace

std::optional<Control> ControlNamed(const std::string& name) {
  for (const auto& [known, control] : kNames) {
    if (name == known) return control;
  }
  return std::nullopt;
}

std::vector<std::string> ControlNames() {
  std::vector<std::string> names;
  for (const auto& [name, control] : kNames) names.emplace_back(name);
  return names;
}

void Use(Control control) { in_use = control; }
bool InUse(Control control) { return in_use == control; }

}  // namespace qf::sim
