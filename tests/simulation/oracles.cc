#include "tests/simulation/oracles.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/sha256.h"
#include "common/log/checkpoint.h"
#include "common/log/format.h"
#include "common/log/leaf.h"
#include "common/log/verify.h"
#include "common/record/record.h"
#include "server/store/entries.h"
#include "tests/simulation/controls/controls.h"

namespace qf::sim {
namespace {

std::vector<clientpb::Arrival> Arrivals(Office& office, Device& desk) {
  clientpb::ListArrivalsRequest list;
  list.set_page_size(1000);
  const auto listed = desk.Call<clientpb::ListArrivalsResponse>("DeskService/ListArrivals", list);
  if (!listed.ok()) office.Must(listed.status(), "the register of " + desk.name());
  if (!listed.ok()) return {};
  return {listed->arrivals().begin(), listed->arrivals().end()};
}

// 2: the proof as a stranger would check it, and the entry in the log of its term.
absl::Status CheckReceipt(Office& office, const clientpb::GetReceiptResponse& proof) {
  const recordpb::Receipt& receipt = proof.receipt();
  recordpb::Record raw;
  raw.set_header(proof.header().header());
  raw.set_signature(proof.header().signature());
  QF_TRY_ASSIGN(const record::Record record, record::ParseRecord(raw));
  QF_TRY_ASSIGN(const SigningKey key, SigningKey::From(proof.log_key()));
  QF_TRY_ASSIGN(const auto checkpoint, log::ParseCheckpoint(receipt.checkpoint(), record.header.office, key));
  QF_TRY_ASSIGN(const auto path, log::PathFromHashes(receipt.path()));
  QF_TRY_ASSIGN(const log::Leaf leaf, log::LeafFrom(receipt.placement(), record.id, Sha256(record.signature)));
  QF_TRY(ProvesInclusion(log::LeafHash(log::LeafData(leaf)), leaf.position, checkpoint.size, path, checkpoint.root));
  if (checkpoint.term != office.server.server().book().View().term) return absl::OkStatus();
  const auto held =
      office.server.server().database().Read([&](sql::ReadTxn& tx) { return server::EntryAt(tx, leaf.position); });
  QF_TRY(held.status());
  if (record::IdOf(held->header) == record.id) return absl::OkStatus();
  return Error(Reason::REASON_PROOF, "the log of this term holds something else there");
}

// Refused, it stays in its author's store, with the reason.
bool RefusedAndKept(Office& office, const Filed& filed) {
  if (!office.InOffice(*filed.phone)) return false;
  clientpb::GetItemRequest request;
  request.set_item_id(filed.item);
  const auto got = filed.phone->Call<clientpb::GetItemResponse>("FieldService/GetItem", request);
  return got.ok() && got->item().state() == clientpb::ITEM_STATE_REFUSED && got->report().title() == filed.canary;
}

void CheckReports(Office& office, const std::vector<clientpb::Arrival>& arrivals) {
  std::map<std::string, int> seen;
  for (const auto& arrival : arrivals) {
    if (arrival.problem() != Reason::REASON_UNSPECIFIED) {
      office.Violated("6: the register shows a report that cannot be read: " + qf::NameOf(arrival.problem()));
    }
    ++seen[arrival.report().title()];
  }
  for (const Filed& filed : office.filed) {
    const int times = std::exchange(seen[filed.canary], 0);
    if (times > 1) office.Violated("3: " + filed.canary + " is shown twice");
    if (filed.confirmed() && times == 0 && RefusedAndKept(office, filed)) {
      office.Seen("reports that were refused and kept");
    } else if (filed.confirmed() && times == 0) {
      office.Violated("1: " + filed.canary + " of " + filed.phone->name() + " was lost");
    }
  }
  for (const auto& [title, times] : seen) {
    if (times > 0) office.Violated("1: the register shows a report that nobody filed: " + title);
  }
}

void CheckReceipts(Office& office) {
  for (const Filed& filed : office.filed) {
    if (!filed.confirmed() || !office.InOffice(*filed.phone)) continue;
    clientpb::GetReceiptRequest request;
    request.set_item_id(filed.item);
    const auto receipt = filed.phone->Call<clientpb::GetReceiptResponse>("FieldService/GetReceipt", request);
    office.Must(receipt.ok() ? CheckReceipt(office, *receipt) : receipt.status(), "2: the receipt of " + filed.canary);
  }
}

// A reporter is told that a desk has read it once everybody has met, and never of what no desk shows.
void CheckDelivered(Office& office, const std::vector<clientpb::Arrival>& arrivals) {
  std::set<std::string> shown;
  for (const auto& arrival : arrivals) shown.insert(arrival.report().title());
  for (const Filed& filed : office.filed) {
    const bool hears = office.InOffice(*filed.phone) && office.revoked.count(filed.phone) == 0;
    if (!filed.confirmed() || !hears) continue;
    clientpb::GetItemRequest request;
    request.set_item_id(filed.item);
    const auto got = filed.phone->Call<clientpb::GetItemResponse>("FieldService/GetItem", request);
    if (!got.ok()) return office.Must(got.status(), "2: the state of " + filed.canary);
    const bool delivered = got->item().state() == clientpb::ITEM_STATE_DELIVERED;
    if (delivered && shown.count(filed.canary) == 0) office.Violated("2: no desk shows " + filed.canary);
    if (delivered) office.Seen("reports that a desk is known to have read");
    if (office.settled && got->item().state() == clientpb::ITEM_STATE_COMPLETE)
      office.Violated("2: no desk was heard of " + filed.canary);
  }
}

template <class Messages>
int Times(const Messages& messages, const std::string& text) {
  return static_cast<int>(std::count_if(messages.begin(), messages.end(), [&](const clientpb::MessageInfo& info) {
    return info.message().text() == text;
  }));
}

// What was said about a report stands once with it, on the side of whoever it was said to.
void CheckMessages(Office& office, const std::vector<clientpb::Arrival>& arrivals) {
  std::map<std::string, std::string> records;
  for (const auto& arrival : arrivals) records[arrival.report().title()] = arrival.record_id();
  for (const Said& said : office.said) {
    const Filed& filed = office.filed[said.filed];
    if (!filed.confirmed() || !office.InOffice(*filed.phone)) continue;
    // A revoked phone is given nothing any more, and what it sends too late is not taken.
    if (said.by_reporter ? office.TooLate(*filed.phone) : office.revoked.count(filed.phone) > 0) continue;
    int times = 0;
    if (said.by_reporter) {
      clientpb::GetArrivalRequest request;
      request.set_record_id(records[filed.canary]);
      const auto got = office.manager->Call<clientpb::GetArrivalResponse>("DeskService/GetArrival", request);
      if (!got.ok()) return office.Must(got.status(), "1: an arrival");
      times = Times(got->messages(), said.text);
    } else {
      clientpb::ListMessagesRequest request;
      request.set_item_id(filed.item);
      const auto got = filed.phone->Call<clientpb::ListMessagesResponse>("FieldService/ListMessages", request);
      if (!got.ok()) return office.Must(got.status(), "1: messages");
      times = Times(got->messages(), said.text);
    }
    if (times > 1) office.Violated("3: a message about " + filed.canary + " is shown twice");
    if (times == 0 && !said.gone_with_store) office.Violated("1: a message about " + filed.canary + " was lost");
  }
}

void CheckFiles(Office& office, const std::vector<clientpb::Arrival>& arrivals) {
  for (const auto& arrival : arrivals) {
    const auto filed = std::find_if(office.filed.begin(), office.filed.end(),
                                    [&](const Filed& one) { return one.canary == arrival.report().title(); });
    if (filed == office.filed.end() || filed->file.empty()) continue;
    // Its author's store may be gone, or its author shut out, before the file was there.
    if (!filed->confirmed() || office.TooLate(*filed->phone)) continue;
    clientpb::GetArrivalRequest get;
    get.set_record_id(arrival.record_id());
    const auto got = office.officer->Call<clientpb::GetArrivalResponse>("DeskService/GetArrival", get);
    if (!got.ok()) return office.Must(got.status(), "1: an arrival");
    if (got->files_size() != 1) return office.Violated("1: the file of " + filed->canary + " is not named");
    clientpb::OpenAttachmentRequest open;
    open.set_record_id(arrival.record_id());
    open.set_sha256(got->files(0).sha256());
    const auto parts = office.officer->Stream<clientpb::OpenAttachmentResponse>("DeskService/OpenAttachment", open);
    if (!parts.ok()) return office.Must(parts.status(), "1: the file of " + filed->canary);
    std::string bytes;
    for (const auto& part : *parts) bytes += part.data();
    if (bytes != filed->file) office.Violated("1: the file of " + filed->canary + " was altered");
    office.Seen("files that were read at a desk");
  }
}

// Every desk holds the same log, and computes the same from it.
void CheckDesks(Office& office, const std::vector<clientpb::Arrival>& arrivals) {
  std::set<std::string> roots;
  for (Device* desk : {office.admin, office.manager, office.officer}) {
    const auto log = desk->Call<clientpb::VerifyLogResponse>("DeskService/VerifyLog", clientpb::VerifyLogRequest());
    if (!log.ok()) return office.Must(log.status(), "4: the log is verified");
    if (!log->verified()) office.Violated("4: the log does not verify: " + log->problem());
    if (log->bodies_absent() > 0) office.Seen("bodies that nobody gave back");
    roots.insert(absl::StrCat(log->size(), ":", log->root()));
  }
  auto& book = office.server.server().book();
  const auto root = book.RootAt(book.View().size);
  if (!root.ok()) return office.Must(root.status(), "4: the root of the server's log");
  roots.insert(absl::StrCat(book.View().size, ":", root->bytes()));
  if (roots.size() != 1) office.Violated("4: two desks hold different logs");

  const auto others = Arrivals(office, *office.officer);
  const bool same = std::equal(arrivals.begin(), arrivals.end(), others.begin(), others.end(),
                               [](const clientpb::Arrival& a, const clientpb::Arrival& b) {
                                 return a.record_id() == b.record_id() && a.clock_at_us() == b.clock_at_us() &&
                                        a.case_number() == b.case_number() && a.late() == b.late();
                               });
  if (!same) office.Violated("4: two desks show different registers");
  std::set<std::string> cases;
  for (Device* desk : {office.manager, office.officer}) {
    const auto listed = desk->Call<clientpb::ListCasesResponse>("DeskService/ListCases", clientpb::ListCasesRequest());
    if (!listed.ok()) return office.Must(listed.status(), "4: the cases");
    cases.insert(listed->SerializeAsString());
    const uint64_t opened = office.result.counts["cases opened"];
    if (static_cast<uint64_t>(listed->cases_size() + listed->ineffective_size()) < opened) {
      office.Violated("1: a case was lost");
    }
  }
  if (cases.size() != 1) office.Violated("4: two desks show different cases");
}

std::string AlarmsOf(Device& desk) {
  const auto list = desk.Call<clientpb::ListAlarmsResponse>("DeskService/ListAlarms", clientpb::ListAlarmsRequest());
  return list.ok() ? ": " + list->ShortDebugString() : "";
}

void CheckOutboxes(Office& office) {
  for (Device* device : office.PeopleInOffice()) {
    const auto status =
        device->Call<clientpb::GetSyncStatusResponse>("FieldService/GetSyncStatus", clientpb::GetSyncStatusRequest());
    if (!status.ok()) return office.Must(status.status(), "5: the state of sync");
    if (office.TooLate(*device)) continue;
    if (status->records_left() + status->reoffers_left() + status->file_bytes_left() > 0) {
      office.Violated(absl::StrCat("5: ", device->name(), " still has to send: ", status->records_left(), " records, ",
                                   status->reoffers_left(), " offers, ", status->file_bytes_left(), " bytes"));
    }
    if (status->evidence() > 0 && office.network.meddler().lies(device->name()) == 0) {
      office.Violated("7: " + device->name() + " raised a false alarm" + AlarmsOf(*device));
    }
  }
  for (const auto& [device, since_us] : office.revoked) {
    if (!office.InOffice(*device) || office.TooLate(*device)) continue;
    office.Violated("6: " + device->name() + " was revoked and has not erased itself");
  }
}

void CheckSecrets(Office& office) {
  for (const std::string& leak : office.network.leaks()) {
    office.Violated("8: " + leak + " went over the network in the clear");
  }
  const auto scan = [&](SimDisk& disk, const std::string& whose) {
    for (const char* canary : {kCanary, kFileCanary}) {
      for (const std::string& path : disk.Scan(canary)) {
        if (path.find("picture") == std::string::npos) office.Violated("8: in the clear on the disk of " + whose);
      }
    }
  };
  scan(office.server.machine().disk, "the server");
  for (const auto& device : office.devices) scan(device->machine().disk, device->name());
}

}  // namespace

void Check(Office& office) {
  const auto arrivals = Arrivals(office, *office.manager);
  CheckReports(office, arrivals);
  CheckReceipts(office);
  CheckDelivered(office, arrivals);
  CheckMessages(office, arrivals);
  CheckFiles(office, arrivals);
  CheckDesks(office, arrivals);
  CheckOutboxes(office);
  CheckSecrets(office);
}

}  // namespace qf::sim
