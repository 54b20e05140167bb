-- Grain: one row when the file is to be written anew, else none.
SELECT since FROM leftovers WHERE since < now() - INTERVAL 1 DAY;
