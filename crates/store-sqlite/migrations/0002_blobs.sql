-- Large content, outside the rows: `blobs/` of the store's folder holds it, each file encrypted with a key of its own.
-- hash: SHA-256 of the content, also the file's name. key: null once the content was purged.
CREATE TABLE blob (
  hash  BLOB PRIMARY KEY,
  bytes INTEGER NOT NULL,
  born  INTEGER NOT NULL,
  key   BLOB
) STRICT, WITHOUT ROWID;

-- Which versions name it.
CREATE TABLE blob_use (hash BLOB NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (hash, row)) STRICT, WITHOUT ROWID;
