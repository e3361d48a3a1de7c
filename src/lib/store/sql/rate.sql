-- name: rate_count  role: portal
INSERT INTO rate (what, who, hour, uses) VALUES ($1, $2, $3, 1)
  ON CONFLICT (what, who, hour) DO UPDATE SET uses = uses + 1 RETURNING uses;

-- name: rate_clear  role: portal
DELETE FROM rate WHERE what = $1 AND who = $2;

-- name: rate_forget  role: portal
DELETE FROM rate WHERE hour < $1;
