-- An identifier is found by its value, which tells more than its scheme: an index that begins with it is read from
-- the right place at once, whatever PostgreSQL believes of a table that grows.
CREATE UNIQUE INDEX contact_identifiers_known ON contact_identifiers (value, scheme);
DROP INDEX contact_identifiers_value;
