-- An identifier is found by its value, which tells more than its scheme: an index that begins with it is read from
-- the right place at once, whatever PostgreSQL believes of a table that grows.
CREATE UNIQUE INDEX contact_identifiers_known ON contact_identifiers (value, scheme);
DROP INDEX contact_identifiers_value;

-- The key is the whole row: kept once instead of twice.
CREATE TABLE kinds_of_contacts (
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  kind TEXT NOT NULL,
  PRIMARY KEY (contact_id, kind)
) WITHOUT ROWID;
INSERT INTO kinds_of_contacts SELECT contact_id, kind FROM contact_kinds ORDER BY contact_id, kind;
DROP TABLE contact_kinds;
ALTER TABLE kinds_of_contacts RENAME TO contact_kinds;
CREATE INDEX contact_kinds_kind ON contact_kinds (kind, contact_id);
