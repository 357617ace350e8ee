// An export of a log, from anywhere: reading and checking it ends without harm, and what is found holds together.
#include <cstddef>
#include <cstdint>
#include <string>

#include "client-core/desk/export_file.h"
#include "common/base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using qf::client::ExportReader;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto source = [&bytes](uint64_t offset, size_t wanted) -> absl::StatusOr<std::string> {
    return offset >= bytes.size() ? std::string() : bytes.substr(offset, wanted);
  };
  qf::OfficeId office;
  if (auto reader = ExportReader::Open(source); reader.ok()) {
    uint64_t entries = 0;
    while (true) {
      const auto entry = (*reader)->Next();
      if (!entry.ok() || !entry->has_value()) {
        if (entry.ok()) QF_CHECK(entries == (*reader)->head().size());
        break;
      }
      ++entries;
    }
    if (const auto named = qf::OfficeId::From((*reader)->head().office_id()); named.ok()) office = *named;
  }
  const auto findings = qf::client::VerifyExport(source, office);
  if (findings.ok() && findings->verified()) {
    QF_CHECK(findings->checkpoint_verified);
    QF_CHECK(findings->signatures == findings->size);
    QF_CHECK(findings->streams <= findings->size);
  }
  return 0;
}
