-- Patient?identifier=urn:ipp|3
SELECT key FROM search WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3;
SELECT v.row, v.res, v.ty, v.vid, v.prev, v.hlc, v.actor, v.site, v.body IS NULL, r.res, r.ty, r.row, r.patient, r.born, r.shard, r.id, v.dictionary, v.body FROM version v JOIN resource r ON r.res = v.res WHERE v.row = ?1;
