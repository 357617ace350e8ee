// The office of one seed: its machines and what is known of them from outside. The other rooms act on it.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "qingfeng/client/v1/desk.pb.h"
#include "qingfeng/client/v1/field.pb.h"
#include "qingfeng/client/v1/vault.pb.h"
#include "qingfeng/server/v1/sync.pb.h"
#include "tests/simulation/campaign.h"
#include "tests/simulation/world/machine.h"

namespace qf::sim {

inline constexpr char kCanary[] = "canary-";              // begins every text that people write
inline constexpr char kFileCanary[] = "picture-canary-";  // stands in every file that they attach

// A report, as its author knows it.
struct Filed {
  Device* phone = nullptr;
  std::string canary;            // its title
  std::string item;              // empty if the program did not confirm it
  bool gone_with_store = false;  // its phone was put back to a copy from before it was filed, or has erased itself
  std::string file;              // what was attached
  bool confirmed() const { return !item.empty() && !gone_with_store; }
};

// A message about a report, confirmed by its author's program.
struct Said {
  size_t filed = 0;  // index of the report
  std::string text;
  bool by_reporter = false;
  bool gone_with_store = false;
};

class Office {
 public:
  explicit Office(const CampaignOptions& options);

  // --- What is told of the run.
  void Violated(const std::string& what) { result.violations.push_back(what); }
  // Violated unless it is OK.
  void Must(const absl::Status& status, const std::string& what);
  void Trace(const std::string& what);
  void Seen(const std::string& what) { ++result.counts[what]; }

  // --- Acts that more than one room needs.
  Device* NewDevice(const std::string& name);
  // Invited, enrolled, certified. The office is well.
  Device* Enrol(const std::string& name, recordpb::Role role);
  // Text of an invitation; empty if it could not be made.
  std::string Invite(const std::string& name, recordpb::Role role, uint32_t valid_days = 0);
  // True if it is OK. Violated if it is not, unless the step has troubled the disk of `device` and that is what it
  // says.
  bool Did(const Device& device, const absl::Status& status, const std::string& what);
  // One run of sync, with what must hold of it alone.
  absl::Status Sync(Device& device);
  // An administrator begins a new term.
  void SignRestart();
  // The server's machine runs, whatever it takes.
  void StartServer();
  // A phone or desk whose store is there and opened.
  bool InOffice(const Device& device) const { return left.count(&device) == 0; }
  std::vector<Device*> PeopleInOffice() const;
  // Revoked so long ago that the server takes nothing of it any more: it keeps what it could not send.
  bool TooLate(const Device& device) const;

  // All of the office, before anything goes wrong.
  void Found();
  // Faults have stopped: everybody syncs until a round brings nothing new, and an administrator ends the refill.
  void Settle();

  const CampaignOptions options;
  CampaignResult result;
  Scheduler scheduler;
  SeededEntropy chance;  // of the present step
  SeededEntropy network_entropy;
  Network network;
  ServerMachine server;
  std::vector<std::unique_ptr<Device>> devices;
  Device* admin = nullptr;
  Device* manager = nullptr;
  Device* officer = nullptr;
  std::vector<Device*> phones;
  std::vector<std::string> recovery_shares;

  std::vector<Filed> filed;
  std::vector<Said> said;
  std::map<const Device*, uint64_t> revoked;       // since when; will drain and erase themselves
  std::set<const Device*> left;                    // have erased themselves
  std::set<std::string> shut_out;                  // names of those whose REVOKE stands in the server's log
  std::vector<std::unique_ptr<Device>> strangers;  // whose enrolment was refused
  const Device* troubled = nullptr;                // its disk fails in this step
  uint64_t server_down_until_us = 0;
  bool restart_due = false;  // the server was put back, and no term has begun since
  bool settled = false;      // desks have had the hours in which they attest

  std::vector<SimDisk::Image> server_copies;
  SimDisk::Image before_commit;  // of the server's disk, for the control ack-before-commit
  struct PhoneCopy {
    Device* phone;
    SimDisk::Image image;
    size_t filed;  // reports and messages before the copy, of everybody
    size_t said;
  };
  std::vector<PhoneCopy> phone_copies;

 private:
  void CheckSync(Device& device, const absl::Status& status, uint64_t lies_before, uint32_t evidence_before);
  void CheckCall(const rpc::CallInfo& info, const std::string& request);
  void CheckAnswer(const rpc::CallInfo& info, const std::string& answer);
  uint32_t Evidence(Device& device);
  void NoteIfGone(Device& device);
  void GrantKeys();
  void RememberBeforeCommit();

  SimDisk::Image before_call_;
  uint64_t size_before_call_ = 0;
};

}  // namespace qf::sim
