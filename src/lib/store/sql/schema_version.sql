-- name: schema_version_make  role: portal courier
CREATE TABLE IF NOT EXISTS schema_version (number INTEGER PRIMARY KEY, checksum TEXT NOT NULL, made INTEGER NOT NULL) STRICT;
-- name: schema_version_list  role: portal courier audit
SELECT number, checksum FROM schema_version ORDER BY number;
-- name: schema_version_add  role: portal courier
INSERT INTO schema_version (number, checksum, made) VALUES ($1, $2, $3);
