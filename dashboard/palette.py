"""One colour per meaning, on every page and in both themes; never colour alone.

After Okabe and Ito, shifted where needed so that each colour has a contrast of at least 3 to 1
on the light and on the dark page: a figure need not know the theme it is shown in.
"""

from zlib import crc32

LIGHT_PAGE = "#FFFFFF"  # must equal theme.light.backgroundColor and theme.dark.backgroundColor
DARK_PAGE = "#0E1117"

SENTIMENTS = ("negative", "neutral", "positive", "not_scored")  # order of stacks and legends
SENTIMENT_COLOR = {
    "negative": "#D55E00",
    "neutral": "#8A8A8A",
    "positive": "#0072B2",
    "not_scored": "#8A8A8A",
}
SENTIMENT_NAME = {
    "negative": "Negative",
    "neutral": "Neutral",
    "positive": "Positive",
    "not_scored": "Not scored",
}

# A side wears the colour of the feeling beside it: orange is critical on every chart, blue is not.
STANCES = ("against", "none", "favor", "not_scored")  # order of stacks and legends
_FEELING = dict(zip(STANCES, SENTIMENTS, strict=True))
STANCE_NAME = {
    "against": "Against",
    "none": "Takes no side",
    "favor": "In favor",
    "not_scored": "Not scored",
}
BAND = "rgba(213, 94, 0, 0.22)"  # around the share against

RULE = "#8A8A8A"  # event lines, cut-offs: visible on white and on black
GAP = "rgba(138, 138, 138, 0.25)"  # bands where nothing was read
ACCENT = "#0E7490"  # single series

# None of these is a sentiment's colour: a bar must not look angry because of where it was posted.
_SOURCE_COLOR = {
    "hackernews": "#A8780F",
    "bluesky": "#7A6FD0",
    "rss": "#0F8F6B",
    "import": "#C2568F",
    "mastodon": "#0E7490",
}
_SOURCE_PATTERN = {"hackernews": "", "bluesky": "\\", "rss": ".", "import": "x", "mastodon": "-"}
_SPARE = ("#8064A2", "#767676", "#B07AA1", "#A8780F", "#0F8F6B")

STATUS_COLOR = {  # of coverage windows
    "complete": "#0F8F6B",
    "truncated": "#A8780F",
    "budget": "#7A6FD0",
    "gap": "#D55E00",
    "closed": "#8A8A8A",
}


def sentiment_fill(sentiment: str) -> dict[str, object]:
    """Marker of a Plotly bar. Not scored is hatched: grey too, it must not pass for neutral."""
    fill: dict[str, object] = {"color": SENTIMENT_COLOR[sentiment], "line": {"width": 0}}
    if sentiment == "not_scored":
        fill["pattern"] = {"shape": "/", "size": 5, "solidity": 0.4}
    return fill


def stance_color(stance: str) -> str:
    """Colour of a side, ``#RRGGBB``."""
    return SENTIMENT_COLOR[_FEELING[stance]]


def stance_fill(stance: str) -> dict[str, object]:
    """Marker of a Plotly bar; not scored is hatched, as with sentiment."""
    return sentiment_fill(_FEELING[stance])


def source_fill(source: str) -> dict[str, object]:
    """Marker of a Plotly bar: the source's colour under its faint pattern."""
    pattern = {
        "shape": _SOURCE_PATTERN.get(source, "+"),
        "fillmode": "overlay",
        "fgcolor": "#FFFFFF",
        "fgopacity": 0.35,
        "size": 6,
        "solidity": 0.25,
    }
    return {"color": source_color(source), "pattern": pattern, "line": {"width": 0}}


def source_color(source: str) -> str:
    """Colour of a source, ``#RRGGBB``; the same for the same name on every day and machine."""
    return _SOURCE_COLOR.get(source, _SPARE[crc32(source.encode()) % len(_SPARE)])
