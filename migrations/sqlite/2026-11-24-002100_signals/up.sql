-- By what opens and clicks were asked for, in coarse words, so that they can be judged anew when more is known about
-- machines: no user agent, no address. family: a word of src/tracking/agents.tsv, none or other; sign: get | head |
-- prefetch | burst | trap; age: how long after the delivery, known where people are measured one by one.
CREATE TABLE tracking_signals (
  campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
  language TEXT NOT NULL,
  link INTEGER NOT NULL,
  day DATE NOT NULL,
  family TEXT NOT NULL,
  sign TEXT NOT NULL,
  age TEXT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (campaign_id, language, link, day, family, sign, age)
);
