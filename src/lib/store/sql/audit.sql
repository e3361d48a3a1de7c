-- name: audit_last  role: portal audit
SELECT number, time, chain FROM audit ORDER BY number DESC LIMIT 1;

-- name: audit_add  role: portal
INSERT INTO audit (number, time, actor, person, address, deed, subject, detail, chain) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: audit_from  role: portal audit
SELECT number, time, actor, person, address, deed, subject, detail, chain FROM audit WHERE number >= $1 ORDER BY number;

-- Newest first, below number $1; an empty filter takes all.
-- name: audit_page  role: portal audit
SELECT number, time, actor, person, address, deed, subject, detail, chain FROM audit
  WHERE number < $1 AND ($2 = '' OR actor = $2) AND ($3 = '' OR deed = $3) AND ($4 = '' OR subject = $4) ORDER BY number DESC LIMIT $5;

-- name: audit_chain_of  role: portal audit
SELECT chain FROM audit WHERE number = $1;

-- name: audit_told  role: portal audit
SELECT count FROM audit_told WHERE one = 1;

-- name: audit_told_set  role: portal
UPDATE audit_told SET count = $1 WHERE one = 1 AND count < $1;
