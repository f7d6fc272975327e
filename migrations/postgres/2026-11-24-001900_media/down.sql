DROP TABLE campaign_media;
DROP TABLE media;
