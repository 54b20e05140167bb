"""Which rows of the contract do not fit which source, and why."""

# Rows of the contract that do not fit a source, each with its reason.
BYPASSED: dict[tuple[str, str], str] = {
    ("hostile_body", "import"): "a local file, no network",
    ("closed_is_not_zero", "import"): "a local file, no network",
    ("no_secret_anywhere", "hackernews"): "no credentials",
    ("no_secret_anywhere", "import"): "no credentials",
}
