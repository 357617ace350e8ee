#include "client-core/desk/arrival_list.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client-core/desk/names.h"
#include "client-core/desk/words.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

// Both walk in order of position and stop when the page is full. CROSS JOIN keeps that order of tables: the planner
// knows nothing of how many rows a filter leaves.
#define QF_FILTER                                                                                     \
  "(f.flags & $2) = $3 AND f.clock_at_us >= $4 AND f.clock_at_us < $5 "                               \
  "AND ($6 = 0 OR f.stage = $6) AND ($9 = 0 OR f.case_number = $9) AND ($7 = '' OR f.township = $7) " \
  "AND ($8 = '' OR f.violation = $8 OR substr(f.violation, 1, length($8) + 1) = $8 || '.') "

constexpr sql::Statement kNewest("SELECT " QF_ARRIVAL_COLUMNS
                                 " FROM arrival_facet f CROSS JOIN arrival a ON a.position = f.position "
                                 "WHERE f.position < $1 AND " QF_FILTER "ORDER BY f.position DESC");
constexpr sql::Statement kMatching("SELECT " QF_ARRIVAL_COLUMNS
                                   " FROM arrival_word w CROSS JOIN arrival_facet f ON f.position = w.rowid "
                                   "CROSS JOIN arrival a ON a.position = f.position "
                                   "WHERE w.arrival_word MATCH $10 AND w.rowid < $1 AND " QF_FILTER
                                   "ORDER BY w.rowid DESC");

// Names of all devices as they are compared.
absl::StatusOr<std::map<SigningKey, std::string>> FoldedNames(sql::ReadTxn& tx) {
  QF_TRY_ASSIGN(const auto names, ListNames(tx));
  std::map<SigningKey, std::string> folded;
  for (const auto& [device, name] : names) folded[device] = FoldText(name.person.name());
  return folded;
}

// Fills a page out of rows.
class PageTaker {
 public:
  PageTaker(sql::ReadTxn& tx, const ArrivalFilter& filter, size_t size, const std::map<SigningKey, std::string>& names)
      : tx_(tx), filter_(filter), size_(size), names_(names), text_decides_(NeedsText(filter.words)) {}

  // CANCELLED when the page has ended.
  absl::Status Take(const sql::Row& row) {
    if (page_.arrivals.size() == size_) return EndAt(page_.arrivals.back().origin.place.position);
    QF_TRY_ASSIGN(ArrivalRow arrival, ArrivalFromRow(row));
    if (text_decides_) {
      QF_TRY_ASSIGN(const bool holds, Holds(arrival));
      if (!holds) {
        return ++texts_read_ == kTextsReadMax ? EndAt(arrival.origin.place.position) : absl::OkStatus();
      }
    }
    page_.arrivals.push_back(std::move(arrival));
    return absl::OkStatus();
  }

  ArrivalPage Finish() { return std::move(page_); }

 private:
  absl::Status EndAt(uint64_t position) {
    page_.next_before_position = position;
    return absl::CancelledError();
  }

  absl::StatusOr<bool> Holds(const ArrivalRow& arrival) {
    QF_TRY_ASSIGN(std::string text, SearchedText(tx_, arrival));
    if (const auto name = names_.find(arrival.origin.thing.author); name != names_.end()) {
      absl::StrAppend(&text, "\n", name->second);
    }
    return HoldsAll(text, filter_.words);
  }

  sql::ReadTxn& tx_;
  const ArrivalFilter& filter_;
  const size_t size_;
  const std::map<SigningKey, std::string>& names_;
  const bool text_decides_;
  size_t texts_read_ = 0;
  ArrivalPage page_;
};

}  // namespace

absl::StatusOr<ArrivalPage> ListPage(sql::ReadTxn& tx, const ArrivalFilter& filter, size_t size) {
  const uint64_t below = filter.before_position == 0 ? INT64_MAX : filter.before_position;
  const uint64_t until_us = filter.until_us == 0 ? INT64_MAX : filter.until_us;
  const uint32_t flags = filter.flags_set | filter.flags_clear;
  std::map<SigningKey, std::string> names;
  if (!filter.words.empty()) {
    QF_TRY_ASSIGN(names, FoldedNames(tx));
  }
  PageTaker taker(tx, filter, size, names);
  const auto take = [&](const sql::Row& row) { return taker.Take(row); };
  const sql::Text township(filter.township), violation(filter.violation);

  absl::Status status;
  if (filter.words.empty()) {
    status = tx.Query(kNewest,
                      {below, flags, filter.flags_set, filter.from_us, until_us, filter.stage, township, violation,
                       filter.case_number},
                      take);
  } else {
    const std::string expression = MatchExpression(filter.words, [&](absl::string_view word) {
      std::vector<SigningKey> authors;
      for (const auto& [device, name] : names) {
        if (absl::StrContains(name, word)) authors.push_back(device);
      }
      return authors;
    });
    status = tx.Query(kMatching,
                      {below, flags, filter.flags_set, filter.from_us, until_us, filter.stage, township, violation,
                       filter.case_number, sql::Text(expression)},
                      take);
  }
  if (!status.ok() && !absl::IsCancelled(status)) return status;
  return taker.Finish();
}

}  // namespace qf::client
