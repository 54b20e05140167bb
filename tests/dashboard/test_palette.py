"""Colours can be told from the page and from each other, in both themes, by colour-blind too."""

import itertools
import tomllib
from pathlib import Path

import pytest

from dashboard import palette
from groundswell.store.filters import SENTIMENTS

REPOSITORY = Path(__file__).resolve().parents[2]
THEME = tomllib.loads((REPOSITORY / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
ALL = {
    **palette.SENTIMENT_COLOR,
    **palette.STATUS_COLOR,
    "rule": palette.RULE,
    "accent": palette.ACCENT,
    **{name: palette.source_color(name) for name in ("hackernews", "bluesky", "rss", "import")},
    **{name: palette.source_color(name) for name in ("lemmy", "youtube", "reddit", "unheard-of")},
}


def _channels(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _luminance(color: str) -> float:
    red, green, blue = map(_linear, _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2, 1…21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", [palette.LIGHT_PAGE, palette.DARK_PAGE])
@pytest.mark.parametrize("meaning", sorted(ALL))
def test_each_colour_is_visible_on_both_pages(page: str, meaning: str) -> None:
    assert contrast(ALL[meaning], page) >= 3


def test_the_pages_are_those_of_the_theme() -> None:
    assert THEME["light"]["backgroundColor"] == palette.LIGHT_PAGE
    assert THEME["dark"]["backgroundColor"] == palette.DARK_PAGE
    assert THEME["primaryColor"] == palette.ACCENT


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("surface", ["backgroundColor", "secondaryBackgroundColor"])
def test_text_and_links_are_readable(mode: str, surface: str) -> None:
    theme = THEME[mode]
    assert contrast(theme["textColor"], theme[surface]) >= 7
    assert contrast(theme["linkColor"], theme[surface]) >= 4.5


def test_white_text_is_readable_on_the_accent() -> None:
    assert contrast("#FFFFFF", palette.ACCENT) >= 4.5


def test_negative_and_positive_differ_for_the_colour_blind() -> None:
    """Red-green blindness keeps the blue-yellow axis: the two must lie apart on it."""
    negative = _channels(palette.SENTIMENT_COLOR["negative"])
    positive = _channels(palette.SENTIMENT_COLOR["positive"])
    assert (positive[2] - (positive[0] + positive[1]) / 2) > 0.3
    assert (negative[2] - (negative[0] + negative[1]) / 2) < -0.3


def test_each_sentiment_has_its_own_look() -> None:
    assert palette.SENTIMENTS == SENTIMENTS
    looks = {str(palette.sentiment_fill(sentiment)) for sentiment in SENTIMENTS}
    assert len(looks) == len(SENTIMENTS)
    assert palette.sentiment_fill("not_scored")["pattern"]
    assert set(palette.SENTIMENT_NAME) == set(SENTIMENTS)


def test_no_source_wears_the_colour_of_a_feeling() -> None:
    feelings = {palette.SENTIMENT_COLOR["negative"], palette.SENTIMENT_COLOR["positive"]}
    names = ["hackernews", "bluesky", "rss", "import", *(f"source-{n}" for n in range(50))]
    assert not feelings & {palette.source_color(name) for name in names}


def test_known_sources_have_their_own_look() -> None:
    known = ["hackernews", "bluesky", "rss", "import", "mastodon"]
    for one, other in itertools.combinations(known, 2):
        assert palette.source_color(one) != palette.source_color(other)
        patterns = [palette.source_fill(source)["pattern"] for source in (one, other)]
        assert patterns[0] != patterns[1]


def test_a_source_keeps_its_colour() -> None:
    assert palette.source_color("lemmy") == palette.source_color("lemmy")
