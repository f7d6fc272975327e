DROP INDEX engagements_campaign;
DROP INDEX bounces_campaign_id;
DROP TABLE campaign_counts;
DROP TABLE campaign_groups;
