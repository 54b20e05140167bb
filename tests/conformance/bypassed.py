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
    ("no_secret_anywhere", "hackernews"): "no credentials",
    ("no_secret_anywhere", "lemmy"): "no credentials",
    ("no_secret_anywhere", "mastodon"): "no credentials",
    ("times_are_aware_and_utc", "jetstream"): "seen when the stream told of it, however late",
    ("no_secret_anywhere", "jetstream"): "no credentials",
    ("no_secret_anywhere", "import"): "no credentials",
}

_NO_CURSOR = "keeps no cursor: its coverage says where to go on"
_NO_BUDGET = "no quota or money"
_ONE_SERVER = "one server"
BYPASSED |= {
    ("corrupt_state_is_loud", source): _NO_CURSOR
    for source in ("bluesky", "discourse", "hackernews", "import", "lemmy", "stackexchange")
}
BYPASSED |= {
    ("budget_stops_before_spending", source): _NO_BUDGET
    for source in (
        *("bluesky", "discourse", "hackernews", "import", "jetstream", "lemmy", "mastodon"),
        *("reddit", "rss"),
    )
}
BYPASSED |= {
    ("a_dead_server_stops_no_other", source): _ONE_SERVER
    for source in (
        *("bluesky", "hackernews", "import", "jetstream", "reddit", "stackexchange", "x"),
        "youtube",
    )
}
BYPASSED |= {
    ("breaker_isolates", "import"): "a local file, no network",
    ("what_is_removed_is_told", "import"): "a local file, read whole",
    ("what_is_removed_is_told", "rss"): "nothing in a feed says that an entry is gone",
    ("an_edit_is_told_as_another_version", "import"): "a local file, read whole",
    ("an_edit_is_told_as_another_version", "rss"): "a feed shows no single entry again",
    ("engagement_carries_capture_time", "jetstream"): "no engagement",
    ("engagement_carries_capture_time", "rss"): "few feeds count comments, the sample's do not",
    ("no_request_follows_the_limit", "jetstream"): "a stream, told without asking",
    ("no_request_follows_the_limit", "import"): "a local file, no network",
    ("only_allowed_hosts", "import"): "a local file, no network",
}
BYPASSED |= {
    (row, source): reason
    for row in ("delete_then_recreate", "account_deleted")
    for source, reason in (
        ("import", "a local file, read whole"),
        ("rss", "nothing in a feed says that an entry is gone"),
    )
}
BYPASSED["account_deleted", "hackernews"] = "its accounts are never deleted"
