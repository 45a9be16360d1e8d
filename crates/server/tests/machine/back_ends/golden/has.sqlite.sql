-- Patient?_has:Observation:patient:code=http://loinc.org|8480-6
SELECT key FROM search WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3;
SELECT r.patient FROM version v JOIN resource r ON r.res = v.res WHERE v.row = ?1 AND r.patient > 0; -- 8 times
SELECT v.row, v.res, v.ty, v.vid, v.prev, v.hlc, v.actor, v.site, v.body IS NULL, r.res, r.ty, r.row, r.patient, r.born, r.shard, r.id, v.dictionary, v.body FROM resource r JOIN version v ON v.row = r.row WHERE r.res = ?1; -- 6 times
SELECT v.row, v.res, v.ty, v.vid, v.prev, v.hlc, v.actor, v.site, v.body IS NULL, r.res, r.ty, r.row, r.patient, r.born, r.shard, r.id, v.dictionary, v.body FROM version v JOIN resource r ON r.res = v.res WHERE v.row = ?1; -- 6 times
