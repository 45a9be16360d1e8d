-- The log: every version of every resource, in the order in which they became true. Truth; all else can be rebuilt from it.
-- row is also the tick. body is null for a deletion. node 0 is this node.
CREATE TABLE version (
  row        INTEGER PRIMARY KEY,
  res        INTEGER NOT NULL,
  ty         INTEGER NOT NULL,
  vid        INTEGER NOT NULL,
  prev       INTEGER NOT NULL,
  hlc        INTEGER NOT NULL,
  shard      INTEGER NOT NULL,
  actor      INTEGER NOT NULL,
  site       INTEGER NOT NULL,
  node       INTEGER NOT NULL,
  dictionary INTEGER NOT NULL,
  body       BLOB
) STRICT;

-- A resource's names and its newest version. row 0: it is referred to but holds nothing yet.
-- born: milliseconds in a server-given id; id: the id that a client chose.
CREATE TABLE resource (
  res     INTEGER PRIMARY KEY,
  ty      INTEGER NOT NULL,
  row     INTEGER NOT NULL,
  patient INTEGER NOT NULL,
  born    INTEGER NOT NULL,
  shard   INTEGER NOT NULL,
  id      TEXT
) STRICT;

-- Ids that clients chose. Type 0 holds absolute URLs.
CREATE TABLE directory (
  ty  INTEGER NOT NULL,
  id  TEXT NOT NULL,
  res INTEGER NOT NULL,
  PRIMARY KEY (ty, id)
) STRICT, WITHOUT ROWID;

-- Rows that a newer version has replaced.
CREATE TABLE superseded (row INTEGER PRIMARY KEY, by INTEGER NOT NULL) STRICT;

-- The search index (crates/store/src/key.rs).
CREATE TABLE search (key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;

-- Names that only one resource may hold.
CREATE TABLE claim (name TEXT PRIMARY KEY, res INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX claim_by_resource ON claim (res);

CREATE TABLE actor (actor INTEGER PRIMARY KEY, kind INTEGER NOT NULL, id TEXT NOT NULL, UNIQUE (kind, id)) STRICT;

CREATE TABLE dictionary (dictionary INTEGER PRIMARY KEY, ty INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;

-- The hash chain of accesses: hash = SHA-256(hash before, entries).
CREATE TABLE audit (seq INTEGER PRIMARY KEY, entries BLOB NOT NULL, hash BLOB NOT NULL) STRICT;

-- Operational state: marks of imports and queues, and the node's own facts.
CREATE TABLE mark (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
