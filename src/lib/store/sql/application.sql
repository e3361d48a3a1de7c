-- name: number_series_next  role: portal
INSERT INTO number_series (day, last) VALUES ($1, 1)
  ON CONFLICT (day) DO UPDATE SET last = last + 1 RETURNING last;

-- name: application_add  role: portal
INSERT INTO application (id, number, kind, state, version, language, paper_key, created, changed)
  VALUES ($1, $2, $3, 'draft', 0, $4, $5, $6, $6);

-- name: application_by_number  role: portal
SELECT id, number, kind, state, version, name, code, organisation_code, address, province, city, legal_person, handler_name, handler_mask,
       telephone, mail, department, key_serial, key_hash, csr, serials, reason, note, language, created, changed, submitted
  FROM application WHERE number = $1;

-- name: application_by_id  role: portal
SELECT id, number, kind, state, version, name, code, organisation_code, address, province, city, legal_person, handler_name, handler_mask,
       telephone, mail, department, key_serial, key_hash, csr, serials, reason, note, language, created, changed, submitted
  FROM application WHERE id = $1;

-- The form as typed. Changes nothing when another version stands.
-- name: application_set_form  role: portal
UPDATE application SET name = $3, code = $4, organisation_code = $5, address = $6, province = $7, city = $8, legal_person = $9,
       handler_name = $10, telephone = $11, mail = $12, department = $13, language = $14, changed = $15, version = version + 1
  WHERE id = $1 AND version = $2;

-- name: application_set_handler  role: portal
UPDATE application SET handler_sealed = $2, handler_mask = $3 WHERE id = $1;

-- name: application_handler_sealed  role: portal
SELECT handler_sealed FROM application WHERE id = $1;

-- name: application_set_key  role: portal
UPDATE application SET key_serial = $3, key_hash = $4, csr = $5, changed = $6, version = version + 1 WHERE id = $1 AND version = $2;

-- name: application_set_revocation  role: portal
UPDATE application SET name = $2, code = $3, serials = $4, reason = $5, mail = $6 WHERE id = $1;

-- A renewal is made for the pair and the USB key that it goes on with.
-- name: application_set_renewal  role: portal
UPDATE application SET serials = $2, key_serial = $3 WHERE id = $1;

-- The renewal of a pair that waits to be signed or to be collected; what is issued comes first.
-- name: application_renewal  role: portal
SELECT id, number, kind, state, version, name, code, organisation_code, address, province, city, legal_person, handler_name, handler_mask,
       telephone, mail, department, key_serial, key_hash, csr, serials, reason, note, language, created, changed, submitted
  FROM application WHERE code = $1 AND kind = 'renew' AND serials = $2 AND (state = 'draft' OR state = 'issued')
  ORDER BY state = 'issued' DESC LIMIT 1;

-- What was never submitted and is issued all the same, a renewal, was submitted with its order.
-- name: application_set_state  role: portal
UPDATE application SET state = $3, note = $4, changed = $5, version = version + 1,
       submitted = CASE WHEN submitted = 0 AND $3 = 'issued' THEN $5 ELSE submitted END WHERE id = $1 AND version = $2;

-- name: application_set_submitted  role: portal
UPDATE application SET state = 'submitted', submitted = $3, changed = $3, accept_order = '', version = version + 1 WHERE id = $1 AND version = $2;

-- name: application_set_accept_order  role: portal
UPDATE application SET accept_order = $2 WHERE id = $1;

-- The acceptance that stands, and the person who signed it.
-- name: application_acceptance  role: portal
SELECT order_signed.text, coalesce(certificate.person, '') AS person FROM application JOIN order_signed ON order_signed.hash = application.accept_order
  LEFT JOIN certificate ON certificate.serial = order_signed.signer WHERE application.number = $1;

-- name: application_paper_key  role: portal
SELECT paper_key FROM application WHERE id = $1;

-- name: application_set_code  role: portal
UPDATE application SET code_hash = $2, code_until = $3 WHERE id = $1;

-- name: application_code  role: portal
SELECT code_hash FROM application WHERE id = $1 AND code_until > $2;

-- Key $1 is in an application other than $2 that is under way or done, or in any certificate, whatever became of it.
-- name: application_key_taken  role: portal
SELECT EXISTS (SELECT 1 FROM application WHERE key_hash = $1 AND key_hash <> '' AND id <> $2 AND state NOT IN ('draft', 'withdrawn', 'rejected'))
    OR EXISTS (SELECT 1 FROM certificate WHERE key_hash = $1);

-- name: application_live  role: portal
SELECT number FROM application WHERE code = $1 AND kind = $2 AND serials = $3 AND id <> $4
   AND ((kind = 'new' AND state IN ('submitted', 'returned', 'accepted', 'approved', 'issued'))
     OR (kind <> 'new' AND state IN ('submitted', 'returned', 'accepted')))
  ORDER BY submitted LIMIT 1;

-- name: application_earlier  role: portal
SELECT count(*) FROM application WHERE code = $1 AND id <> $2 AND submitted > 0;

-- name: application_history_add  role: portal
INSERT INTO application_history (number, time, state, actor, serial, note, papers)
  VALUES ($1, $2, $3, $4, $5, $6, coalesce((SELECT group_concat(hash, ' ')
    FROM (SELECT hash FROM paper WHERE application = $7 AND hash <> '' ORDER BY rowid)), ''));

-- name: application_history_list  role: portal
SELECT time, state, actor, note FROM application_history WHERE number = $1 ORDER BY rowid;

-- One state, oldest first; a page follows the line with submitted $2 and number $3.
-- name: application_queue  role: portal
SELECT number, name, code, kind, state, submitted, changed FROM application
  WHERE state = $1 AND (submitted, number) > ($2, $3) ORDER BY submitted, number LIMIT $4;

-- All that waits for staff.
-- name: application_queue_waiting  role: portal
SELECT number, name, code, kind, state, submitted, changed FROM application
  WHERE state IN ('submitted', 'accepted') AND (submitted, number) > ($1, $2) ORDER BY submitted, number LIMIT $3;

-- name: application_queue_of_code  role: portal
SELECT number, name, code, kind, state, submitted, changed FROM application
  WHERE code = $1 AND submitted > 0 AND (submitted, number) > ($2, $3) ORDER BY submitted, number LIMIT $4;

-- name: application_count_by_state  role: portal
SELECT count(*) FROM application WHERE state = $1;

-- name: application_lines_of_code  role: portal
SELECT number, name, code, kind, state, submitted, changed FROM application
  WHERE code = $1 AND submitted > 0 ORDER BY submitted DESC, number DESC LIMIT 200;

-- Drafts that nobody touched since $1.
-- name: application_abandoned  role: portal
SELECT id, number FROM application WHERE state = 'draft' AND changed < $1 ORDER BY changed LIMIT 100;

-- Whose papers need not be kept: undone since $1, or decided and without a certificate that ended after $2.
-- name: application_ended  role: portal
SELECT id, number FROM application WHERE length(paper_key) > 0
   AND ((state IN ('rejected', 'withdrawn') AND changed < $1)
     OR (state IN ('approved', 'issued', 'installed') AND changed < $2
         AND NOT EXISTS (SELECT 1 FROM certificate WHERE certificate.code = application.code AND certificate.code <> ''
                        AND certificate.application = application.id AND certificate.notafter >= $2)))
  ORDER BY changed LIMIT 100;

-- name: application_forget  role: portal
UPDATE application SET paper_key = x'', handler_sealed = x'' WHERE id = $1;
