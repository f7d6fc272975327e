CREATE UNIQUE INDEX contact_identifiers_value ON contact_identifiers (scheme, value);
DROP INDEX contact_identifiers_known;
