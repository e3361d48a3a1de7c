-- When the rounds that are seldom due were done.

CREATE TABLE round (
  name TEXT PRIMARY KEY,
  done INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
