-- Pictures of the media library. hash: SHA-256 of the file as it is kept, in hexadecimal, and its name in the store;
-- kind: png, jpg or gif; alt: JSON by language, what the picture shows.
CREATE TABLE media (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  unit_id BIGINT NOT NULL REFERENCES units (id),
  hash TEXT NOT NULL,
  kind TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  size INTEGER NOT NULL,
  name TEXT NOT NULL,
  alt TEXT NOT NULL,
  search TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX media_unit_hash ON media (unit_id, hash);
CREATE INDEX media_unit ON media (unit_id, id);
CREATE INDEX media_hash ON media (hash);

-- Which pictures a campaign shows: a picture that is shown cannot be deleted.
CREATE TABLE campaign_media (
  campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
  media_id BIGINT NOT NULL REFERENCES media (id),
  PRIMARY KEY (campaign_id, media_id)
);
CREATE INDEX campaign_media_media ON campaign_media (media_id, campaign_id);
