-- A request of one name worked.
DELETE FROM breakers WHERE name = :name;
