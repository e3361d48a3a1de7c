-- Enterprises' certificates that end between $1 and $2 and that no later one of the same enterprise, collected, takes the place of.
-- name: reminder_candidates  role: portal
SELECT serial, use, pair, application, code, name, person, notbefore, notafter, status, reason, status_time, installed, key_serial
  FROM certificate AS ending
  WHERE use = 'sign' AND status = 'good' AND notafter BETWEEN $1 AND $2 AND code <> '' AND installed > 0
    AND NOT EXISTS (SELECT 1 FROM certificate AS later WHERE later.code = ending.code AND later.use = 'sign' AND later.status = 'good'
                    AND later.installed > 0 AND later.notafter > ending.notafter)
  ORDER BY notafter;

-- name: reminder_add  role: portal
INSERT INTO reminder (serial, days, sent) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;
