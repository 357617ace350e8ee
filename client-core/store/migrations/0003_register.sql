-- The register at 100,000 reports: lists are filtered over one narrow row an arrival, and single characters have an
-- index of their own. Everything here is a fold of the entries, so what the tables held goes and is folded in again.

-- What an arrival is filtered and marked by (desk/arrival_facet.h). It depends on more than the report: on whose
-- authority counts, on messages, on cases. When one of these changes the row becomes stale and is worked out anew.
CREATE TABLE arrival_facet (
  position ROWID_KEY,               -- the arrival's
  flags BIGINT NOT NULL,            -- ArrivalFlag
  clock_at_us BIGINT NOT NULL,
  stage BIGINT NOT NULL,
  messages BIGINT NOT NULL,
  unanswered BIGINT NOT NULL,       -- messages of the reporter since the office's last
  case_number BIGINT NOT NULL,      -- 0 = none
  stale BIGINT NOT NULL,            -- 1: to be worked out anew
  township TEXT NOT NULL,
  violation TEXT NOT NULL
);
CREATE INDEX arrival_facet_stale ON arrival_facet (position) WHERE stale = 1;

-- Which case a report is in, as the cases were folded last.
CREATE TABLE arrival_case (
  author BLOB NOT NULL,
  item_id BLOB NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (author, item_id)
);

-- Progress also says whether the cases have to be folded anew.
DROP TABLE desk_progress;
CREATE TABLE desk_progress (
  id ROWID_KEY,
  term BIGINT NOT NULL,
  position BIGINT NOT NULL,         -- entries below it are in
  arrivals BIGINT NOT NULL,         -- rows of arrival
  cases_due BIGINT NOT NULL         -- 1: arrival_case is older than the case actions, or than who had which role
);

-- Townships are filtered by the facets.
DROP TABLE arrival;
CREATE TABLE arrival (
  position ROWID_KEY,
  record_id BLOB NOT NULL,
  author BLOB NOT NULL,
  item_id BLOB NOT NULL,
  feed TEXT NOT NULL,
  clock_at_us BIGINT NOT NULL,
  urgent BIGINT NOT NULL,
  report BLOB,                      -- serialized content.v1.Report; NULL if it could not be opened
  problem BIGINT NOT NULL,          -- why not
  blobs BLOB NOT NULL               -- 40 bytes a file: SHA-256, size
);
CREATE UNIQUE INDEX arrival_by_item ON arrival (author, item_id);

-- Overlapping pairs of characters of each report, its messages and its author (desk/words.h); the row's id is the
-- arrival's position. A character is five symbols: the prefix index answers a word of one character.
DROP TABLE arrival_word;
CREATE VIRTUAL TABLE arrival_word USING fts5(
  words, content='', contentless_delete=1, detail=none, tokenize='ascii', prefix='5');

DELETE FROM desk_unopened;
DELETE FROM desk_name;
DELETE FROM desk_author;
DELETE FROM arrival_message;
DELETE FROM case_action;
