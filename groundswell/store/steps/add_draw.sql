-- Enters a draw.
INSERT INTO draws
VALUES (
    $topic, $target, $draw, $seed, $drawn_at, $query, $model, $version, $posts, $size, $last_post_no
)
