-- the first ten changes
SELECT row, res, ty, vid, prev, hlc, actor, site, body IS NULL FROM version WHERE row > ?1 AND row <= ?2 ORDER BY row LIMIT ?3;
SELECT v.row, v.res, v.ty, v.vid, v.prev, v.hlc, v.actor, v.site, v.body IS NULL, r.res, r.ty, r.row, r.patient, r.born, r.shard, r.id, v.dictionary, v.body FROM version v JOIN resource r ON r.res = v.res WHERE v.row = ?1; -- 10 times
