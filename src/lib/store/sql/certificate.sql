-- name: certificate_add  role: portal
INSERT INTO certificate (serial, use, pair, application, code, name, person, notbefore, notafter, key_serial, envelope, der, key_hash)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (serial) DO NOTHING;

-- Those of a store that is older than the column.
-- name: certificate_without_key  role: portal
SELECT serial, der FROM certificate WHERE key_hash = '' LIMIT 200;

-- name: certificate_set_key  role: portal
UPDATE certificate SET key_hash = $2 WHERE serial = $1;

-- name: certificate_by_serial  role: portal
SELECT serial, use, pair, application, code, name, person, notbefore, notafter, status, reason, status_time, installed, key_serial, der
  FROM certificate WHERE serial = $1;

-- name: certificate_list_of_code  role: portal
SELECT serial, use, pair, application, code, name, person, notbefore, notafter, status, reason, status_time, installed, key_serial, der
  FROM certificate WHERE code = $1 AND code <> '' ORDER BY notbefore DESC, application, use DESC LIMIT 200;

-- Those of application $1, whose enterprise is $2.
-- name: certificate_list_of_application  role: portal
SELECT serial, use, pair, application, code, name, person, notbefore, notafter, status, reason, status_time, installed, key_serial, der
  FROM certificate WHERE code = $2 AND code <> '' AND application = $1 ORDER BY use DESC;

-- name: certificate_count_valid  role: portal
SELECT count(*) FROM certificate WHERE code = $1 AND code <> '' AND use = 'sign' AND status = 'good' AND notbefore <= $2 AND notafter > $2;

-- A revoked certificate stays revoked, whatever is told later.
-- name: certificate_set_status  role: portal
UPDATE certificate SET status = $2, reason = $3, status_time = $4 WHERE serial = $1 AND status <> 'revoked';

-- name: certificate_set_installed  role: portal
UPDATE certificate SET installed = $2 WHERE serial = $1 AND installed = 0;

-- name: certificate_set_person  role: portal
UPDATE certificate SET person = $2 WHERE serial = $1;

-- name: certificate_envelope  role: portal
SELECT envelope FROM certificate WHERE code = $2 AND code <> '' AND application = $1 AND use = 'encrypt';

-- name: certificate_with_pair  role: portal
SELECT serial, use, pair, application, code, name, person, notbefore, notafter, status, reason, status_time, installed, key_serial, der
  FROM certificate WHERE serial IN ($1, (SELECT pair FROM certificate WHERE serial = $1)) ORDER BY use DESC;
