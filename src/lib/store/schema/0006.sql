-- Renewals: one draft for each pair. ALTER TABLE cannot widen a CHECK, so the constraint's text is replaced where SQLite keeps it, in the
-- way its documentation of ALTER TABLE describes; no row is touched, and the index made after it has every connection read the schema anew.

PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (kind = ''new'' OR kind = ''revoke'' OR kind = ''resume'')',
    'CHECK (kind = ''new'' OR kind = ''revoke'' OR kind = ''resume'' OR kind = ''renew'')') WHERE type = 'table' AND name = 'application';
PRAGMA writable_schema = RESET;
CREATE UNIQUE INDEX application_renewal ON application (code, serials) WHERE kind = 'renew' AND state = 'draft';
