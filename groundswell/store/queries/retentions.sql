-- Grain: one row per source whose texts are kept for a time only. Unit: seconds.
SELECT source, keep_s FROM retentions;
