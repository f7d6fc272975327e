DROP INDEX outbox_rcpt;
DROP INDEX outbox_contact;
ALTER TABLE outbox DROP COLUMN rcpt_key;
ALTER TABLE outbox DROP COLUMN contact_id;
DROP TABLE import_reject_words;
DROP TABLE recorded_wishes;
