// A compiled message catalogue (GNU .mo, as msgfmt writes it): English text in, translated text out.
//
// For: the command line's own words. Read here and not through libc's gettext(), because libc translates only into
// locales that the machine has generated, and a server or container seldom has zh_CN: a person who sets
// LANG=zh_CN.UTF-8 shall get Chinese there too. Translators keep xgettext, msgmerge and msgfmt.
// Not for: plural forms. Sentences are put as "records to send: 3".
// Threads: immutable once made.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/strings.h"

namespace qf::cli {

class Catalogue {
 public:
  // `mo`: the whole file. INVALID_ARGUMENT(MALFORMED) when it is none, or an offset in it leads outside.
  static absl::StatusOr<Catalogue> Parse(Bytes mo);

  // The translation of `english`; nullptr when there is none. The pointer lives as long as the catalogue.
  const char* Find(absl::string_view english) const;
  // The same for a message with context (msgctxt).
  const char* Find(absl::string_view context, absl::string_view english) const;

  const std::map<std::string, std::string, std::less<>>& messages() const { return messages_; }

 private:
  std::map<std::string, std::string, std::less<>> messages_;
};

}  // namespace qf::cli
