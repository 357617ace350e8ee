#include "common/record/ceremony.h"

#include <limits>

#include "common/base/sha256.h"
#include "common/base/try.h"

namespace qf::record {
namespace {

constexpr int kTermRandomBits = 16;
constexpr uint64_t kTermMax = std::numeric_limits<int64_t>::max();  // what a checkpoint can say

absl::StatusOr<Record> ParseSigned(const recordpb::SignedHeader& in) {
  recordpb::Record record;
  record.set_header(in.header());
  record.set_signature(in.signature());
  return ParseRecord(record);
}

}  // namespace

OfficeId OfficeIdOf(const SigningKey& root) {
  return *OfficeId::From(Sha256(root.bytes()).bytes().substr(0, OfficeId::kSize));
}

absl::StatusOr<recordpb::Genesis> VerifyGenesis(const recordpb::SignedHeader& signed_header, const OfficeId& office) {
  QF_TRY_ASSIGN(const Record record, ParseSigned(signed_header));
  const Header& header = record.header;
  if (header.office != office || OfficeIdOf(header.author) != office) {
    return Error(Reason::REASON_OFFICE, "the first record is not by this office's root");
  }
  const auto& genesis = header.clear.genesis();
  const bool whole =
      header.kind == recordpb::KIND_GENESIS && header.feed.kind == FeedKind::kBroadcast && header.sequence == 1 &&
      genesis.log_key().size() == SigningKey::kSize && genesis.recovery_key().size() == SealingKey::kSize &&
      genesis.administrator().signing_key().size() == SigningKey::kSize &&
      genesis.administrator().sealing_key().size() == SealingKey::kSize && !genesis.tls_authority().empty();
  if (!whole) return Error(Reason::REASON_MALFORMED, "the first record does not make an office");
  return genesis;
}

bool MakesAdministrator(const Header& header, const SigningKey& root, const SigningKey& device) {
  const auto& certificate = header.clear.certificate();
  return header.kind == recordpb::KIND_CERTIFICATE && header.author == root &&
         header.feed.kind == FeedKind::kBroadcast && certificate.role() == recordpb::ROLE_ADMINISTRATOR &&
         certificate.device().signing_key() == device.bytes();
}

absl::StatusOr<Restart> VerifyRestart(const Record& record, const OfficeId& office) {
  const Header& header = record.header;
  const auto& clear = header.clear.restart();
  const bool whole = header.kind == recordpb::KIND_RESTART && header.feed.kind == FeedKind::kBroadcast &&
                     header.sequence == 1 && header.office == office &&
                     MayFollow(clear.term(), clear.continues_term()) && clear.kept_root().size() == Digest::kSize &&
                     clear.log_key().size() == SigningKey::kSize && clear.chain_size() >= 1 && clear.chain_size() <= 2;
  if (!whole) return Error(Reason::REASON_MALFORMED, "a RESTART is not whole");
  QF_TRY_ASSIGN(const recordpb::Genesis genesis, VerifyGenesis(clear.chain(0), office));
  if (genesis.administrator().signing_key() != header.author.bytes()) {
    if (clear.chain_size() != 2) return Error(Reason::REASON_ROLE, "the signer of a RESTART is no administrator");
    QF_TRY_ASSIGN(const Record certificate, ParseSigned(clear.chain(1)));
    QF_TRY_ASSIGN(const Header root, ParseHeader(clear.chain(0).header()));
    if (!MakesAdministrator(certificate.header, root.author, header.author)) {
      return Error(Reason::REASON_ROLE, "the signer of a RESTART is no administrator");
    }
  }
  return Restart{record.id, header.author, clear};
}

uint64_t NextTerm(uint64_t highest_seen, uint16_t random_low) {
  return ((highest_seen >> kTermRandomBits) + 1) << kTermRandomBits | random_low;
}

bool MayFollow(uint64_t term, uint64_t continues_term) {
  return continues_term >= kFirstTerm && term > continues_term && term <= kTermMax &&
         (term >> kTermRandomBits) - (continues_term >> kTermRandomBits) <= kTermStepsMax;
}

bool IsBelievable(uint64_t seen, uint64_t ours) {
  return seen <= ours || (seen <= kTermMax && MayFollow(NextTerm(seen, 0), ours));
}

}  // namespace qf::record
