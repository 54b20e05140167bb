-- Appends what found the posts and what the models say of them.
INSERT INTO matches BY NAME SELECT * FROM fresh_matches ORDER BY post_no;
INSERT INTO scores BY NAME SELECT * FROM fresh_scores ORDER BY post_no;
