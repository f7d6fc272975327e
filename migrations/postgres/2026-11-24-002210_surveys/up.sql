-- The register once a day: see src/reports/register.rs for what is counted, and of what.
CREATE TABLE register_surveys (
  day DATE NOT NULL,
  gauge TEXT NOT NULL,
  value TEXT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (day, gauge, value)
);
