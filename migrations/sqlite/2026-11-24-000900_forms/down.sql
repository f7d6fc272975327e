DROP TABLE sign_up_attempts;
DROP TABLE sign_ups;
DROP TABLE sign_up_texts;
DROP TABLE sign_up_forms;
