-- Grain: one row when there is something to sweep, else none.
SELECT 1
WHERE
    EXISTS (
        SELECT 1
        FROM passing_tombstones
        WHERE noted_at < now() - INTERVAL 49 HOUR  -- not for every single one
    )
    OR EXISTS (
        SELECT 1 FROM hidings WHERE lifted AND noted_at < now() - INTERVAL 8 DAY
    );
