// What the port answers to a GET: the files of one app, with the headers that let a page do nothing but what the app
// needs.
//
// Content-Security-Policy: scripts, styles and calls from this origin alone; pictures and sound also from memory
// (blob:, data:); no frame around it, no form to elsewhere, no base. Other origins may not even include its files.
// Cached are files under assets/, whose names are their hashes; everything else is asked for again.
//
// Threads: any.
#pragma once

#include <map>
#include <string>

#include "absl/types/span.h"
#include "common/connect/http_front.h"
#include "mobile-bindings/loopback/assets.h"

namespace qf::loopback {

class Pages {
 public:
  // `assets` outlive it.
  explicit Pages(absl::Span<const Asset> assets);

  // The file at that path; the app itself ("index.html") for "/" and every path without a dot in its last part, so that
  // the address of a view can be loaded again. 404 for the rest.
  connect::HttpPage Get(const std::string& target) const;

 private:
  std::map<Bytes, Bytes> bodies_;
};

// After a token was spent: goes on to the app as a page of this origin, since browsers hold back a SameSite=Strict
// cookie from whoever was sent here from elsewhere.
connect::HttpPage LaunchedPage(const std::string& set_cookie);
// A token that was spent or is none.
connect::HttpPage SpentPage();

}  // namespace qf::loopback
