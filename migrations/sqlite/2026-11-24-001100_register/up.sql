-- What staff wrote down of a wish that came to them (product P22): on which day it came and how, beside the act itself,
-- which is either an event or a consent. way: letter | phone | email | in_person.
CREATE TABLE recorded_wishes (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  event_id BIGINT REFERENCES preference_events (id),
  consent_id BIGINT REFERENCES consents (id),
  arrived_on DATE NOT NULL,
  way TEXT NOT NULL,
  note TEXT,
  recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX recorded_wishes_contact ON recorded_wishes (contact_id);
CREATE INDEX recorded_wishes_event ON recorded_wishes (event_id);
CREATE INDEX recorded_wishes_consent ON recorded_wishes (consent_id);

-- By what a rejected row tells of somebody: addresses, numbers and pairs of names, so that erasing a person finds the row.
CREATE TABLE import_reject_words (
  word TEXT NOT NULL,
  import_id BIGINT NOT NULL REFERENCES imports (id),
  row_number BIGINT NOT NULL,
  PRIMARY KEY (word, import_id, row_number)
);
CREATE INDEX import_reject_words_row ON import_reject_words (import_id, row_number);

-- Whose data a mail shows, where it is not its recipient's own: a test as somebody would get it. And the address in the
-- form for comparison. Both for erasing.
ALTER TABLE outbox ADD COLUMN contact_id BIGINT REFERENCES contacts (id);
ALTER TABLE outbox ADD COLUMN rcpt_key TEXT;
CREATE INDEX outbox_contact ON outbox (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX outbox_rcpt ON outbox (rcpt_key);
