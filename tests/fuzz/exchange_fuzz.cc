// A device's Exchange, as the server takes it: a real server on its real store. Every call bears a right signature;
// the first byte chooses whose, and whether the records in it get a right author and signature too. The log grows by
// what was acknowledged or not at all, and an error leaves it as it was. What made it grow is undone before the next
// input.
#include "common/base/check.h"
#include "common/base/sha256.h"
#include "tests/unit/server/support/office.h"

namespace qf::server {
namespace {

class Scene {
 public:
  Scene() {
    office_.Store(phone_, {office_.Report(phone_)});
    office_.Stop();
    office_.world.loop.Run();
    start_ = office_.disk().Snapshot();
    QF_CHECK(office_.Start().ok());
  }

  void Take(unsigned choice, Bytes input) {
    serverpb::ExchangeRequest request;
    if (!request.ParseFromArray(input.data(), static_cast<int>(input.size()))) return;
    const Member& caller = choice & 1 ? office_.admin : choice & 2 ? desk_ : phone_;
    if (choice & 4) *request.mutable_hello() = office_.Hello(caller, {}).hello();
    if (choice & 8) {
      for (auto& offer : *request.mutable_push()) Sign(caller, offer.mutable_record());
    }
    const uint64_t before = office_.book().View().size;
    const auto answer = office_.Exchange(caller, request);
    const uint64_t after = office_.book().View().size;
    QF_CHECK(after >= before && after <= before + static_cast<uint64_t>(request.push_size()));
    if (answer.ok()) {
      uint64_t placed = 0;
      for (const auto& a : answer->acknowledgements()) {
        placed += a.has_placement() && a.placement().position() >= before;
      }
      QF_CHECK(placed >= after - before);  // what was kept was acknowledged
    } else {
      QF_CHECK(ReasonOf(answer.status()) != Reason::REASON_UNSPECIFIED);
      QF_CHECK(after == before);
    }
    if (after != before) Reset();
  }

 private:
  void Sign(const Member& author, recordpb::Record* record) const {
    recordpb::Header header;
    if (!header.ParseFromString(record->header())) return;
    header.set_office_id(office_.id().str());
    header.set_author(author.key().str());
    header.set_incarnation(author.incarnation.str());
    if (!record->body().empty()) {
      header.set_body_sha256(Sha256(record->body()).str());
      header.set_body_size_bytes(record->body().size());
    }
    record->set_header(header.SerializeAsString());
    record->set_signature(author.signer.Sign(std::string(record::kRecordLabel) + record->header()));
  }
  void Reset() {
    office_.Stop();
    office_.world.loop.Run();
    office_.disk().Restore(start_);
    QF_CHECK(office_.Start().ok());
  }

  Office office_;
  Member desk_ = office_.NewDevice(recordpb::ROLE_CASE_MANAGER);
  Member phone_ = office_.NewDevice(recordpb::ROLE_INFORMANT);
  sim::SimDisk::Image start_;
};

void Run(Bytes input) {
  static auto* const scene = new Scene;
  if (!input.empty()) scene->Take(static_cast<unsigned char>(input[0]), input.substr(1));
}

}  // namespace
}  // namespace qf::server

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  qf::server::Run(qf::Bytes(reinterpret_cast<const char*>(data), size));
  return 0;
}
