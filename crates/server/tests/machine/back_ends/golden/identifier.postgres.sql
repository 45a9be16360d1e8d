-- Patient?identifier=urn:ipp|3
SELECT key FROM search_1 WHERE key >= $1 AND key < $2 ORDER BY key LIMIT $3::bigint;
