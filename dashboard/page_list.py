"""The pages there are: their scripts, names and icons, and the paths under which they are asked."""

from pathlib import PurePosixPath

NEW = "views/new_topic.py"
PAGES = (
    ("views/overview.py", "Overview", ":material/monitoring:"),
    ("views/compare.py", "Compare", ":material/compare_arrows:"),
    ("views/narratives.py", "Narratives", ":material/campaign:"),
    ("views/voices.py", "Voices", ":material/record_voice_over:"),
    ("views/posts.py", "Posts", ":material/forum:"),
    ("views/label.py", "Label", ":material/how_to_vote:"),
    ("views/sources.py", "Sources", ":material/database:"),
    ("views/export.py", "Export", ":material/download:"),
)


def paths() -> frozenset[str]:
    """The path of each page: the first is the root's, ``/``; the others go by their script."""
    others = (script for script, _, _ in PAGES[1:])
    return frozenset({"/", *(f"/{PurePosixPath(script).stem}" for script in (*others, NEW))})
