-- A session works on each application that it began or opened by a code, in as many tabs as there are.

CREATE TABLE session_application (
  session TEXT NOT NULL REFERENCES web_session (id) ON DELETE CASCADE,
  number  TEXT NOT NULL,
  draft   TEXT NOT NULL DEFAULT '', -- of the form whose first save began it: it begins no second one
  PRIMARY KEY (session, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX session_draft ON session_application (session, draft) WHERE draft <> '';
INSERT INTO session_application (session, number) SELECT id, application FROM web_session WHERE application <> '';
ALTER TABLE web_session DROP COLUMN application;
