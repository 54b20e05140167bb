-- Grain: as rollup.
cells AS (
    {rollup}
)
