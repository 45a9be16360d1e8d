-- Patient/p1
SELECT res FROM directory WHERE ty = ?1 AND id = ?2;
SELECT v.row, v.res, v.ty, v.vid, v.prev, v.hlc, v.actor, v.site, v.body IS NULL, r.res, r.ty, r.row, r.patient, r.born, r.shard, r.id, v.dictionary, v.body FROM resource r JOIN version v ON v.row = r.row WHERE r.res = ?1;
