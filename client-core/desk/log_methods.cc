#include "client-core/desk/log_methods.h"

#include <memory>
#include <utility>

#include "client-core/desk/export_file.h"
#include "client-core/store/setting.h"
#include "common/base/error.h"
#include "common/base/try.h"
#include "common/log/checkpoint.h"

namespace qf::client {
namespace {

constexpr size_t kEntriesPerStep = 256;

// The copy of the log, as it stands now.
struct Snapshot {
  log::Checkpoint checkpoint;
  std::string note;
};

absl::StatusOr<Snapshot> TakeSnapshot(sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(const auto note, GetSetting(tx, Setting::kMirrorCheckpoint));
  QF_TRY_ASSIGN(const uint64_t cursor, GetCursor(tx, "log"));
  QF_TRY_ASSIGN(const uint64_t term, GetNumber(tx, Setting::kTerm));
  if (note.has_value()) {
    QF_TRY_ASSIGN(const log::Checkpoint checkpoint, log::ParseUnverified(*note));
    if (checkpoint.size == cursor && checkpoint.term == term) return Snapshot{checkpoint, *note};
  }
  return Error(Reason::REASON_STATE, "this desk has no whole copy of the log at the moment: sync first");
}

// Entries [from, from + kEntriesPerStep) of a snapshot. STATE if a RESTART has cut the copy meanwhile.
absl::StatusOr<std::vector<recordpb::Entry>> ReadStep(Session& session, const Snapshot& snapshot, uint64_t from) {
  return session.database().Read([&](sql::ReadTxn& tx) -> absl::StatusOr<std::vector<recordpb::Entry>> {
    QF_TRY_ASSIGN(const uint64_t term, GetNumber(tx, Setting::kTerm));
    const uint64_t left = snapshot.checkpoint.size - from;
    QF_TRY_ASSIGN(const auto stored, EntriesFrom(tx, from, left < kEntriesPerStep ? left : kEntriesPerStep));
    if (term != snapshot.checkpoint.term || (stored.empty() && left > 0)) {
      return Error(Reason::REASON_STATE, "the log began a new term meanwhile");
    }
    std::vector<recordpb::Entry> entries;
    for (const StoredEntry& entry : stored) {
      auto& out = entries.emplace_back();
      *out.mutable_placement() = entry.entry.place.ToProto();
      *out.mutable_record() = entry.entry.record.ToProto();
    }
    return entries;
  });
}

// A walk over the own copy, step by step, so that the loop is never held up.
template <class Response>
class Walk : public DeskCall, public std::enable_shared_from_this<Walk<Response>> {
 public:
  using Done = absl::AnyInvocable<void(absl::StatusOr<Response>)>;

  Walk(Desk& desk, Snapshot snapshot, Done done)
      : desk_(desk), snapshot_(std::move(snapshot)), done_(std::move(done)) {}

  void End(absl::Status status) override { Finish(std::move(status)); }

  void Next() {
    if (!done_) return;
    if (position_ == snapshot_.checkpoint.size) return OnEnd();
    auto entries = ReadStep(desk_.session(), snapshot_, position_);
    if (!entries.ok()) return Leave(entries.status());
    position_ += entries->size();
    OnEntries(*std::move(entries));
  }

 protected:
  virtual void OnEntries(std::vector<recordpb::Entry> entries) = 0;
  virtual void OnEnd() = 0;

  // Gives the answer; the desk lets go of this object, which its caller still holds.
  void Leave(absl::StatusOr<Response> response) {
    Finish(std::move(response));
    desk_.Forget(this);
  }

  Desk& desk_;
  const Snapshot snapshot_;

 private:
  void Finish(absl::StatusOr<Response> response) {
    if (done_) std::exchange(done_, nullptr)(std::move(response));
  }

  Done done_;
  uint64_t position_ = 0;
};

class VerifyWalk final : public Walk<clientpb::VerifyLogResponse> {
 public:
  using Walk::Walk;

 private:
  void OnEntries(std::vector<recordpb::Entry> entries) override {
    auto step = std::make_shared<std::vector<recordpb::Entry>>(std::move(entries));
    desk_.session().world().worker.Run(
        [checker = checker_, step] {
          for (const auto& entry : *step) checker->Add(entry);
        },
        [weak = std::weak_ptr<DeskCall>(shared_from_this())] {
          if (const auto self = weak.lock()) static_cast<VerifyWalk&>(*self).Next();
        });
  }
  void OnEnd() override { Leave(checker_->Finish(snapshot_.note).ToProto()); }

  // Shared with the worker, which may still have it when the desk has gone.
  std::shared_ptr<LogChecker> checker_ = std::make_shared<LogChecker>(snapshot_.checkpoint.office);
};

class ExportWalk final : public Walk<clientpb::ExportLogResponse> {
 public:
  ExportWalk(Desk& desk, Snapshot snapshot, std::string path, Done done)
      : Walk(desk, std::move(snapshot), std::move(done)), path_(std::move(path)) {}
  ~ExportWalk() override {
    if (writer_ != nullptr) files().Remove(path_).IgnoreError();  // begun and not finished
  }

  absl::Status Begin() {
    recordpb::ExportHead head;
    head.set_office_id(snapshot_.checkpoint.office.str());
    head.set_term(snapshot_.checkpoint.term);
    head.set_size(snapshot_.checkpoint.size);
    head.set_checkpoint(snapshot_.note);
    QF_TRY_ASSIGN(writer_, ExportWriter::Create(files(), path_, head));
    return absl::OkStatus();
  }

 private:
  Files& files() { return desk_.session().world().files; }

  void OnEntries(std::vector<recordpb::Entry> entries) override {
    for (const auto& entry : entries) {
      if (const absl::Status status = writer_->Add(entry); !status.ok()) return Leave(status);
    }
    desk_.session().world().loop.Post([weak = std::weak_ptr<DeskCall>(shared_from_this())] {
      if (const auto self = weak.lock()) static_cast<ExportWalk&>(*self).Next();
    });
  }
  void OnEnd() override {
    if (const absl::Status status = writer_->Finish(); !status.ok()) return Leave(status);
    writer_ = nullptr;
    clientpb::ExportLogResponse response;
    response.set_size(snapshot_.checkpoint.size);
    Leave(response);
  }

  const std::string path_;
  std::unique_ptr<ExportWriter> writer_;
};

void VerifyFile(Desk& desk, const std::string& path,
                absl::AnyInvocable<void(absl::StatusOr<clientpb::VerifyLogResponse>)> done) {
  Session& session = desk.session();
  auto findings = std::make_shared<absl::StatusOr<LogFindings>>();
  session.world().worker.Run([findings, path, office = session.office().office,
                              &files = session.world().files] { *findings = VerifyExport(files, path, office); },
                             [findings, done = std::move(done)]() mutable {
                               if (!findings->ok()) return done(findings->status());
                               done((*findings)->ToProto());
                             });
}

}  // namespace

void VerifyLog(Desk& desk, const clientpb::VerifyLogRequest& request,
               absl::AnyInvocable<void(absl::StatusOr<clientpb::VerifyLogResponse>)> done) {
  if (!request.file().empty()) return VerifyFile(desk, request.file(), std::move(done));
  auto snapshot = desk.session().database().Read(TakeSnapshot);
  if (!snapshot.ok()) return done(snapshot.status());
  auto walk = std::make_shared<VerifyWalk>(desk, *std::move(snapshot), std::move(done));
  desk.Keep(walk);
  walk->Next();
}

void ExportLog(Desk& desk, const clientpb::ExportLogRequest& request,
               absl::AnyInvocable<void(absl::StatusOr<clientpb::ExportLogResponse>)> done) {
  auto snapshot = desk.session().database().Read(TakeSnapshot);
  if (!snapshot.ok()) return done(snapshot.status());
  auto walk = std::make_shared<ExportWalk>(desk, *std::move(snapshot), request.file(), std::move(done));
  desk.Keep(walk);
  if (const absl::Status status = walk->Begin(); !status.ok()) {
    walk->End(status);
    return desk.Forget(walk.get());
  }
  walk->Next();
}

absl::StatusOr<clientpb::ListAlarmsResponse> ListAlarms(Session& session, const clientpb::ListAlarmsRequest&) {
  QF_TRY_ASSIGN(const auto evidence,
                session.database().Read([](sql::ReadTxn& tx) { return ListEvidence(tx, kAlarmsMax); }));
  clientpb::ListAlarmsResponse response;
  for (const Evidence& one : evidence) {
    auto& alarm = *response.add_alarms();
    alarm.set_reason(one.reason);
    alarm.set_what(one.what);
    alarm.set_seen_at_us(one.seen_at_us);
  }
  return response;
}

}  // namespace qf::client
