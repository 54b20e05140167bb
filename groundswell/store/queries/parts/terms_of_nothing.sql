-- Grain: no row.
SELECT NULL::INTEGER AS term_no, 0 AS posts WHERE FALSE
