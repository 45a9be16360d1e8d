-- Observation?subject:Patient.identifier=urn:ipp|3
SELECT key FROM search_1 WHERE key >= $1 AND key < $2 ORDER BY key LIMIT $3::bigint; -- 3 times
SELECT v.row, v.res, v.prev, v.hlc, v.vid, v.actor, v.ty, v.site, v.body IS NULL, r.res, r.row, r.patient, r.born, r.ty, r.shard, r.id, v.dictionary, v.body FROM version v CROSS JOIN LATERAL (SELECT * FROM resource r WHERE r.res = v.res AND r.shard = v.shard LIMIT 1) r WHERE v.row = ANY($1::bigint[]);
