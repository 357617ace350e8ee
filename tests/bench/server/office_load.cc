#include "tests/bench/server/office_load.h"

#include "common/base/check.h"
#include "common/record/ceremony.h"

namespace qf::bench {
namespace {

Keys NewKeys(Entropy& entropy) {
  return {record::Signer::Generate(entropy), entropy.Random<SealingKey>(), entropy.Random<Incarnation>()};
}

}  // namespace

recordpb::DeviceKeys Keys::ToProto() const {
  recordpb::DeviceKeys out;
  out.set_signing_key(signer.public_key().str());
  out.set_sealing_key(sealing.str());
  return out;
}

Office::Office(uint64_t seed, size_t devices)
    : entropy_(seed), root_(NewKeys(entropy_)), administrator_(NewKeys(entropy_)), placed_(devices, 0) {
  for (size_t i = 0; i < devices; ++i) devices_.push_back(NewKeys(entropy_));
  id_ = record::OfficeIdOf(root_.signer.public_key());
}

record::Record Office::Make(const Keys& author, const Incarnation& incarnation, uint64_t sequence, record::Feed feed,
                            recordpb::Kind kind, recordpb::ClearPart clear, std::string body) {
  record::Header header;
  header.office = id_;
  header.feed = feed;
  header.incarnation = incarnation;
  header.sequence = sequence;
  header.kind = kind;
  header.item = entropy_.Random<ItemId>();
  header.clear = std::move(clear);
  return record::MakeRecord(std::move(header), std::move(body), author.signer);
}

serverpb::ServerBundle Office::Found(const serverpb::ServerRequest& request) {
  recordpb::ClearPart clear;
  auto& genesis = *clear.mutable_genesis();
  genesis.set_recovery_key(entropy_.Random<SealingKey>().str());
  *genesis.mutable_administrator() = administrator_.ToProto();
  genesis.set_log_key(request.log_key());
  genesis.set_tls_authority(request.tls_authority());
  serverpb::ServerBundle bundle;
  *bundle.mutable_genesis() =
      Make(root_, root_.incarnation, 1, record::Feed::Broadcast(), recordpb::KIND_GENESIS, clear, "").ToProto();
  return bundle;
}

void Office::TakeBundle(const serverpb::ServerBundle& bundle) {
  const auto genesis = record::ParseRecord(bundle.genesis());
  QF_CHECK(genesis.ok());
  log_key_ = *SigningKey::From(genesis->header.clear.genesis().log_key());
}

std::vector<record::Record> Office::Certificates() {
  std::vector<record::Record> records;
  const Incarnation incarnation = entropy_.Random<Incarnation>();
  for (const Keys& device : devices_) {
    recordpb::ClearPart clear;
    auto& certificate = *clear.mutable_certificate();
    *certificate.mutable_device() = device.ToProto();
    certificate.set_role(recordpb::ROLE_INFORMANT);
    certificate.set_to_us(INT64_MAX);
    records.push_back(Make(administrator_, incarnation, records.size() + 1, record::Feed::Roster(),
                           recordpb::KIND_CERTIFICATE, clear, ""));
  }
  return records;
}

std::vector<record::Record> Office::Reports(size_t device, size_t count, size_t body_bytes) {
  std::vector<record::Record> records;
  for (size_t i = 0; i < count; ++i) {
    records.push_back(Make(devices_[device], devices_[device].incarnation, ++placed_[device], record::Feed::Office(),
                           recordpb::KIND_REPORT, {}, std::string(entropy_.RandomSecret(body_bytes).bytes())));
  }
  return records;
}

}  // namespace qf::bench
