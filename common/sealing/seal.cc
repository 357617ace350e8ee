#include "common/sealing/seal.h"

#include <sodium.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"
#include "common/sealing/aead.h"
#include "common/sealing/hkdf.h"
#include "common/sealing/hpke.h"

namespace qf::sealing {
namespace {

const KeyId kNoKey;
constexpr Bytes kZeroNonce("\0\0\0\0\0\0\0\0\0\0\0", kAeadNonceBytes);

std::string SuiteByte(Suite suite) { return std::string(1, static_cast<char>(suite)); }

absl::Status CutShort() { return Error(Reason::REASON_MALFORMED, "the sealed body is cut short"); }

std::string Info(const SealContext& context) { return absl::StrCat(kSealLabel, context.office.bytes()); }

std::string Associated(Suite suite, const SealContext& context, const KeyId& key) {
  return absl::StrCat(SuiteByte(suite), context.office.bytes(), Counted(context.feed), context.author.bytes(),
                      U64(context.kind), context.item.bytes(), Counted(context.reference), key.bytes());
}

absl::Status Check(const SealContext& context) {
  if (context.feed.size() <= limits::kHeaderBytes &&
      (context.reference.empty() || context.reference.size() == RecordId::kSize)) {
    return absl::OkStatus();
  }
  return Error(Reason::REASON_MALFORMED, "no record has such a feed or reference");
}

absl::Status CheckSize(Bytes frame, size_t recipients) {
  if (frame.size() + BodyOverhead(recipients) <= limits::kBodyBytes) return absl::OkStatus();
  return Error(Reason::REASON_TOO_LARGE, "the content does not fit into a body of 256 KiB");
}

absl::Status CheckRecipients(absl::Span<const SealingKey> recipients) {
  const std::set<SealingKey> different(recipients.begin(), recipients.end());
  if (recipients.size() >= kMinSeveral && recipients.size() <= limits::kRecipients &&
      different.size() == recipients.size()) {
    return absl::OkStatus();
  }
  return Error(Reason::REASON_LENGTH, "a body for several must have 2 to 8 different readers");
}

Bytes ShownId(const KeyId& id, KeyIds key_ids) { return key_ids == KeyIds::kShown ? id.bytes() : kNoKey.bytes(); }

// key id ‖ HPKE of `plaintext`: all that suite 1 is, and one slot of suite 2.
absl::StatusOr<std::string> SealSlot(Entropy& entropy, Suite suite, const SealContext& context, Bytes plaintext,
                                     const SealingKey& recipient, KeyIds key_ids) {
  const KeyId id = KeyIdOf(recipient);
  QF_TRY_ASSIGN(const std::string sealed,
                HpkeSeal(entropy, recipient, Info(context), Associated(suite, context, id), plaintext));
  return absl::StrCat(ShownId(id, key_ids), sealed);
}

// NOT_GRANTED: none of `keys` is meant, or none opens a slot that does not say for whom it is.
absl::StatusOr<std::string> OpenSlot(Suite suite, const SealContext& context, Bytes slot,
                                     absl::Span<const SealingKeyPair> keys) {
  const Bytes shown = slot.substr(0, kKeyIdBytes);
  const bool hidden = shown == kNoKey.bytes();
  for (const SealingKeyPair& pair : keys) {
    if (!hidden && shown != pair.id().bytes()) continue;
    auto opened = HpkeOpen(pair, Info(context), Associated(suite, context, pair.id()), slot.substr(kKeyIdBytes));
    if (opened.ok() || !hidden) return opened;
  }
  return Error(Reason::REASON_NOT_GRANTED, "none of the keys here opens it");
}

// The two values that a content key stands for.
struct ContentKeys {
  Secret both;  // 64 bytes
  Bytes commitment() const { return both.bytes().substr(0, kCommitmentBytes); }
  Bytes key() const { return both.bytes().substr(kCommitmentBytes); }
};

ContentKeys DeriveContentKeys(Bytes content_key) {
  return {HkdfSha256(content_key, "", kContentLabel, kCommitmentBytes + kAeadKeyBytes)};
}

// From the first of the `slots` that one of `keys` belongs to.
absl::StatusOr<std::string> OpenContentKey(const SealContext& context, Bytes slots,
                                           absl::Span<const SealingKeyPair> keys) {
  absl::StatusOr<std::string> opened = Error(Reason::REASON_NOT_GRANTED, "none of the keys here opens it");
  for (; !slots.empty() && ReasonOf(opened.status()) == Reason::REASON_NOT_GRANTED; slots.remove_prefix(kSlotBytes)) {
    opened = OpenSlot(Suite::kSeveral, context, slots.substr(0, kSlotBytes), keys);
  }
  return opened;
}

absl::StatusOr<std::string> OpenSeveral(const SealContext& context, Bytes body, absl::Span<const SealingKeyPair> keys) {
  if (body.size() < kSuiteBytes + kCountBytes) return CutShort();
  const size_t count = static_cast<unsigned char>(body[kSuiteBytes]);
  if (count < kMinSeveral || count > limits::kRecipients) {
    return Error(Reason::REASON_MALFORMED, "a sealed body names too few or too many readers");
  }
  if (body.size() < BodyOverhead(count)) return CutShort();
  const Bytes slots = body.substr(kSuiteBytes + kCountBytes, count * kSlotBytes);
  const Bytes commitment = body.substr(kSuiteBytes + kCountBytes + slots.size(), kCommitmentBytes);
  const Bytes ciphertext = body.substr(kSuiteBytes + kCountBytes + slots.size() + kCommitmentBytes);
  QF_TRY_ASSIGN(std::string content_key, OpenContentKey(context, slots, keys));
  const ContentKeys derived = DeriveContentKeys(content_key);
  sodium_memzero(&content_key[0], content_key.size());
  if (sodium_memcmp(derived.commitment().data(), commitment.data(), kCommitmentBytes) != 0) {
    return Error(Reason::REASON_SEAL, "the readers of this body were not given the same content");
  }
  return AeadOpen(derived.key(), kZeroNonce, Associated(Suite::kSeveral, context, kNoKey), ciphertext);
}

}  // namespace

absl::StatusOr<std::string> PublicBody(Bytes frame) {
  QF_TRY(CheckSize(frame, 0));
  return absl::StrCat(SuiteByte(Suite::kPublic), frame);
}

absl::StatusOr<std::string> SealToOne(Entropy& entropy, const SealContext& context, Bytes frame,
                                      const SealingKey& recipient, KeyIds key_ids) {
  QF_TRY(Check(context));
  QF_TRY(CheckSize(frame, 1));
  QF_TRY_ASSIGN(const std::string sealed, SealSlot(entropy, Suite::kOne, context, frame, recipient, key_ids));
  return absl::StrCat(SuiteByte(Suite::kOne), sealed);
}

absl::StatusOr<std::string> SealToSeveral(Entropy& entropy, const SealContext& context, Bytes frame,
                                          absl::Span<const SealingKey> recipients, KeyIds key_ids) {
  QF_TRY(Check(context));
  QF_TRY(CheckRecipients(recipients));
  QF_TRY(CheckSize(frame, recipients.size()));
  const Secret content_key = entropy.RandomSecret(kContentKeyBytes);
  const ContentKeys derived = DeriveContentKeys(content_key.bytes());
  std::string body = SuiteByte(Suite::kSeveral);
  body.push_back(static_cast<char>(recipients.size()));
  for (const SealingKey& recipient : recipients) {
    QF_TRY_ASSIGN(const std::string slot,
                  SealSlot(entropy, Suite::kSeveral, context, content_key.bytes(), recipient, key_ids));
    body += slot;
  }
  absl::StrAppend(&body, derived.commitment(),
                  AeadSeal(derived.key(), kZeroNonce, Associated(Suite::kSeveral, context, kNoKey), frame));
  return body;
}

absl::StatusOr<std::string> OpenPublic(Bytes body) {
  if (body.empty()) return CutShort();
  if (body[0] != static_cast<char>(Suite::kPublic)) {
    return Error(Reason::REASON_SUITE, "the body is not public");
  }
  return std::string(body.substr(kSuiteBytes));
}

absl::StatusOr<std::string> Open(const SealContext& context, Bytes body, absl::Span<const SealingKeyPair> keys) {
  QF_TRY(Check(context));
  if (body.empty()) return CutShort();
  switch (static_cast<Suite>(body[0])) {
    case Suite::kOne:
      if (body.size() < BodyOverhead(1)) return CutShort();
      return OpenSlot(Suite::kOne, context, body.substr(kSuiteBytes), keys);
    case Suite::kSeveral:
      return OpenSeveral(context, body, keys);
    case Suite::kPublic:
      return Error(Reason::REASON_SUITE, "the body is public where it has to be sealed");
    case Suite::kNext:
      break;
  }
  return Error(Reason::REASON_SUITE, "the body is sealed in a way that this program does not know");
}

absl::StatusOr<std::string> PublicContent(Bytes content, const Dictionary* dictionary) {
  QF_TRY_ASSIGN(const std::string frame, MakeFrame(content, dictionary));
  return PublicBody(frame);
}

absl::StatusOr<std::string> SealContent(Entropy& entropy, const SealContext& context, Bytes content,
                                        absl::Span<const SealingKey> recipients, const SealOptions& options) {
  QF_TRY_ASSIGN(std::string frame, MakeFrame(content, options.dictionary));
  return SealFrame(entropy, context, std::move(frame), recipients, options);
}

absl::StatusOr<std::string> SealFrame(Entropy& entropy, const SealContext& context, std::string frame,
                                      absl::Span<const SealingKey> recipients, const SealOptions& options) {
  const size_t overhead = BodyOverhead(recipients.size());
  QF_TRY_ASSIGN(const size_t body_bytes, PaddedBodySize(options.padding, frame.size() + overhead));
  frame.resize(body_bytes - overhead, '\0');
  if (recipients.size() == 1) return SealToOne(entropy, context, frame, recipients[0], options.key_ids);
  return SealToSeveral(entropy, context, frame, recipients, options.key_ids);
}

absl::StatusOr<std::string> OpenPublicContent(Bytes body, DictionaryFinder find) {
  QF_TRY_ASSIGN(const std::string frame, OpenPublic(body));
  return OpenFrame(frame, find);
}

absl::StatusOr<std::string> OpenContent(const SealContext& context, Bytes body, absl::Span<const SealingKeyPair> keys,
                                        DictionaryFinder find) {
  QF_TRY_ASSIGN(const std::string frame, Open(context, body, keys));
  return OpenFrame(frame, find);
}

}  // namespace qf::sealing
