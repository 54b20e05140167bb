-- Grain: one row: the source of which nothing shall stay.
CREATE OR REPLACE TEMP TABLE leaving AS SELECT $source::VARCHAR AS source;
