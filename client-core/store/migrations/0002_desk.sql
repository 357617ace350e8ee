-- What a desk makes of its copy of the log: folds over records, dropped and made again at will. Only desk_attest is
-- more than that. Empty on a phone.

-- How far the entries were folded in; one row, id 1. After a RESTART the term differs and all of it is made again.
CREATE TABLE desk_progress (
  id ROWID_KEY,
  term BIGINT NOT NULL,
  position BIGINT NOT NULL,         -- entries below it are in
  arrivals BIGINT NOT NULL          -- rows of arrival
);

-- Entries whose content could not be opened yet.
CREATE TABLE desk_unopened (
  position ROWID_KEY,
  reason BIGINT NOT NULL,
  keys BIGINT NOT NULL              -- how many keys were tried
);

-- Whose device is whose.
CREATE TABLE desk_name (
  device BLOB PRIMARY KEY,
  clock_at_us BIGINT NOT NULL,
  for_office BIGINT NOT NULL,       -- 1: sealed to more readers than one
  person BLOB NOT NULL              -- serialized content.v1.Person
);

-- When a device was heard last.
CREATE TABLE desk_author (
  author BLOB PRIMARY KEY,
  clock_at_us BIGINT NOT NULL
);

-- Reports, each (author, item) once: the record with the earliest clock_at.
CREATE TABLE arrival (
  position ROWID_KEY,
  record_id BLOB NOT NULL,
  author BLOB NOT NULL,
  item_id BLOB NOT NULL,
  feed TEXT NOT NULL,
  clock_at_us BIGINT NOT NULL,
  urgent BIGINT NOT NULL,
  township TEXT NOT NULL,
  report BLOB,                      -- serialized content.v1.Report; NULL if it could not be opened
  problem BIGINT NOT NULL,          -- why not
  blobs BLOB NOT NULL               -- 40 bytes a file: SHA-256, size
);
CREATE UNIQUE INDEX arrival_by_item ON arrival (author, item_id);
CREATE INDEX arrival_by_township ON arrival (township, position);

-- Overlapping pairs of characters of each report (desk/words.h); the row's id is the arrival's position.
CREATE VIRTUAL TABLE arrival_word USING fts5(
  words, content='', contentless_delete=1, detail=none, tokenize='ascii');

-- Messages about reports, both ways, each (author, item) once.
CREATE TABLE arrival_message (
  position ROWID_KEY,
  record_id BLOB NOT NULL,
  author BLOB NOT NULL,
  item_id BLOB NOT NULL,
  feed TEXT NOT NULL,
  received_at_us BIGINT NOT NULL,
  clock_at_us BIGINT NOT NULL,
  report_author BLOB NOT NULL,
  report_item_id BLOB NOT NULL,
  message BLOB NOT NULL             -- serialized content.v1.Message
);
CREATE UNIQUE INDEX arrival_message_by_item ON arrival_message (author, item_id);
CREATE INDEX arrival_message_by_report ON arrival_message (report_author, report_item_id, clock_at_us);

-- Steps in the lives of cases, doubles too: the fold (rules/case_fold.h) leaves them out.
CREATE TABLE case_action (
  position ROWID_KEY,
  record_id BLOB NOT NULL,
  author BLOB NOT NULL,
  item_id BLOB NOT NULL,
  feed TEXT NOT NULL,
  clock_at_us BIGINT NOT NULL,
  action BLOB                       -- serialized content.v1.CaseAction; NULL if it could not be opened
);

-- Files of arrivals, as the server last said.
CREATE TABLE arrival_file (
  sha256 BLOB PRIMARY KEY,
  committed_bytes BIGINT NOT NULL,
  complete BIGINT NOT NULL
);

-- The own attest before; one row, id 1.
CREATE TABLE desk_attest (
  id ROWID_KEY,
  term BIGINT NOT NULL,
  size BIGINT NOT NULL,
  at_us BIGINT NOT NULL,            -- log time
  item_id BLOB NOT NULL
);
