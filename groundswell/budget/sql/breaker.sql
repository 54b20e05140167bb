-- Failures in a row of one name, and until when it is left alone; no row when the last request worked.
SELECT failures, until FROM breakers WHERE name = :name;
