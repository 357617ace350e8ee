// A load of signed records on a real server over TLS, for the figures of docs/performance.md.
//
// The office is founded from a seed, so that the programs of one run (ceremony, load) agree without files of keys.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/record/record.h"
#include "qingfeng/server/v1/setup.pb.h"
#include "qingfeng/server/v1/sync.pb.h"
#include "tests/support/test_entropy.h"

namespace qf::bench {

struct Keys {
  record::Signer signer;
  SealingKey sealing;
  Incarnation incarnation;
  recordpb::DeviceKeys ToProto() const;
};

// Root, administrator and `devices` informants, the same for the same seed.
class Office {
 public:
  Office(uint64_t seed, size_t devices);

  // What the root makes of a server's request.
  serverpb::ServerBundle Found(const serverpb::ServerRequest& request);
  // Known once Found was called, or by the bundle of that time.
  void TakeBundle(const serverpb::ServerBundle& bundle);
  const OfficeId& id() const { return id_; }
  const SigningKey& log_key() const { return log_key_; }

  // Certificates of all devices, by the administrator.
  std::vector<record::Record> Certificates();
  // `count` reports of a device with a body of `body_bytes`, its sequences going on.
  std::vector<record::Record> Reports(size_t device, size_t count, size_t body_bytes);
  const Keys& device(size_t index) const { return devices_[index]; }
  const Keys& administrator() const { return administrator_; }

 private:
  record::Record Make(const Keys& author, const Incarnation& incarnation, uint64_t sequence, record::Feed feed,
                      recordpb::Kind kind, recordpb::ClearPart clear, std::string body);

  SeededEntropy entropy_;
  Keys root_;
  Keys administrator_;
  std::vector<Keys> devices_;
  std::vector<uint64_t> placed_;
  OfficeId id_;
  SigningKey log_key_;
};

}  // namespace qf::bench
