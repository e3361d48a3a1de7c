-- name: transaction_read  role: portal courier audit
BEGIN;

-- name: transaction_write  role: portal courier
BEGIN IMMEDIATE;

-- name: transaction_commit  role: portal courier
COMMIT;

-- name: transaction_end  role: portal courier audit
ROLLBACK;

-- name: change_begin  role: portal courier
SAVEPOINT change;

-- name: change_end  role: portal courier
RELEASE change;
