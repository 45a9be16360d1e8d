-- The record on PostgreSQL. Every primary and unique key holds the shard; no sequences, no foreign keys. What was text is
-- bytea: it is compared byte by byte whatever the collation, and may hold what text may not.
--
-- row and res are the node's own counters (docs/decisions/0003, 0012). A key begins with what one looks for and ends in the
-- shard: on one PostgreSQL a look-up needs no shard, on a distributed one it is routed by it.

-- The log: every version of every resource, in the order in which they became true. Truth; all else can be rebuilt from it.
-- row is also the tick. body is null for a deletion. A resource's versions stand in the shard of the resource.
CREATE TABLE version (
  row        bigint NOT NULL,
  res        bigint NOT NULL,
  prev       bigint NOT NULL,
  hlc        bigint NOT NULL,
  vid        integer NOT NULL,
  actor      integer NOT NULL,
  dictionary integer NOT NULL,
  ty         smallint NOT NULL,
  site       integer NOT NULL,
  shard      smallint NOT NULL,
  body       bytea,
  PRIMARY KEY (row, shard)
);
-- Bodies come packed.
ALTER TABLE version ALTER COLUMN body SET STORAGE EXTERNAL;

-- A resource's names and its newest version. row 0: it is referred to but holds nothing yet.
-- born: milliseconds in a server-given id; id: the id that a client chose.
CREATE TABLE resource (
  res     bigint NOT NULL,
  row     bigint NOT NULL,
  patient bigint NOT NULL,
  born    bigint NOT NULL,
  ty      smallint NOT NULL,
  shard   smallint NOT NULL,
  id      bytea,
  PRIMARY KEY (res, shard)
) WITH (fillfactor = 90);

-- Ids that clients chose, in the shard of the id itself. Type 0 holds absolute URLs. name: the id, or its beginning and its
-- SHA-256 if it is long.
CREATE TABLE directory (
  res   bigint NOT NULL,
  ty    smallint NOT NULL,
  shard smallint NOT NULL,
  name  bytea NOT NULL,
  PRIMARY KEY (name, ty, shard)
);

-- Rows that a newer version has replaced.
CREATE TABLE superseded (row bigint NOT NULL, by bigint NOT NULL, shard smallint NOT NULL, PRIMARY KEY (row, shard));

-- The search index (crates/store/src/key.rs): within a patient in the patient's shard, across patients in the resource's.
CREATE TABLE search_1 (shard smallint NOT NULL, key bytea NOT NULL, PRIMARY KEY (key, shard));

-- Names that only one resource may hold, in the shard of the name.
CREATE TABLE claim (res bigint NOT NULL, shard smallint NOT NULL, name bytea NOT NULL, PRIMARY KEY (name, shard));
CREATE INDEX claim_by_resource ON claim (res);

CREATE TABLE actor (actor integer NOT NULL, kind smallint NOT NULL, shard smallint NOT NULL, id bytea NOT NULL, PRIMARY KEY (actor, shard), UNIQUE (kind, id, shard));

CREATE TABLE dictionary (dictionary integer NOT NULL, ty smallint NOT NULL, shard smallint NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (dictionary, shard));

-- The hash chain of accesses: hash = SHA-256(hash before, entries).
CREATE TABLE audit (seq bigint NOT NULL, shard smallint NOT NULL, hash bytea NOT NULL, entries bytea NOT NULL, PRIMARY KEY (seq, shard));

-- Operational state: marks of imports and queues, and the node's own facts.
CREATE TABLE mark (shard smallint NOT NULL, name bytea NOT NULL, value bytea NOT NULL, PRIMARY KEY (name, shard));

-- Which process owns the store. epoch grows with every opening; turn with every commit of the owner. pid and began name the
-- owner's session, so that a second process sees whether the first still lives.
CREATE TABLE owner (
  epoch bigint NOT NULL,
  turn  bigint NOT NULL,
  began timestamptz,
  pid   integer,
  shard smallint NOT NULL,
  PRIMARY KEY (shard)
) WITH (fillfactor = 20);

-- Large content, outside the rows: sealed with a key of its own, in parts. key: null once the content was purged.
CREATE TABLE blob (
  bytes  bigint NOT NULL,
  born   bigint NOT NULL,
  shard  smallint NOT NULL,
  hash   bytea NOT NULL,
  upload bytea NOT NULL,
  key    bytea,
  PRIMARY KEY (hash, shard)
);
CREATE TABLE blob_part (number integer NOT NULL, shard smallint NOT NULL, upload bytea NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (upload, number, shard));
CREATE INDEX blob_by_upload ON blob (upload);
ALTER TABLE blob_part ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Which versions name it.
CREATE TABLE blob_use (row bigint NOT NULL, shard smallint NOT NULL, hash bytea NOT NULL, PRIMARY KEY (hash, row, shard));

INSERT INTO owner (epoch, turn, shard) VALUES (0, 0, 0);
