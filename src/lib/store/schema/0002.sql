-- Reminders of expiring certificates that were sent: each once.

CREATE TABLE reminder (
  serial TEXT NOT NULL REFERENCES certificate (serial),
  days   INTEGER NOT NULL, -- 30, 15, 7, 1
  sent   INTEGER NOT NULL,
  PRIMARY KEY (serial, days)
) STRICT, WITHOUT ROWID;
CREATE INDEX certificate_ends ON certificate (notafter) WHERE use = 'sign' AND status = 'good';
