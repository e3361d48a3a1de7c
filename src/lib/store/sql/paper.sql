-- name: paper_add  role: portal
INSERT INTO paper (id, application, name, size, created, expires) VALUES ($1, $2, $3, $4, $5, $6);

-- name: paper_by_id  role: portal
SELECT paper.id, application.number AS number, paper.name, paper.type, paper.size, paper.kept, paper.hash, paper.created, paper.expires
  FROM paper JOIN application ON application.id = paper.application WHERE paper.id = $1;

-- name: paper_list  role: portal
SELECT id, name, type, size, kept, hash, created, expires FROM paper WHERE application = $1 ORDER BY rowid;

-- name: paper_count  role: portal
SELECT count(*) FROM paper WHERE application = $1;

-- name: paper_announced  role: portal
SELECT coalesce(sum(size - kept), 0) FROM paper WHERE hash = '' AND expires > $1;

-- name: paper_set_kept  role: portal
UPDATE paper SET kept = $3, expires = $4 WHERE id = $1 AND kept = $2 AND hash = '';

-- name: paper_set_whole  role: portal
UPDATE paper SET type = $3, hash = $4, kept = size WHERE id = $1 AND kept = $2 AND hash = '';

-- name: paper_remove  role: portal
DELETE FROM paper WHERE id = $1;

-- name: paper_expired  role: portal
SELECT id FROM paper WHERE hash = '' AND expires <= $1 LIMIT 100;

-- A paper whose key was destroyed is not known any more: its file may go.
-- name: paper_known  role: portal
SELECT count(*) FROM paper JOIN application ON application.id = paper.application WHERE paper.id = $1 AND length(application.paper_key) > 0;

-- name: paper_kept_page  role: portal
SELECT paper.id, paper.application, application.number AS number, paper.hash, order_signed.text AS accepted
  FROM paper JOIN application ON application.id = paper.application LEFT JOIN order_signed ON order_signed.hash = application.accept_order
  WHERE paper.id > $1 AND paper.hash <> '' AND length(application.paper_key) > 0 ORDER BY paper.id LIMIT 20;
