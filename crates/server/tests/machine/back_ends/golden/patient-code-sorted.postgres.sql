-- Observation?patient=p1&code=http://loinc.org|8867-4&_sort=-date&_count=3
SELECT res FROM directory WHERE name = $1 AND ty = $2 AND shard = $3;
SELECT key FROM search_1 WHERE key >= $1 AND key < $2 ORDER BY key DESC LIMIT $3::bigint;
SELECT v.row, v.res, v.prev, v.hlc, v.vid, v.actor, v.ty, v.site, v.body IS NULL, r.res, r.row, r.patient, r.born, r.ty, r.shard, r.id, v.dictionary, v.body FROM version v CROSS JOIN LATERAL (SELECT * FROM resource r WHERE r.res = v.res AND r.shard = v.shard LIMIT 1) r WHERE v.row = ANY($1::bigint[]);
