-- The replica of one device: what it filed, what it read, what proves it. Wire bytes stand beside typed columns,
-- so that nothing has to be downloaded again when a newer program reads more out of them.

-- Facts with one value: see store/setting.h for the names.
CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
);

-- What is written and was filed here. State 0 is a draft (store/draft.h), the others are ItemState in store/item.h:
-- filing turns the draft's row into the item's, so that a commit touches one page of it.
CREATE TABLE item (
  id ROWID_KEY,
  author BLOB NOT NULL,
  item_id BLOB NOT NULL,
  feed TEXT NOT NULL,
  kind BIGINT NOT NULL,
  reference BLOB,
  clear_part BLOB NOT NULL,
  blobs BLOB NOT NULL,              -- 40 bytes a file: SHA-256, size
  frame BLOB,                       -- content, compressed: for its owner, and to seal again; NULL once dropped
  body BLOB,                        -- as it goes out; NULL if none, or once dropped
  audience BIGINT NOT NULL,         -- sealed to the newest epoch of this audience; 0 = not to an epoch
  epoch BLOB,                       -- … to this one
  waiting BIGINT NOT NULL,          -- 1 while the state is below 3
  state BIGINT NOT NULL,
  reason BIGINT NOT NULL,
  urgent BIGINT NOT NULL,
  filed_at_us BIGINT NOT NULL,      -- of a draft: when it was saved
  incarnation BLOB,                 -- these five once placed
  sequence BIGINT,
  header BLOB,
  signature BLOB,
  record_id BLOB,
  malformed BIGINT NOT NULL,        -- how often the server answered MALFORMED
  files_left BIGINT NOT NULL,       -- files that are not complete at the server yet
  settled_size BIGINT,              -- log size of a Welcome that did not list it as lacking
  report BLOB,                      -- of a draft: serialized content.v1.Report without attachments
  attachments BLOB                  -- of a draft: content.v1.Report with nothing but attachments, keys in them
);
-- One index for "which is it" and "which wait": filing leaves it as it is, and an item moves to its lasting place when
-- it is acknowledged, many in one commit. Look up by waiting IN (0, 1) AND item_id.
CREATE UNIQUE INDEX item_by_item ON item (waiting, item_id);
CREATE UNIQUE INDEX item_by_place ON item (incarnation, feed, sequence) WHERE sequence IS NOT NULL;
CREATE INDEX item_by_record ON item (record_id) WHERE record_id IS NOT NULL;
CREATE INDEX item_files_left ON item (id) WHERE files_left > 0;

-- Last sequence placed in each own stream.
CREATE TABLE stream_placed (
  incarnation BLOB NOT NULL,
  feed TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  PRIMARY KEY (incarnation, feed)
);

-- Signed notes that receipts and entries were proven by.
CREATE TABLE checkpoint (
  id ROWID_KEY,
  term BIGINT NOT NULL,
  size BIGINT NOT NULL,
  root BLOB NOT NULL,
  note BLOB NOT NULL
);
CREATE UNIQUE INDEX checkpoint_by_size ON checkpoint (term, size);

-- The newest checkpoint of each day. candidate = 0: evidence only.
CREATE TABLE checkpoint_kept (
  day BIGINT NOT NULL,
  term BIGINT NOT NULL,
  size BIGINT NOT NULL,
  root BLOB NOT NULL,
  note BLOB NOT NULL,
  candidate BIGINT NOT NULL,
  PRIMARY KEY (day, term)
);

-- Proofs of own records.
CREATE TABLE receipt (
  record_id BLOB PRIMARY KEY,
  position BIGINT NOT NULL,
  received_at_us BIGINT NOT NULL,
  clock_at_us BIGINT NOT NULL,
  verdict BIGINT NOT NULL,
  path BLOB NOT NULL,
  checkpoint_id BIGINT NOT NULL
);

-- What was read: of a phone, its feeds; of a desk, every leaf. Of the present term, below the cursors.
CREATE TABLE entry (
  position ROWID_KEY,
  received_at_us BIGINT NOT NULL,
  clock_at_us BIGINT NOT NULL,
  verdict BIGINT NOT NULL,
  record_id BLOB NOT NULL,
  author BLOB NOT NULL,
  incarnation BLOB NOT NULL,
  feed TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  header BLOB NOT NULL,
  signature BLOB NOT NULL,
  body BLOB,
  body_absent BIGINT NOT NULL,      -- 1: the header names a body that is not here
  path BLOB,                        -- of a phone: audit path …
  checkpoint_id BIGINT              -- … to this checkpoint
);
CREATE INDEX entry_by_record ON entry (record_id);
CREATE INDEX entry_by_kind ON entry (kind, position);
CREATE INDEX entry_body_absent ON entry (position) WHERE body_absent = 1;

-- Next position of each feed.
CREATE TABLE feed_cursor (
  feed TEXT PRIMARY KEY,
  position BIGINT NOT NULL
);

-- Last sequence read of each stream, so that a gap is noticed.
CREATE TABLE stream_read (
  author BLOB NOT NULL,
  incarnation BLOB NOT NULL,
  feed TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  PRIMARY KEY (author, incarnation, feed)
);

-- A desk's tree.
CREATE TABLE tile (
  level BIGINT NOT NULL,
  tile_index BIGINT NOT NULL,
  hashes BLOB NOT NULL,
  PRIMARY KEY (level, tile_index)
);

-- Records held that the present term may lack: offered again, kept until a page has brought them.
CREATE TABLE offer (
  record_id BLOB PRIMARY KEY,
  rank BIGINT NOT NULL,             -- 0 RESTART, 1 broadcast and roster, 2 the rest
  clock_at_us BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  feed TEXT NOT NULL,
  header BLOB NOT NULL,
  signature BLOB NOT NULL,
  body BLOB,
  prior BLOB,                       -- serialized Receipt of the old term; NULL if there is none
  pending BIGINT NOT NULL,          -- 1: not answered in this term yet
  unread BIGINT NOT NULL            -- 1: no page has brought it in this term yet
);
CREATE INDEX offer_pending ON offer (rank, clock_at_us, sequence) WHERE pending = 1;

-- Every RESTART that was verified.
CREATE TABLE term_restart (
  term BIGINT PRIMARY KEY,
  record BLOB NOT NULL              -- serialized Record
);

-- Files of own drafts and items; the sealed bytes lie in blobs/<hex>.
CREATE TABLE blob (
  sha256 BLOB PRIMARY KEY,
  size_bytes BIGINT NOT NULL,
  owner BLOB NOT NULL,              -- item id (a draft's id is its item's)
  sent_bytes BIGINT NOT NULL,       -- proven to be at the server, in this term
  complete BIGINT NOT NULL,
  here BIGINT NOT NULL
);
CREATE INDEX blob_by_owner ON blob (owner);

-- Messages about own reports, both ways, opened. One a (author, item id), however often it was placed anew.
CREATE TABLE message (
  author BLOB NOT NULL,
  item_id BLOB NOT NULL,
  report_item_id BLOB NOT NULL,
  own BIGINT NOT NULL,
  record_id BLOB,                   -- of one that was read; NULL of an own one
  received_at_us BIGINT NOT NULL,   -- 0 of an own one: its item knows
  unread BIGINT NOT NULL,
  content BLOB NOT NULL,            -- serialized content.v1.Message
  PRIMARY KEY (item_id, author)
);
CREATE INDEX message_by_report ON message (report_item_id);
CREATE INDEX message_by_record ON message (record_id) WHERE record_id IS NOT NULL;

-- Secrets of office keys that this desk made or was granted.
CREATE TABLE epoch_secret (
  public_key BLOB PRIMARY KEY,
  audience BIGINT NOT NULL,
  number BIGINT NOT NULL,           -- 0 until published
  secret_key BLOB NOT NULL
);

-- What asks for attention, with the bytes that prove it.
CREATE TABLE evidence (
  id ROWID_KEY,
  reason BIGINT NOT NULL,
  what TEXT NOT NULL,
  bytes BLOB NOT NULL,
  seen_at_us BIGINT NOT NULL
);
