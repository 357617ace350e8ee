#include "tools/qingfeng/finding_view.h"

#include "absl/strings/substitute.h"
#include "common/base/error.h"
#include "tools/qingfeng/text.h"
#include "tools/qingfeng/words.h"

namespace qf::cli {
namespace {

// $0 is the count, $1 the records whose files are on their way, $2 the time, $3 the reason, $4 the count as a size.
const char* Sentence(clientpb::Seen seen) {
  switch (seen) {
    case clientpb::SEEN_REASON:
      return "$3";
    case clientpb::SEEN_STORE_WHOLE:
      return Tr("every page reads and checks");
    case clientpb::SEEN_STORE_ALTERED:
      return Tr("a page of the store was altered, or does not read");
    case clientpb::SEEN_STORE_CLOSED:
      return Tr("not looked into: $3");
    case clientpb::SEEN_OUTBOX_ARRIVED:
      return Tr("everything filed here has arrived");
    case clientpb::SEEN_OUTBOX_WAITING:
      return Tr("records on their way: $0, and the files of $1 more");
    case clientpb::SEEN_OUTBOX_STUCK:
      return Tr("records on their way: $0, and the files of $1 more; the oldest since $2, though calls succeed");
    case clientpb::SEEN_OUTBOX_UNDELIVERED:
      return Tr("$0 of what was filed has not arrived, or not whole");
    case clientpb::SEEN_PROOFS_HELD:
      return Tr("every proof that the server gave has held");
    case clientpb::SEEN_PROOFS_BROKEN:
      return Tr("proofs or answers of the server that did not hold: $0; they are kept");
    case clientpb::SEEN_RECEIPTS_WHOLE:
      return Tr("everything that left the outbox has its receipt");
    case clientpb::SEEN_RECEIPTS_MISSING:
      return Tr("left the outbox without a receipt: $0");
    case clientpb::SEEN_CLOCK_GOOD:
      return Tr("not behind the log");
    case clientpb::SEEN_CLOCK_WRONG:
      return Tr("the server says that it is wrong, or it is behind the log");
    case clientpb::SEEN_SERVER_NOT_ASKED:
      return Tr("not asked yet");
    case clientpb::SEEN_SERVER_REACHED:
      return Tr("last exchange: $2");
    case clientpb::SEEN_SERVER_FAILING:
      return Tr("last exchange: $2; the last try failed: $3");
    case clientpb::SEEN_KEYS_NONE:
      return Tr("no keys have been made yet");
    case clientpb::SEEN_KEYS_WHOLE:
      return Tr("the vault is whole, and its platform secret is there");
    case clientpb::SEEN_KEYS_NO_SECRET:
      return Tr("the platform secret is missing, or is another one; nothing else opens this store");
    case clientpb::SEEN_KEYS_NOT_GRANTED:
      return Tr("this desk waits for the office's keys");
    case clientpb::SEEN_DISK_FREE:
      return Tr("$4 free");
    default:
      return "";
  }
}

}  // namespace

std::string ShownFinding(const clientpb::Finding& finding) {
  return absl::Substitute(Sentence(finding.seen()), finding.count(), finding.with_files(),
                          finding.at_us() == 0 ? Tr("never") : ShownTime(finding.at_us()),
                          ShownReason(finding.reason()), ShownSize(finding.count()));
}

std::string ShownRemedy(const clientpb::Finding& finding) {
  if (finding.ok()) return "";
  // Of the outbox: what keeps an item from arriving is said of that item.
  if (finding.reason() == Reason::REASON_UNSPECIFIED)
    return Tr("look at the reasons in the list of items; tell the office");
  return TrText(RemedyOf(finding.reason()));
}

}  // namespace qf::cli
