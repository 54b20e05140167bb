"""The sentence under every chart: what was read, what not, what is not known, what was found."""

from dashboard.read_share import sentence
from dashboard.unread import unread
from groundswell.recapture import recall
from groundswell.store.recall import SourceRecall
from tests.dashboard.charts.frames import HOUR
from tests.dashboard.test_unread import at, coverage

ROUTES = ("search", "stream")


def said(*rows: tuple[str, int, int, str], sources: tuple[str, ...] = ("rss",)) -> str:
    windows = coverage(*rows)
    return sentence(windows, unread(windows, sources, at(0), at(48)), sources, at(0), at(48))


def test_all_read_is_said_by_name() -> None:
    rows = [("rss", 0, 48, "complete"), ("hackernews", 0, 48, "complete")]
    told = said(*rows, sources=("rss", "hackernews"))
    assert told == "Read completely: news feeds and Hacker News."


def test_what_is_missing_is_said_in_hours_the_longest_first() -> None:
    rows = [
        ("rss", 0, 48, "complete"),
        ("bluesky", 0, 30, "complete"),
        ("bluesky", 30, 48, "gap"),
        ("hackernews", 2, 48, "complete"),
    ]
    told = said(*rows, sources=("rss", "bluesky", "hackernews"))
    assert told == (
        "Read completely: news feeds. Not read: 18 h of Bluesky and 2 h of Hacker News; "
        "see Sources."
    )


def test_two_servers_down_at_once_are_one_stretch_of_time() -> None:
    one = coverage(("mastodon", 0, 10, "gap"), ("mastodon", 10, 48, "complete"))
    windows = one.assign(instance="one.example")
    both = unread(windows, ["mastodon"], at(0), at(48))
    doubled = sentence(windows, both.loc[[0, 0]], ["mastodon"], at(0), at(48))
    assert doubled == "Not read: 10 h of Mastodon; see Sources."


def test_files_do_not_say_what_time_they_cover() -> None:
    assert said(sources=("import",)) == "Imported files: coverage not known."


def test_many_sources_with_gaps_are_counted_not_listed() -> None:
    names = ("rss", "bluesky", "hackernews", "lemmy", "discourse")
    rows = [(name, 0, 48 - hours, "complete") for hours, name in enumerate(names, start=1)]
    told = said(*rows, sources=names)
    assert told == (
        "Not read: 5 h of Discourse, 4 h of Lemmy, 3 h of Hacker News and 2 other sources; "
        "see Sources."
    )


def test_recall_comes_with_its_interval_and_what_it_rests_on() -> None:
    windows = coverage(("bluesky", 0, 48, "complete"))
    found = SourceRecall(
        source="bluesky", routes=ROUTES, time=30 * HOUR, until=at(48), recall=recall(80, 60, 48)
    )
    told = sentence(windows, unread(windows, ["bluesky"], at(0), at(48)), ["bluesky"], at(0),
                    at(48), [found])  # fmt: skip
    assert "search and stream together found an estimated 92% (95% interval 8" in told
    assert "from 30 h that both read, if they miss posts independently." in told


def test_too_few_posts_found_by_both_give_no_share() -> None:
    windows = coverage(("bluesky", 0, 48, "complete"))
    found = SourceRecall(
        source="bluesky", routes=ROUTES, time=30 * HOUR, until=at(48), recall=recall(8, 6, 4)
    )
    told = sentence(windows, windows.iloc[:0].assign(), ["bluesky"], at(0), at(48), [found])
    assert "Too few posts of Bluesky came by both search and stream" in told
    assert "%" not in told
