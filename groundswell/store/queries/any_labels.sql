-- Grain: one row. Whether anybody labelled a post of the topic towards the target.
SELECT EXISTS (SELECT 1 FROM labels WHERE topic = $topic AND target = $target) AS any_labels
