// Finding Chinese text: overlapping pairs of characters, indexed by FTS5, verified against the text where pairs alone
// could deceive. A trigram index would find no word of two characters, and most names have two.
//
// Text is folded first: ASCII letters to small ones, full-width ASCII (U+FF01–FF5E) to ASCII, white space of every kind
// to one separator that no word crosses. A word of a query matches wherever the folded text holds it.
//   index    for every character but the last of a run the pair (c, next), for the last one the single c; each
//            character is five symbols of base 32, so that FTS5's plainest tokenizer leaves them whole
//   a word of one character     a prefix of a pair or a single: exact
//   a word of two               one pair: exact
//   a longer word               all its pairs, anywhere; the text decides
// Pure functions; any thread. Text that is no UTF-8 is read as far as it is.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "qingfeng/content/v1/report.pb.h"

namespace qf::client {

constexpr size_t kSearchWordsMax = 16;
constexpr size_t kSearchBytesMax = 1024;

// `text` as it is compared.
std::string FoldText(absl::string_view text);

// The tokens of folded text, joined by spaces, doubles left out.
std::string IndexTokens(absl::string_view folded);

// The words of a query, folded; at most kSearchWordsMax of the first kSearchBytesMax bytes.
std::vector<std::string> QueryWords(absl::string_view query);

// FTS5 expression for texts that may hold all words. `words` is not empty.
std::string MatchExpression(const std::vector<std::string>& words);

// True if folded text holds every word.
bool HoldsAll(absl::string_view folded, const std::vector<std::string>& words);

// Everything that a person may look for in a report.
std::string SearchText(const qingfeng::content::v1::Report& report);

}  // namespace qf::client
