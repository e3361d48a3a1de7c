-- name: round_done  role: portal
SELECT coalesce(max(done), 0) FROM round WHERE name = $1;

-- name: round_set_done  role: portal
INSERT INTO round (name, done) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET done = excluded.done;
