-- Trials (A/B tests): what is planned for a campaign, and which variant its rest gets.
CREATE TABLE campaign_trials (
  campaign_id BIGINT PRIMARY KEY NOT NULL REFERENCES campaigns (id),
  plan TEXT NOT NULL,
  ends_at TIMESTAMP,
  winner INTEGER,
  decided_at TIMESTAMP
);
CREATE INDEX campaign_trials_open ON campaign_trials (campaign_id) WHERE winner IS NULL;

-- The variant that somebody in the sample gets; the others have none and get the winner.
ALTER TABLE deliveries ADD COLUMN variant INTEGER;
CREATE INDEX deliveries_variant ON deliveries (campaign_id, variant, state) WHERE variant IS NOT NULL;
