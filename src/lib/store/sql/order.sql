-- The same order may come from the person and from the feed: what is known of its receipt stays, and then nothing changes.
-- name: order_add  role: portal
INSERT INTO order_signed (hash, application, deed, text, signature, signer, receipt, receipt_signature, number, taken)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (hash) DO UPDATE SET receipt = excluded.receipt, receipt_signature = excluded.receipt_signature, number = excluded.number
    WHERE order_signed.number = 0;

-- The receipt of an order that this certificate has signed.
-- name: order_receipt  role: portal
SELECT receipt, receipt_signature, number FROM order_signed WHERE hash = $1 AND signer = $2 AND number > 0;
