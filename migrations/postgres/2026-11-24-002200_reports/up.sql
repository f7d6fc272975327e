-- What became of a campaign by groups of people, counted in the background. dimension: all, hour, programme, faculty,
-- decade, region, profession, language, domain, choice; measure: recipients, sent, failed, bounced, complained,
-- unsubscribed, measured, opened, clicked. kept: of people who were erased since; it only grows, and names nobody.
CREATE TABLE campaign_groups (
  campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
  kept BOOLEAN NOT NULL,
  dimension TEXT NOT NULL,
  value TEXT NOT NULL,
  measure TEXT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (campaign_id, kept, dimension, value, measure)
);
-- When that was, and of what: fingerprint changes with every event of the campaign, erasures with every erased person.
CREATE TABLE campaign_counts (
  campaign_id BIGINT PRIMARY KEY NOT NULL REFERENCES campaigns (id),
  fingerprint TEXT NOT NULL,
  erasures BIGINT NOT NULL,
  counted_at TIMESTAMP NOT NULL,
  milliseconds BIGINT NOT NULL
);
-- The latest event of a campaign.
CREATE INDEX bounces_campaign_id ON bounces (campaign_id, id);
CREATE INDEX engagements_campaign ON engagements (campaign_id, id);
