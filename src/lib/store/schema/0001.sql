-- The first schema. Times are UTC seconds, 0 means never; texts are never NULL; hashes and serials are lower-case hex.
-- Three choices and more are written with OR: for IN, SQLite would fill a table with them at every change.

CREATE TABLE number_series (
  day  TEXT PRIMARY KEY, -- 20261122, in the service's zone
  last INTEGER NOT NULL
) STRICT;

CREATE TABLE application (
  id                TEXT PRIMARY KEY CHECK (length(id) = 32),
  number            TEXT NOT NULL UNIQUE,
  kind              TEXT NOT NULL CHECK (kind = 'new' OR kind = 'revoke' OR kind = 'resume'),
  state             TEXT NOT NULL CHECK (state = 'draft' OR state = 'submitted' OR state = 'returned' OR state = 'accepted' OR state = 'approved' OR state = 'issued' OR state = 'installed' OR state = 'rejected' OR state = 'withdrawn'),
  version           INTEGER NOT NULL,
  name              TEXT NOT NULL DEFAULT '',
  code              TEXT NOT NULL DEFAULT '',
  organisation_code TEXT NOT NULL DEFAULT '',
  address           TEXT NOT NULL DEFAULT '',
  province          TEXT NOT NULL DEFAULT '',
  city              TEXT NOT NULL DEFAULT '',
  legal_person      TEXT NOT NULL DEFAULT '',
  handler_name      TEXT NOT NULL DEFAULT '',
  handler_mask      TEXT NOT NULL DEFAULT '',
  handler_sealed    BLOB NOT NULL DEFAULT x'', -- the resident ID under the storage key
  telephone         TEXT NOT NULL DEFAULT '',
  mail              TEXT NOT NULL DEFAULT '',
  department        TEXT NOT NULL DEFAULT '',
  key_serial        TEXT NOT NULL DEFAULT '',
  key_hash          TEXT NOT NULL DEFAULT '',
  csr               BLOB NOT NULL DEFAULT x'',
  serials           TEXT NOT NULL DEFAULT '',
  reason            TEXT NOT NULL DEFAULT '',
  note              TEXT NOT NULL DEFAULT '',
  language          TEXT NOT NULL DEFAULT 'zh' CHECK (language IN ('zh', 'en')),
  code_hash         BLOB NOT NULL DEFAULT x'', -- of the resume code, under a key of the storage key
  code_until        INTEGER NOT NULL DEFAULT 0,
  paper_key         BLOB NOT NULL, -- the papers' key, wrapped by the storage key; deleting it deletes the papers
  accept_order      TEXT NOT NULL DEFAULT '', -- hash of the acceptance that stands
  created           INTEGER NOT NULL,
  changed           INTEGER NOT NULL,
  submitted         INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX application_live ON application (code, kind, serials)
  WHERE state = 'submitted' OR state = 'returned' OR state = 'accepted' OR (kind = 'new' AND (state = 'approved' OR state = 'issued'));
CREATE INDEX application_queue ON application (state, submitted, number);
CREATE INDEX application_code ON application (code, submitted);
CREATE INDEX application_key ON application (key_hash) WHERE key_hash <> '';

-- By number: numbers grow, so that new rows stand side by side, where ids would spread them over the whole index.
CREATE TABLE application_history (
  number      TEXT NOT NULL REFERENCES application (number),
  time        INTEGER NOT NULL,
  state       TEXT NOT NULL,
  actor       TEXT NOT NULL, -- name of the person; '' for the applicant
  serial      TEXT NOT NULL, -- certificate of the actor, or ''
  note        TEXT NOT NULL,
  papers      TEXT NOT NULL  -- hashes of the papers at this step, separated by spaces
) STRICT;
CREATE INDEX application_history_of ON application_history (number);

CREATE TABLE paper (
  id          TEXT PRIMARY KEY CHECK (length(id) = 32),
  application TEXT NOT NULL REFERENCES application (id),
  name        TEXT NOT NULL,
  type        TEXT NOT NULL DEFAULT '' CHECK (type = '' OR type = 'application/pdf' OR type = 'image/jpeg' OR type = 'image/png'),
  size        INTEGER NOT NULL CHECK (size > 0),
  kept        INTEGER NOT NULL DEFAULT 0 CHECK (kept BETWEEN 0 AND size),
  hash        TEXT NOT NULL DEFAULT '',
  created     INTEGER NOT NULL,
  expires     INTEGER NOT NULL
) STRICT;
CREATE INDEX paper_of ON paper (application);
CREATE INDEX paper_open ON paper (expires) WHERE hash = '';

CREATE TABLE order_signed (
  hash              TEXT PRIMARY KEY CHECK (length(hash) = 64),
  application       TEXT NOT NULL, -- id, also of deeds that have no application here
  deed              TEXT NOT NULL,
  text              BLOB NOT NULL, -- the bytes that were signed
  signature         BLOB NOT NULL,
  signer            TEXT NOT NULL, -- serial
  receipt           BLOB NOT NULL DEFAULT x'',
  receipt_signature BLOB NOT NULL DEFAULT x'',
  number            INTEGER NOT NULL DEFAULT 0, -- in the journal; 0: told by the feed alone
  taken             INTEGER NOT NULL
) STRICT;
CREATE INDEX order_signed_number ON order_signed (number) WHERE number > 0;

CREATE TABLE certificate (
  serial      TEXT PRIMARY KEY CHECK (length(serial) = 32),
  use         TEXT NOT NULL CHECK (use IN ('sign', 'encrypt')),
  pair        TEXT NOT NULL DEFAULT '',
  application TEXT NOT NULL DEFAULT '',
  code        TEXT NOT NULL DEFAULT '',
  name        TEXT NOT NULL,
  person      TEXT NOT NULL DEFAULT '',
  notbefore   INTEGER NOT NULL,
  notafter    INTEGER NOT NULL,
  status      TEXT NOT NULL DEFAULT 'good' CHECK (status = 'good' OR status = 'suspended' OR status = 'revoked'),
  reason      TEXT NOT NULL DEFAULT '',
  status_time INTEGER NOT NULL DEFAULT 0,
  installed   INTEGER NOT NULL DEFAULT 0,
  key_serial  TEXT NOT NULL DEFAULT '',
  envelope    BLOB NOT NULL DEFAULT x'',
  der         BLOB NOT NULL
) STRICT;
CREATE INDEX certificate_code ON certificate (code, notbefore) WHERE code <> '';
CREATE INDEX certificate_person ON certificate (person) WHERE person <> '';

CREATE TABLE person (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  serial     TEXT NOT NULL,
  roles      INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to   INTEGER NOT NULL -- 0: without end
) STRICT;

CREATE TABLE feed_position (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  next INTEGER NOT NULL, -- number to ask for
  last INTEGER NOT NULL, -- newest number that was told
  head BLOB NOT NULL,
  made INTEGER NOT NULL  -- signer's time of the newest batch
) STRICT;
INSERT INTO feed_position (one, next, last, head, made) VALUES (1, 1, 0, x'', 0);

CREATE TABLE web_session (
  id          TEXT PRIMARY KEY CHECK (length(id) = 64), -- SM3 of the token
  csrf        TEXT NOT NULL,
  serial      TEXT NOT NULL DEFAULT '',
  person      TEXT NOT NULL DEFAULT '',
  application TEXT NOT NULL DEFAULT '', -- number of the application a visitor works on
  address     TEXT NOT NULL,
  created     INTEGER NOT NULL,
  seen        INTEGER NOT NULL,
  ended       INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX web_session_serial ON web_session (serial) WHERE serial <> '';
CREATE INDEX web_session_seen ON web_session (seen);

CREATE TABLE challenge (
  session   TEXT PRIMARY KEY REFERENCES web_session (id) ON DELETE CASCADE,
  challenge BLOB NOT NULL CHECK (length(challenge) = 32),
  made      INTEGER NOT NULL,
  used      INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE outbox (
  id       INTEGER PRIMARY KEY,
  kind     TEXT NOT NULL,
  address  TEXT NOT NULL,
  language TEXT NOT NULL,
  number   TEXT NOT NULL,
  name     TEXT NOT NULL,
  detail   TEXT NOT NULL, -- erased once sent
  origin   TEXT NOT NULL, -- of the pages, for links
  state    TEXT NOT NULL DEFAULT 'waiting' CHECK (state = 'waiting' OR state = 'sent' OR state = 'failed'),
  tries    INTEGER NOT NULL DEFAULT 0,
  due      INTEGER NOT NULL,
  created  INTEGER NOT NULL,
  sent     INTEGER NOT NULL DEFAULT 0,
  fault    TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX outbox_due ON outbox (due) WHERE state = 'waiting';
CREATE INDEX outbox_failed ON outbox (id) WHERE state = 'failed';

CREATE TABLE audit (
  number  INTEGER PRIMARY KEY,
  time    INTEGER NOT NULL,
  actor   TEXT NOT NULL,
  person  TEXT NOT NULL,
  address TEXT NOT NULL,
  deed    TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail  TEXT NOT NULL,
  chain   BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;
CREATE TRIGGER audit_never_changed BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit is only added to');
END;
CREATE TRIGGER audit_never_deleted BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit is only added to');
END;
CREATE TRIGGER audit_without_gaps BEFORE INSERT ON audit WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM audit) BEGIN
  SELECT RAISE(ABORT, 'the audit has no gaps');
END;

CREATE TABLE audit_told (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  count INTEGER NOT NULL -- entries that the signer knows of
) STRICT;
INSERT INTO audit_told (one, count) VALUES (1, 0);

CREATE TABLE rate (
  what TEXT NOT NULL,
  who  TEXT NOT NULL,
  hour INTEGER NOT NULL,
  uses INTEGER NOT NULL,
  PRIMARY KEY (what, who, hour)
) STRICT, WITHOUT ROWID;
