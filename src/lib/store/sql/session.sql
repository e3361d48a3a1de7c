-- name: session_add  role: portal
INSERT INTO web_session (id, csrf, serial, person, address, created, seen) VALUES ($1, $2, $3, $4, $5, $6, $6);

-- The session under another id.
-- name: session_renew  role: portal
INSERT INTO web_session (id, csrf, serial, person, address, created, seen)
  SELECT $2, csrf, serial, person, address, created, $3 FROM web_session WHERE id = $1 AND (ended = 0 OR ended > $3);

-- name: session_by_id  role: portal
SELECT web_session.id, csrf, web_session.serial, web_session.person, created, seen, ended,
       coalesce((SELECT group_concat(number, ' ') FROM session_application WHERE session = web_session.id), '') AS applications,
       certificate.serial AS certificate, certificate.name AS holder, certificate.code, certificate.notbefore, certificate.notafter,
       coalesce(certificate.status, 'good') AS status, person.name AS staff, person.serial AS appointed, person.roles, person.valid_from AS "from",
       person.valid_to AS "to"
  FROM web_session LEFT JOIN certificate ON certificate.serial = web_session.serial LEFT JOIN person ON person.id = web_session.person
  WHERE web_session.id = $1;

-- name: session_seen  role: portal
UPDATE web_session SET seen = $2 WHERE id = $1 AND seen < $2 AND ended = 0;

-- name: session_application_add  role: portal
INSERT INTO session_application (session, number, draft) VALUES ($1, $2, $3) ON CONFLICT (session, number) DO NOTHING;

-- name: session_applications_copy  role: portal
INSERT INTO session_application (session, number, draft) SELECT $2, number, draft FROM session_application WHERE session = $1;

-- name: session_works_on  role: portal
SELECT count(*) FROM session_application WHERE session = $1 AND number = $2;

-- The application that the form began.
-- name: session_draft  role: portal
SELECT number FROM session_application WHERE session = $1 AND draft = $2 AND draft <> '';

-- It may end a little later.
-- name: session_end  role: portal
UPDATE web_session SET ended = $2 WHERE id = $1 AND (ended = 0 OR ended > $2);

-- name: session_end_of_serial  role: portal
UPDATE web_session SET ended = $2 WHERE serial = $1 AND serial <> '' AND ended = 0;

-- name: session_remove_old  role: portal
DELETE FROM web_session WHERE seen < $1;

-- name: challenge_set  role: portal
INSERT INTO challenge (session, challenge, made) VALUES ($1, $2, $3)
  ON CONFLICT (session) DO UPDATE SET challenge = excluded.challenge, made = excluded.made, used = 0;

-- name: challenge_state  role: portal
SELECT used FROM challenge WHERE session = $1 AND made > $2;

-- Consumes the challenge: only one caller gets it.
-- name: challenge_take  role: portal
UPDATE challenge SET used = 1 WHERE session = $1 AND made > $2 AND used = 0 RETURNING challenge;
