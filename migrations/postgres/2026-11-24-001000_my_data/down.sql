DROP TABLE link_requests;
DROP TABLE requests;
DROP INDEX refusals_ends;
ALTER TABLE refusals DROP COLUMN ends_at;
