-- Until when one name is held back, in microseconds since 1970 UTC; no row when it never was.
SELECT until FROM holds WHERE name = :name;
