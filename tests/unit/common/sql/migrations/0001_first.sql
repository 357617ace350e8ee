-- The first: 清风, "quotes", back\slashes, a $1 and a ; in a comment.
CREATE TABLE note (position ROWID_KEY, body BLOB NOT NULL);
