#include "client-core/office/fingerprint.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/sha256.h"
#include "common/sealing/format.h"

namespace qf::client {
namespace {

constexpr absl::string_view kFingerprintLabel = sealing::Label("qingfeng/fingerprint/1");
constexpr size_t kGroups = 5;
constexpr size_t kGroupBytes = 5;
constexpr uint64_t kGroupValues = 100'000;
constexpr absl::string_view kFullWidthZero = "\xEF\xBC\x90";  // U+FF10; the other nine follow it

// The digits of `text`; nullopt when it holds anything but digits and what separates them.
std::optional<std::string> DigitsOf(absl::string_view text) {
  std::string digits;
  while (!text.empty()) {
    const unsigned char byte = static_cast<unsigned char>(text[0]);
    if (absl::ascii_isdigit(byte)) {
      digits.push_back(text[0]);
      text.remove_prefix(1);
    } else if (absl::ascii_isspace(byte) || byte == '-') {
      text.remove_prefix(1);
    } else if (text.size() >= 3 && text.substr(0, 2) == kFullWidthZero.substr(0, 2) &&
               static_cast<unsigned char>(text[2]) - 0x90u <= 9) {
      digits.push_back(static_cast<char>('0' + (static_cast<unsigned char>(text[2]) - 0x90)));
      text.remove_prefix(3);
    } else {
      return std::nullopt;
    }
  }
  return digits;
}

}  // namespace

std::string FingerprintOf(const OfficeId& office, const SigningKey& signing_key, const SealingKey& sealing_key) {
  const Digest digest =
      Sha256(absl::StrCat(kFingerprintLabel, office.bytes(), signing_key.bytes(), sealing_key.bytes()));
  std::string text;
  for (size_t group = 0; group < kGroups; ++group) {
    uint64_t value = 0;
    for (size_t i = 0; i < kGroupBytes; ++i) value = value << 8 | digest.data()[group * kGroupBytes + i];
    absl::StrAppend(&text, group == 0 ? "" : " ", absl::Dec(value % kGroupValues, absl::kZeroPad5));
  }
  return text;
}

bool SameFingerprint(absl::string_view fingerprint, absl::string_view heard) {
  const auto ours = DigitsOf(fingerprint), theirs = DigitsOf(heard);
  return ours.has_value() && theirs.has_value() && !ours->empty() && *ours == *theirs;
}

}  // namespace qf::client
