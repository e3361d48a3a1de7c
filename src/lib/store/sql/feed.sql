-- name: feed_position  role: portal
SELECT next, last, head, made FROM feed_position WHERE one = 1;

-- name: feed_position_set  role: portal
UPDATE feed_position SET next = $1, last = $2, head = $3, made = $4 WHERE one = 1 AND next = $5;
