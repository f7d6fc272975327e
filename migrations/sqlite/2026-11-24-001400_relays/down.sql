DROP INDEX deliveries_next;
DROP TABLE delivery_refusals;
DROP TABLE delivery_flows;
DROP TABLE domain_states;
DROP TABLE relay_states;
DROP TABLE relay_usage;
DROP TABLE leases;
ALTER TABLE deliveries DROP COLUMN first_tried_at;
ALTER TABLE workers DROP COLUMN counted;
