-- At most so many mailings per person in so many days, from a unit and those beneath it; without a unit, from
-- everybody together. No row: no cap.
CREATE TABLE contact_caps (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  unit_id BIGINT REFERENCES units (id),
  mailings INTEGER NOT NULL,
  days INTEGER NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX contact_caps_unit ON contact_caps (COALESCE(unit_id, 0));

-- How many of a campaign's people other units mail too, as counted by the worker for one version of the campaign.
-- by_unit: a JSON list of pairs, the number of a unit and that of its people. people:
-- NULL when a rule cannot be judged.
CREATE TABLE campaign_overlaps (
  campaign_id BIGINT PRIMARY KEY NOT NULL REFERENCES campaigns (id),
  version INTEGER NOT NULL,
  days INTEGER NOT NULL,
  people BIGINT,
  by_unit TEXT NOT NULL,
  counted_at TIMESTAMP NOT NULL
);

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

-- People who are there because somebody else signed them up, until they confirm it themselves. Nothing is sent to them.
CREATE TABLE unconfirmed_contacts (
  contact_id BIGINT PRIMARY KEY NOT NULL REFERENCES contacts (id),
  since TIMESTAMP NOT NULL
);

-- What people are asked to agree to, in each version; a version that was published stays as it is. Without a unit: of the
-- whole office. texts: JSON by language. Not published yet: the one draft of its purpose, channel and unit.
CREATE TABLE consent_texts (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  unit_id BIGINT REFERENCES units (id),
  purpose TEXT NOT NULL,
  channel TEXT NOT NULL,
  version INTEGER NOT NULL,
  texts TEXT NOT NULL,
  created_by BIGINT REFERENCES staff_accounts (id),
  created_at TIMESTAMP NOT NULL,
  published_by BIGINT REFERENCES staff_accounts (id),
  published_at TIMESTAMP
);
CREATE UNIQUE INDEX consent_texts_version ON consent_texts (purpose, channel, COALESCE(unit_id, 0), version);
