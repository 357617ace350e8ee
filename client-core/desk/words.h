// Finding Chinese text: overlapping pairs of characters, indexed by FTS5, verified against the text where pairs alone
// could deceive. A trigram index would find no word of two characters, and most names have two.
//
// Text is folded first: ASCII letters to small ones, full-width ASCII (U+FF01–FF5E) to ASCII, white space of every kind
// to one separator that no word crosses. A word of a query matches wherever the folded text holds it.
//   index    for every character but the last of a run the pair (c, next), for the last one the single c; each
//            character is five symbols of base 32, so that FTS5's plainest tokenizer leaves them whole
//   a word of one character     a prefix of a pair or a single: exact
//   a word of two               one pair: exact
//   a longer word               all its pairs, anywhere; the text decides (NeedsText)
// The author of a text has a token of its own, so that a word also finds the reports of those whose name holds it, and
// a new name costs nothing.
// Pure functions; any thread. Text that is no UTF-8 is read as far as it is.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "common/base/ids.h"
#include "qingfeng/content/v1/report.pb.h"

namespace qf::client {

constexpr size_t kSearchWordsMax = 16;
constexpr size_t kSearchBytesMax = 1024;
// Of one report with its messages, so that a message costs no more however many there are; what is beyond is not found.
constexpr size_t kSearchedBytesMax = 256 * 1024;

// `text` as it is compared.
std::string FoldText(absl::string_view text);

// The tokens of folded text, joined by spaces, doubles left out.
std::string IndexTokens(absl::string_view folded);

// The words of a query, folded; at most kSearchWordsMax of the first kSearchBytesMax bytes.
std::vector<std::string> QueryWords(absl::string_view query);

// The token that all texts of an author have; none of IndexTokens.
std::string AuthorToken(const SigningKey& author);

// FTS5 expression for texts that may hold all words, or have, for words that they do not hold, one of the authors that
// `authors_named` gives for it. `words` is not empty.
std::string MatchExpression(const std::vector<std::string>& words,
                            absl::FunctionRef<std::vector<SigningKey>(absl::string_view word)> authors_named);

// True if a text that matches may still not hold every word.
bool NeedsText(const std::vector<std::string>& words);

// True if folded text holds every word.
bool HoldsAll(absl::string_view folded, const std::vector<std::string>& words);

// Everything that a person may look for in a report.
std::string SearchText(const qingfeng::content::v1::Report& report);

}  // namespace qf::client
