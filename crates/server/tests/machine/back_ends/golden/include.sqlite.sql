-- Observation?patient=p1&_include=Observation:subject&_count=3
SELECT res FROM directory WHERE ty = ?1 AND id = ?2;
SELECT key FROM search WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3;
SELECT v.row, v.res, v.ty, v.vid, v.prev, v.hlc, v.actor, v.site, v.body IS NULL, r.res, r.ty, r.row, r.patient, r.born, r.shard, r.id, v.dictionary, v.body FROM version v JOIN resource r ON r.res = v.res WHERE v.row = ?1; -- 4 times
SELECT res FROM directory WHERE ty = ?1 AND id = ?2;
SELECT v.row, v.res, v.ty, v.vid, v.prev, v.hlc, v.actor, v.site, v.body IS NULL, r.res, r.ty, r.row, r.patient, r.born, r.shard, r.id, v.dictionary, v.body FROM resource r JOIN version v ON v.row = r.row WHERE r.res = ?1;
SELECT v.row, v.res, v.ty, v.vid, v.prev, v.hlc, v.actor, v.site, v.body IS NULL, r.res, r.ty, r.row, r.patient, r.born, r.shard, r.id, v.dictionary, v.body FROM version v JOIN resource r ON r.res = v.res WHERE v.row = ?1;
SELECT res FROM directory WHERE ty = ?1 AND id = ?2;
SELECT v.row, v.res, v.ty, v.vid, v.prev, v.hlc, v.actor, v.site, v.body IS NULL, r.res, r.ty, r.row, r.patient, r.born, r.shard, r.id, v.dictionary, v.body FROM resource r JOIN version v ON v.row = r.row WHERE r.res = ?1;
SELECT v.row, v.res, v.ty, v.vid, v.prev, v.hlc, v.actor, v.site, v.body IS NULL, r.res, r.ty, r.row, r.patient, r.born, r.shard, r.id, v.dictionary, v.body FROM version v JOIN resource r ON r.res = v.res WHERE v.row = ?1;
SELECT res FROM directory WHERE ty = ?1 AND id = ?2;
SELECT v.row, v.res, v.ty, v.vid, v.prev, v.hlc, v.actor, v.site, v.body IS NULL, r.res, r.ty, r.row, r.patient, r.born, r.shard, r.id, v.dictionary, v.body FROM resource r JOIN version v ON v.row = r.row WHERE r.res = ?1;
