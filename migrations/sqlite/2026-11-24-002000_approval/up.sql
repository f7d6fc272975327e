-- What was said about a campaign and decided before its launch; append-only. step: comment, submitted, approved,
-- sent_back or withdrawn; digest: SHA-256 of what was submitted or approved, empty for a comment.
CREATE TABLE campaign_reviews (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
  step TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id BIGINT,
  digest TEXT NOT NULL,
  note TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX campaign_reviews_campaign ON campaign_reviews (campaign_id, id);

-- Each version of a campaign as a campaign file (JSON), and who saved it.
CREATE TABLE campaign_versions (
  campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
  version INTEGER NOT NULL,
  actor_kind TEXT,
  actor_id BIGINT,
  file TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (campaign_id, version)
);
