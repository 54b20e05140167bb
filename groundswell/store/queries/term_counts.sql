-- Grain: one row per term. Unit: posts that hold it, and their distinct authors, exactly.
SELECT term, posts, authors FROM ({terms});
