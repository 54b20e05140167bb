-- Removes the labels of these posts, targets and labellers.
DELETE FROM labels
WHERE
    topic = $topic
    AND (post_no, target, labeller) IN (
        SELECT (unnest($post_nos::BIGINT[]), unnest($targets::VARCHAR[]), unnest($labellers::VARCHAR[]))
    )
