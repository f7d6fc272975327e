DROP TABLE import_changes;
ALTER TABLE participations DROP COLUMN recorded_at;
ALTER TABLE participations DROP COLUMN kind;
DROP TABLE relations;
DROP TABLE organisation_words;
DROP TABLE organisations;
DROP TABLE contact_addresses;
