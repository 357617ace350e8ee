-- The log and what follows from it. One row an entry, in append order; everything else is small and dense, because
-- what a commit costs is the number of distinct pages that it dirties (docs/performance.md).

-- Entries of the log. A stream's entries are found backwards from its last one: `previous` is the position of the
-- entry before (sequence - 1), `jump` that of sequence with its lowest set bit cleared (server/store/spine.h), so no
-- index over (stream, sequence) has to be kept: it would dirty one page a stream and commit.
CREATE TABLE entry (
  position ROWID_KEY,
  received_at_us BIGINT NOT NULL,
  clock_at_us BIGINT NOT NULL,
  verdict BIGINT NOT NULL,
  feed BIGINT NOT NULL,
  fact BIGINT NOT NULL,        -- 1: authority or term follow from it; read whole at each start
  sequence BIGINT NOT NULL,
  previous BIGINT,
  jump BIGINT,
  header BLOB NOT NULL,
  signature BLOB NOT NULL,
  body BLOB NOT NULL           -- empty: none, refused, expunged or not here (then there is a row in lacking)
);
CREATE INDEX entry_fact ON entry (position) WHERE fact = 1;
-- Feeds 1 (office) and 2 (letters) are the bulk, and nobody pulls them alone.
CREATE INDEX entry_feed ON entry (feed, position) WHERE feed > 2;

-- Names of feeds. 1 … 5 are the fixed ones, inboxes and threads begin at 16.
CREATE TABLE feed (
  feed ROWID_KEY,
  name TEXT NOT NULL
);
CREATE UNIQUE INDEX feed_name ON feed (name);
INSERT INTO feed (feed, name) VALUES (1, 'office'), (2, 'letters'), (3, 'broadcast'), (4, 'roster'), (5, 'replies');

-- Where each stream ends.
CREATE TABLE stream (
  stream ROWID_KEY,
  author BLOB NOT NULL,
  incarnation BLOB NOT NULL,
  feed BIGINT NOT NULL,
  sequence BIGINT NOT NULL,    -- last one held
  record_id BLOB NOT NULL,     -- of the record there
  spine BLOB NOT NULL,         -- positions from which every entry of the stream is reached
  size_bytes BIGINT NOT NULL   -- bodies and blobs that its records name
);
CREATE UNIQUE INDEX stream_name ON stream (author, incarnation, feed);

-- Nodes of the tree, as common/log/tree.h gives them: level << 56 | index.
CREATE TABLE tile (
  tile ROWID_KEY,
  hashes BLOB NOT NULL
);

-- Kept entries whose body or blobs are not all here.
CREATE TABLE lacking (
  position ROWID_KEY,
  record_id BLOB NOT NULL,
  author BLOB NOT NULL,
  body BIGINT NOT NULL,        -- 1: the body is not here
  blobs BIGINT NOT NULL        -- so many of its blobs are not complete
);
CREATE INDEX lacking_author ON lacking (author, position);

-- Entries that were kept without their body: desks that read them so may ask for it later.
CREATE TABLE late_body (
  record_id BLOB NOT NULL PRIMARY KEY,
  position BIGINT NOT NULL
);

-- Blobs, by digest and size: two records that name one digest with two sizes mean two things, and one of them lies.
CREATE TABLE blob (
  blob ROWID_KEY,
  sha256 BLOB NOT NULL,
  size_bytes BIGINT NOT NULL,
  committed_bytes BIGINT NOT NULL,
  complete BIGINT NOT NULL,
  progress_at_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX blob_name ON blob (sha256, size_bytes);
CREATE INDEX blob_begun ON blob (progress_at_us) WHERE complete = 0 AND committed_bytes > 0;
-- Which kept records name which blobs.
CREATE TABLE blob_use (
  record_id BLOB NOT NULL,
  blob BIGINT NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (record_id, blob)
);
CREATE INDEX blob_use_blob ON blob_use (blob);

-- What the server knows beside the log: its office, keys, term.
CREATE TABLE setting (
  name TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL
);

-- What each device has sent on its present day.
CREATE TABLE quota (
  device BLOB NOT NULL PRIMARY KEY,
  day BIGINT NOT NULL,
  records BIGINT NOT NULL,
  size_bytes BIGINT NOT NULL
);

-- Copies of the store that were made, until they are known to be destroyed.
CREATE TABLE copy (
  copy ROWID_KEY,
  folder TEXT NOT NULL,
  log_size BIGINT NOT NULL,
  root BLOB NOT NULL,
  made_at_us BIGINT NOT NULL,
  verified BIGINT NOT NULL
);
