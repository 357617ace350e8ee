// A phone of an office that is at work: enrolled, certified, with the office's key, so that it can file. Its store is
// on the machine's disk, its log in memory (tests/support).
#pragma once

#include <memory>
#include <string>

#include "qingfeng/content/v1/content.pb.h"
#include "tests/support/test_desk.h"

namespace qf::bench {

class Phone {
 public:
  Phone();

  client::Session& session() { return phone_->session(); }
  TestDesk& device() { return *phone_; }
  // The case manager's desk.
  TestDesk& desk() { return *manager_; }
  ManualWorld& world() { return world_; }
  LogBuilder& log() { return log_; }

 private:
  std::unique_ptr<TestDesk> NewDevice(recordpb::Role role, const std::string& name);

  ManualWorld world_{SystemFiles()};
  TestDesk admin_{world_, "admin"};
  LogBuilder log_{world_.entropy, world_.clock, admin_.PublicKeys()};
  std::unique_ptr<TestDesk> manager_;
  std::unique_ptr<TestDesk> phone_;
};

// Whether dictionary 1 was made from such words.
enum class Vocabulary { kUnseen, kKnown };

// The reference report: about 2.0 kB as protobuf in 40 fields, Chinese and English; another one for each `number`.
contentpb::Report ReferenceReport(uint64_t number, Vocabulary vocabulary = Vocabulary::kUnseen);

}  // namespace qf::bench
