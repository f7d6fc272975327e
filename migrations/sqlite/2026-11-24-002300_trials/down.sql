DROP INDEX deliveries_variant;
ALTER TABLE deliveries DROP COLUMN variant;
DROP TABLE campaign_trials;
