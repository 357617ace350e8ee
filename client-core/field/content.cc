#include "client-core/field/content.h"

#include "common/base/error.h"
#include "common/base/try.h"
#include "common/base/utf8.h"
#include "common/sealing/frame.h"

namespace qf::client {
namespace {

constexpr size_t kTitleCharacters = 40;

// The beginning of `text` up to a line's end, at most so many characters of UTF-8.
std::string Beginning(absl::string_view text, size_t characters) {
  text = TrimSpace(text);
  text = text.substr(0, text.find_first_of("\r\n"));
  for (size_t at = 0; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
    if (begins && characters-- == 0) return std::string(text.substr(0, at)) + "…";
  }
  return std::string(text);
}

}  // namespace

absl::StatusOr<contentpb::Content> ContentOf(const Item& item) {
  if (item.frame.empty()) return Error(Reason::REASON_NOT_FOUND, "its content is not on this device");
  QF_TRY_ASSIGN(const std::string bytes, sealing::OpenFrame(item.frame));
  contentpb::Content content;
  if (!content.ParseFromString(bytes))
    return Error(Reason::REASON_STORE_DAMAGED, "an item in the store cannot be read");
  return content;
}

std::string TitleOf(const contentpb::Report& report) {
  return TitleOf(TrimSpace(report.title()).empty() ? report.what() : report.title());
}

std::string TitleOf(absl::string_view text) { return Beginning(text, kTitleCharacters); }

}  // namespace qf::client
