-- A "no" with an end: a pause. The worker takes it back when its time has come.
ALTER TABLE refusals ADD COLUMN ends_at TIMESTAMP;
CREATE INDEX refusals_ends ON refusals (ends_at) WHERE ends_at IS NOT NULL;

-- What people ask for by right (GDPR articles 15 to 18 and 21), and when it was done. kind: access | correction |
-- restriction | lifting | erasure | leaving; how: page | letter | phone | email. An erased person's rows stay
-- without the person.
CREATE TABLE requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  contact_id BIGINT REFERENCES contacts (id),
  kind TEXT NOT NULL,
  how TEXT NOT NULL,
  received_at TIMESTAMP NOT NULL,
  done_at TIMESTAMP
);
CREATE INDEX requests_contact ON requests (contact_id, id);

-- Who asked for a link lately, as a keyed hash of the address, known or not: for throttling. Kept for a day.
CREATE TABLE link_requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  address_hash TEXT NOT NULL,
  asked_at TIMESTAMP NOT NULL
);
CREATE INDEX link_requests_address ON link_requests (address_hash, asked_at);
CREATE INDEX link_requests_asked ON link_requests (asked_at);
