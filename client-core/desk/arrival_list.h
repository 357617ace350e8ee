// Pages of the register: what holds a filter, newest first. Bounded: a page scans facets (arrival_facet.h) or walks the
// index of words, reads the reports that it shows, and at most kTextsReadMax others whose text has to decide.
// Free functions over a transaction; lives on the loop.
#pragma once

#include <string>
#include <vector>

#include "client-core/desk/arrival_store.h"

namespace qf::client {

// Texts that one page reads only to see whether they hold a word: some 40 ms. A page that needs more ends there, and
// says where to go on.
constexpr size_t kTextsReadMax = 1000;

struct ArrivalFilter {
  uint64_t before_position = 0;                           // 0 = from the newest
  uint32_t flags_set = kArrivalCounts;                    // ArrivalFlag: all of these …
  uint32_t flags_clear = 0;                               // … and none of those
  std::string township;                                   // empty = any
  std::string violation;                                  // an entry of the catalogue, or one that others are under
  contentpb::Stage stage = contentpb::STAGE_UNSPECIFIED;  // unspecified = any
  uint64_t from_us = 0;                                   // from <= clock_at …
  uint64_t until_us = 0;                                  // … < until; 0 = no end
  uint64_t case_number = 0;                               // 0 = any
  std::vector<std::string> words;                         // folded (words.h), all of them; empty = any
};

struct ArrivalPage {
  std::vector<ArrivalRow> arrivals;
  uint64_t next_before_position = 0;  // there may be more below; 0 = there are none
};

absl::StatusOr<ArrivalPage> ListPage(sql::ReadTxn& tx, const ArrivalFilter& filter, size_t size);

}  // namespace qf::client
