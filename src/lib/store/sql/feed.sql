-- name: feed_position  role: portal
SELECT next, last, head, made FROM feed_position WHERE one = 1;

-- name: feed_position_set  role: portal
UPDATE feed_position SET next = $1, last = $2, head = $3, made = $4 WHERE one = 1 AND next = $5;

-- The first record from $1 on whose deed is not here.
-- name: feed_unknown  role: portal
WITH RECURSIVE known (n) AS (VALUES ($1)
  UNION ALL SELECT n + 1 FROM known WHERE EXISTS (SELECT 1 FROM order_signed WHERE number = n AND number > 0))
  SELECT max(n) FROM known;
