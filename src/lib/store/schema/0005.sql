-- The key of each certificate, so that none is certified twice. '' until the portal has read it from the DER.

ALTER TABLE certificate ADD COLUMN key_hash TEXT NOT NULL DEFAULT '';
CREATE INDEX certificate_key ON certificate (key_hash);
