DROP TABLE consent_texts;
DROP INDEX requests_open;
ALTER TABLE requests DROP COLUMN answer;
ALTER TABLE requests DROP COLUMN outcome;
ALTER TABLE requests DROP COLUMN recorded_by;
ALTER TABLE requests DROP COLUMN handler_id;
ALTER TABLE requests DROP COLUMN extension_reason;
ALTER TABLE requests DROP COLUMN extended_at;
ALTER TABLE requests DROP COLUMN due_on;
