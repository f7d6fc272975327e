DROP TABLE campaign_versions;
DROP TABLE campaign_reviews;
