-- The clock of requests (GDPR article 12(3)): the day by which to answer, and when and why it was put off. Who deals with
-- it, who wrote it down, and how it was answered: done | refused. Without a day: those that were done as they came.
ALTER TABLE requests ADD COLUMN due_on DATE;
ALTER TABLE requests ADD COLUMN extended_at TIMESTAMP;
ALTER TABLE requests ADD COLUMN extension_reason TEXT;
ALTER TABLE requests ADD COLUMN handler_id BIGINT REFERENCES staff_accounts (id);
ALTER TABLE requests ADD COLUMN recorded_by BIGINT REFERENCES staff_accounts (id);
ALTER TABLE requests ADD COLUMN outcome TEXT;
ALTER TABLE requests ADD COLUMN answer TEXT;
CREATE INDEX requests_open ON requests (due_on, id) WHERE done_at IS NULL;
