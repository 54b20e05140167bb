"""Which rows of the contract do not fit which source, and why."""

# Rows of the contract that do not fit a source, each with its reason.
BYPASSED: dict[tuple[str, str], str] = {
    ("hostile_body", "import"): "a local file, no network",
    ("closed_is_not_zero", "import"): "a local file, no network",
    ("burst_of_2200_between_runs", "import"): "a local file, read whole",
    ("page_edges", "import"): "no pages",
    ("retry_matrix", "import"): "a local file, no network",
    ("a_site_that_asks_for_too_long_a_wait_is_left_alone", "import"): "a local file, no network",
    ("a_date_far_away_is_not_waited_for", "import"): "a local file, no network",
    ("soak", "import"): "a local file, no network",
    ("soak", "jetstream"): "a live stream; killed and caught up on the real network instead",
    ("no_secret_anywhere", "hackernews"): "no credentials",
    ("no_secret_anywhere", "lemmy"): "no credentials",
    ("no_secret_anywhere", "mastodon"): "no credentials",
    ("times_are_aware_and_utc", "jetstream"): "seen when the stream told of it, however late",
    ("no_secret_anywhere", "jetstream"): "no credentials",
    ("no_secret_anywhere", "import"): "no credentials",
}
