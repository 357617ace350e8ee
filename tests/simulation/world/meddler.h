// Whoever sits between devices and server and alters what is said: a server that lies, or a machine with bad memory.
// Only what docs/protocol.md lets a reader check is altered: acknowledgements, pages, proofs and late bodies of an
// answer; records and the Hello of a request. Of what an honest server may say as it pleases (its clock, how long to
// wait, what it lacks, what is safe) nothing can be proven, and nothing is altered.
//
// It also forges: a record in the name of somebody else, with a new item and the old signature, goes with a push.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "common/base/entropy.h"

namespace qf::sim {

class Meddler {
 public:
  // How often, in a thousand Exchanges.
  struct Rates {
    uint32_t answers = 0;
    uint32_t requests = 0;
    uint32_t forgeries = 0;
  };

  explicit Meddler(Entropy& entropy) : entropy_(entropy) {}

  void SetRates(const Rates& rates) { rates_ = rates; }
  // A lie of a test's own, told in every answer; nullptr: none.
  using Lie = std::function<void(const std::string& method, std::string* answer)>;
  void SetLie(Lie lie) { lie_ = std::move(lie); }
  // Perhaps alters the request of an Exchange. True if a forged record was put at the end of its push.
  bool Request(const std::string& peer, std::string* request);
  // Tells the lie.
  void AnyAnswer(const std::string& peer, const std::string& method, std::string* answer);
  // Of an Exchange: takes the answer to the forged record out, and perhaps alters the rest.
  void Answer(const std::string& peer, bool forged, std::string* answer);

  // Answers and Exchanges of this device that were meddled with.
  uint64_t lies(const std::string& peer) const;
  uint64_t answers_altered() const { return answers_altered_; }
  uint64_t requests_altered() const { return requests_altered_; }
  uint64_t forged() const { return forged_; }

 private:
  bool Chance(uint32_t per_thousand) { return per_thousand > 0 && entropy_.Below(1000) < per_thousand; }

  Entropy& entropy_;
  Rates rates_;
  Lie lie_;
  std::map<std::string, uint64_t> lies_;
  uint64_t answers_altered_ = 0;
  uint64_t requests_altered_ = 0;
  uint64_t forged_ = 0;
};

}  // namespace qf::sim
