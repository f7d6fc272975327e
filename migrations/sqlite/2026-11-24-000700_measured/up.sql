-- What people who agreed to individual measuring did with mails: one row per person, link and hour, whatever was
-- fetched again in that hour. did: opened | clicked; link: its number among the campaign's links in that language,
-- -1 the open pixel. A click says nothing about opening.
CREATE TABLE engagements (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
  did TEXT NOT NULL,
  language TEXT NOT NULL,
  link INTEGER NOT NULL,
  happened_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX engagements_contact ON engagements (contact_id, campaign_id, language, link, happened_at);
-- Whoever did this since then: answered from the index alone.
CREATE INDEX engagements_did ON engagements (did, happened_at, contact_id);
