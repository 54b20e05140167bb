-- Sets the memory of a finished group free, and with it what was told and must not be kept.
DROP TABLE incoming;
DROP TABLE known;
DROP TABLE arriving;
DROP TABLE fresh_matches;
DROP TABLE fresh_scores;
DROP TABLE fresh_engagement;
DROP TABLE fresh_facts;
DROP TABLE met_terms;
DROP TABLE touched;
DROP TABLE retold;
DROP TABLE told_dead;
DROP TABLE dead;
DROP TABLE wanted;
