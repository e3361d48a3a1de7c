-- name: person_set  role: portal
INSERT INTO person (id, name, serial, roles, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (id) DO UPDATE SET name = excluded.name, serial = excluded.serial, roles = excluded.roles, valid_from = excluded.valid_from,
    valid_to = excluded.valid_to;

-- name: person_by_id  role: portal
SELECT id, name, serial, roles, valid_from AS "from", valid_to AS "to" FROM person WHERE id = $1;

-- name: person_by_serial  role: portal
SELECT person.id, person.name, person.serial, person.roles, person.valid_from AS "from", person.valid_to AS "to"
  FROM certificate JOIN person ON person.id = certificate.person WHERE certificate.serial = $1;

-- name: person_list  role: portal
SELECT id, name, serial, roles, valid_from AS "from", valid_to AS "to" FROM person ORDER BY name, id;
