-- Observation?code=http://loinc.org|8867-4&_summary=count
SELECT key FROM search WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3;
