DROP TABLE tracking_signals;
