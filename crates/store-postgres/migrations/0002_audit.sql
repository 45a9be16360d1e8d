-- What finds entries of the audit chain: in which blocks of 64 links an actor or a patient occurs. It follows from the chain.
-- key: a patient's resource, 2^32 and an actor's number, or -1 for every block that is noted.
CREATE TABLE audit_index (key bigint NOT NULL, block bigint NOT NULL, shard smallint NOT NULL, PRIMARY KEY (key, block, shard));
