-- Observation?patient=p1&_include=Observation:subject&_count=3
SELECT res FROM directory WHERE name = $1 AND ty = $2 AND shard = $3;
SELECT key FROM search_1 WHERE key >= $1 AND key < $2 ORDER BY key LIMIT $3::bigint;
SELECT res FROM directory WHERE name = $1 AND ty = $2 AND shard = $3; -- 3 times
