// A record as a stranger sends it, and what a reader makes of it. The first byte chooses: bytes as they come, or a
// header that gets a right author and signature, so that what lies behind the signature is reached too.
#include "common/base/check.h"
#include "common/base/sha256.h"
#include "common/record/authority.h"
#include "common/record/record.h"

namespace qf::record {
namespace {

const Signer& Author() {
  static const auto* const signer = new Signer(*Signer::FromSeed(std::string(kSeedBytes, 'a')));
  return *signer;
}

// The header with our author in it, signed; its body is `body`, which the header may or may not name.
recordpb::Record Signed(Bytes header_bytes, Bytes body) {
  recordpb::Record out;
  recordpb::Header header;
  if (header.ParseFromArray(header_bytes.data(), static_cast<int>(header_bytes.size()))) {
    header.set_author(Author().public_key().str());
    if (!body.empty()) {
      header.set_body_sha256(Sha256(body).str());
      header.set_body_size_bytes(body.size());
    }
    out.set_header(header.SerializeAsString());
  }
  out.set_signature(Author().Sign(std::string(kRecordLabel) + out.header()));
  out.set_body(std::string(body));
  return out;
}

// What was read says the same when it is written and read again.
void CheckWhatWasRead(const Record& record) {
  QF_CHECK(record.id == IdOf(record.header_bytes));
  const auto again = ParseRecord(record.ToProto(), SignatureCheck::kKnownGood);
  QF_CHECK(again.ok() && again->id == record.id && again->body == record.body);
  QF_CHECK(record.header.sequence > 0);
  QF_CHECK(record.body.empty() || record.body.size() == record.header.body_size_bytes);
}

// Whatever it says, the fold takes it, answers, and forgets it.
void Fold(const Record& record) {
  Authority authority(record.header.office);
  const Placement place{0, 1'000, 1'000, 0};
  const Verdict before = authority.Judge(record.header, 1'000);
  authority.Add(record.header, record.id, place);
  authority.Add(record.header, record.id, place);
  authority.Counts(record.header, place);
  authority.StandingOf(record.header.author, 1'000);
  authority.MayPull(record.header.author, record.header.feed, 1'000);
  authority.Truncate(0);
  const Verdict after = authority.Judge(record.header, 1'000);
  QF_CHECK(before.fate == after.fate && before.reason == after.reason);
}

void Run(Bytes input) {
  if (input.size() < 2) return;
  const size_t body_bytes = std::min<size_t>(static_cast<unsigned char>(input[1]), input.size() - 2);
  const Bytes body = input.substr(2, body_bytes), rest = input.substr(2 + body_bytes);
  recordpb::Record raw;
  if (input[0] & 1) {
    raw = Signed(rest, body);
  } else if (!raw.ParseFromArray(rest.data(), static_cast<int>(rest.size()))) {
    return;
  }
  const auto trusted = ParseRecord(raw, SignatureCheck::kKnownGood);
  const auto verified = ParseRecord(raw);
  QF_CHECK(trusted.ok() || !verified.ok());
  QF_CHECK((input[0] & 1) == 0 || trusted.ok() == verified.ok());
  if (!trusted.ok()) return;
  CheckWhatWasRead(*trusted);
  Fold(*trusted);
}

}  // namespace
}  // namespace qf::record

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  qf::record::Run(qf::Bytes(reinterpret_cast<const char*>(data), size));
  return 0;
}
