// Bodies: what stands in a record beside its header. Public, or sealed to one reader or to several, and bound
// to the record it belongs to, so that a body cannot be moved to another author, feed, item or kind. The
// exact bytes are in format.h; docs/protocol.md, "Sealing", is the source.
// For: the bodies of records. Not for: attachments (blob.h), signatures and record ids (common/record).
// Threads: any.
//
//   QF_TRY_ASSIGN(std::string body, SealContent(entropy, context, report_bytes, {epoch_key}, {}));
//   QF_TRY_ASSIGN(std::string content, OpenContent(context, body, desk_keys));
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/entropy.h"
#include "common/base/ids.h"
#include "common/sealing/format.h"
#include "common/sealing/frame.h"
#include "common/sealing/keys.h"
#include "common/sealing/padding.h"

namespace qf::sealing {

// What a sealed body is bound to. Incarnation and sequence are not among it, so that a record can be placed
// anew without its plaintext.
struct SealContext {
  OfficeId office;
  std::string feed;  // as in the header
  SigningKey author;
  uint64_t kind = 0;
  ItemId item;
  std::string reference;  // a record id, or empty
};

// Whether the body says for whom it is. Hidden for letters and replies: each reader then tries its keys.
enum class KeyIds { kShown, kHidden };

// --- Frames: content that is compressed and padded already.

// Suite 0. TOO_LARGE beyond limits::kBodyBytes, as below.
absl::StatusOr<std::string> PublicBody(Bytes frame);

// Suite 1, to `recipient`. Draws 32 bytes. MALFORMED when the key is of no use or the context cannot be of a
// header (feed longer than a header, reference neither empty nor 32 bytes); TOO_LARGE.
absl::StatusOr<std::string> SealToOne(Entropy& entropy, const SealContext& context, Bytes frame,
                                      const SealingKey& recipient, KeyIds key_ids);

// Suite 2, to 2–8 different recipients, slots in their order (LENGTH otherwise). Draws the content key, then
// 32 bytes for each. Errors as above.
absl::StatusOr<std::string> SealToSeveral(Entropy& entropy, const SealContext& context, Bytes frame,
                                          absl::Span<const SealingKey> recipients, KeyIds key_ids);

// The frame of a public body. SUITE when it is not public.
absl::StatusOr<std::string> OpenPublic(Bytes body);

// The padded frame of a sealed body, by whichever of `keys` it is sealed to.
//   NOT_GRANTED   none of `keys` is a reader. For a body with hidden readers this may also be a damaged one:
//                 the two cannot be told apart.
//   SEAL          it names one of `keys` and does not open: made for another context, or changed
//   SUITE         public where the caller expects a seal (a downgrade), or a suite that this program lacks
//   MALFORMED     cut short, or a count out of range
// Cost for hidden readers: about 40 µs for each slot and key, in the order of `keys`, until one opens; so the
// newest first.
absl::StatusOr<std::string> Open(const SealContext& context, Bytes body, absl::Span<const SealingKeyPair> keys);

// --- Content: the same with compression and padding.

struct SealOptions {
  Padding padding = Padding::kPadme;
  KeyIds key_ids = KeyIds::kShown;
  const Dictionary* dictionary = DictionaryById(kDictionary1);  // the form's, where there is one
};

// Suite 0, unpadded.
absl::StatusOr<std::string> PublicContent(Bytes content, const Dictionary* dictionary = DictionaryById(kDictionary1));

// Suite 1 for one recipient, suite 2 for 2–8 (LENGTH otherwise). TOO_LARGE when it does not fit into a body
// of the size that the padding allows; content up to kLetterContentBytes always fits into a letter.
absl::StatusOr<std::string> SealContent(Entropy& entropy, const SealContext& context, Bytes content,
                                        absl::Span<const SealingKey> recipients, const SealOptions& options);

// The same for a frame that MakeFrame made and that the caller keeps, to be sealed again under a newer key.
absl::StatusOr<std::string> SealFrame(Entropy& entropy, const SealContext& context, std::string frame,
                                      absl::Span<const SealingKey> recipients, const SealOptions& options);

// The content of such bodies; errors of OpenPublic, Open and OpenFrame.
absl::StatusOr<std::string> OpenPublicContent(Bytes body, DictionaryFinder find = DictionaryById);
absl::StatusOr<std::string> OpenContent(const SealContext& context, Bytes body, absl::Span<const SealingKeyPair> keys,
                                        DictionaryFinder find = DictionaryById);

}  // namespace qf::sealing
