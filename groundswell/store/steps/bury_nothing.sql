-- Grain: as buried, when text goes without a deletion.
CREATE OR REPLACE TEMP TABLE buried AS
SELECT ''::VARCHAR AS source, ''::VARCHAR AS uri, ''::VARCHAR AS author_id WHERE false;
