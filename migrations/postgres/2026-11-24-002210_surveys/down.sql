DROP TABLE register_surveys;
