-- Patient/p1
SELECT res FROM directory WHERE name = $1 AND ty = $2 AND shard = $3;
