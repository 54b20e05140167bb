-- Grain: one row per migration that ran. Unit: its number.
SELECT number FROM migrations ORDER BY number;
