-- name: mail_add  role: portal
INSERT INTO outbox (kind, address, language, number, name, detail, due, created, origin) VALUES ($1, $2, $3, $4, $5, '', $6, $6, $7);

-- What it says is sealed for its id.
-- name: mail_add_detail  role: portal
UPDATE outbox SET detail = $2 WHERE id = $1;

-- name: mail_failed  role: portal
SELECT id, kind, address, language, number, name, state, tries, due, created, sent, fault FROM outbox
  WHERE state = 'failed' OR (state = 'waiting' AND tries > 0) ORDER BY id DESC LIMIT 200;

-- name: mail_due  role: courier
SELECT count(*) FROM outbox WHERE state = 'waiting' AND due <= $1;

-- Claims up to $3 mails that are due: they are not due again before $2, so that a courier that dies does not lose them.
-- name: mail_claim  role: courier
UPDATE outbox SET due = $2, tries = tries + 1
  WHERE id IN (SELECT id FROM outbox WHERE state = 'waiting' AND due <= $1 ORDER BY due, id LIMIT $3)
  RETURNING id, kind, address, language, number, name, detail, origin, state, tries, due, created, sent, fault;

-- name: mail_sent  role: courier
UPDATE outbox SET state = 'sent', sent = $2, detail = '', fault = '' WHERE id = $1 AND state = 'waiting';

-- name: mail_retry  role: courier
UPDATE outbox SET due = $2, fault = $3 WHERE id = $1 AND state = 'waiting';

-- name: mail_give_up  role: courier
UPDATE outbox SET state = 'failed', detail = '', fault = $2 WHERE id = $1 AND state = 'waiting';
