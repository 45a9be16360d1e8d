-- Patient/p1/_history
SELECT res FROM directory WHERE name = $1 AND ty = $2 AND shard = $3;
SELECT v.row, v.res, v.prev, v.hlc, v.vid, v.actor, v.ty, v.site, v.body IS NULL, r.res, r.row, r.patient, r.born, r.ty, r.shard, r.id, v.dictionary, v.body FROM version v CROSS JOIN LATERAL (SELECT * FROM resource r WHERE r.res = v.res AND r.shard = v.shard LIMIT 1) r WHERE v.row = $1;
