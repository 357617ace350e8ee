#include "common/sealing/shares.h"

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/sha256.h"
#include "common/base/try.h"
#include "common/base/wipe.h"
#include "common/sealing/format.h"
#include "common/sealing/paper_text.h"

namespace qf::sealing {
namespace {

constexpr char kVersion = 1;
constexpr size_t kShareLines = 6;
constexpr size_t kKitIdBytes = 5;
constexpr size_t kCheckBytes = 4;
constexpr size_t kCheckedBytes = kShareBytes - kCheckBytes;
static_assert(PaperBytes(kShareLines) == kShareBytes);
static_assert(2 + kKitIdBytes + 2 * kKitBytes + kCheckBytes == kShareBytes);

Secret Xor(const Secret& a, const Secret& b) {
  QF_CHECK(a.size() == kKitBytes && b.size() == kKitBytes);
  Secret out(kKitBytes);
  for (size_t i = 0; i < kKitBytes; ++i) out.mutable_data()[i] = a.data()[i] ^ b.data()[i];
  return out;
}

std::string LabelledHash(Bytes label, Bytes bytes, size_t size_bytes) {
  Sha256Stream stream;
  stream.Update(label);
  stream.Update(bytes);
  return std::string(stream.Finish().bytes().substr(0, size_bytes));
}

std::string KitOf(Bytes secret) { return LabelledHash(kKitLabel, secret, kKitIdBytes); }
std::string CheckOf(Bytes checked) { return LabelledHash(kShareLabel, checked, kCheckBytes); }

int After(int number) { return number % 3 + 1; }

absl::Status CheckKitSize(Bytes kit) {
  if (kit.size() == kKitBytes) return absl::OkStatus();
  return Error(Reason::REASON_LENGTH, "a recovery kit must have 32 bytes");
}

}  // namespace

absl::StatusOr<std::array<Share, 3>> Split(Entropy& entropy, Bytes secret) {
  QF_TRY(CheckKitSize(secret));
  const Secret whole(secret);
  std::array<Share, 3> shares;
  for (int number = 1; number <= 3; ++number) {
    Share& first = shares[number - 1];
    first.number = number;
    first.kit = KitOf(secret);
    first.own = entropy.RandomSecret(kKitBytes);
    shares[After(number) - 1].other = Xor(whole, first.own);
  }
  return shares;
}

absl::StatusOr<Secret> Combine(const Share& a, const Share& b) {
  if (a.number == b.number) return Error(Reason::REASON_SHARES, "the same share was given twice");
  if (a.kit != b.kit) return Error(Reason::REASON_SHARES, "the shares belong to two different kits");
  const bool in_order = After(a.number) == b.number;
  Secret secret = Xor(in_order ? a.own : b.own, in_order ? b.other : a.other);
  if (KitOf(secret.bytes()) != a.kit) return Error(Reason::REASON_SHARES, "the shares do not fit together");
  return secret;
}

Secret FormatShare(const Share& share) {
  std::string bytes;
  bytes.reserve(kShareBytes);
  bytes.push_back(kVersion);
  bytes.push_back(static_cast<char>(share.number));
  absl::StrAppend(&bytes, share.kit, share.own.bytes(), share.other.bytes());
  absl::StrAppend(&bytes, CheckOf(bytes));
  Secret text = FormatPaperText(bytes, kShareLines);
  Wipe(&bytes[0], bytes.size());
  return text;
}

absl::StatusOr<Share> ParseShare(absl::string_view text) {
  QF_TRY_ASSIGN(const Secret bytes, ParsePaperText(text, kShareLines));
  const Bytes checked = bytes.bytes().substr(0, kCheckedBytes);
  if (CheckOf(checked) != bytes.bytes().substr(kCheckedBytes)) {
    return Error(Reason::REASON_TYPO, "several symbols of the share are wrong");
  }
  const int number = checked[1];
  if (checked[0] != kVersion || number < 1 || number > 3) {
    return Error(Reason::REASON_MALFORMED, "this share is of a kind that this program does not know");
  }
  Bytes rest = checked.substr(2);
  Share share{number, std::string(rest.substr(0, kKitIdBytes)), Secret(rest.substr(kKitIdBytes, kKitBytes)),
              Secret(rest.substr(kKitIdBytes + kKitBytes))};
  return share;
}

absl::StatusOr<SigningSeedAndPair> DeriveKitKeys(Bytes kit) {
  QF_TRY(CheckKitSize(kit));
  return DeriveSeedAndPair(kit, "", kKitKeysLabel);
}

}  // namespace qf::sealing
