-- Grain: one row. Changes whenever labels or draws of the target do: part of the key of what is kept.
SELECT
    (SELECT count(*) FROM labels WHERE topic = $topic AND target = $target)::VARCHAR
    || '-'
    || coalesce((
        SELECT max(epoch_us(labelled_at))::VARCHAR || '-' || sum(hash(post_no, label))::VARCHAR
        FROM labels
        WHERE topic = $topic AND target = $target
    ), '')
    || '-'
    || (SELECT count(*) FROM drawn WHERE topic = $topic AND target = $target)::VARCHAR AS mark
