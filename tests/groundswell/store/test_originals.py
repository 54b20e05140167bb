"""Originals: the first post of each group of the whole topic, and no reposts, in every question."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.settings import Settings
from groundswell.spool import ScoredPost, Spool
from groundswell.store import contrast, export, narratives, questions, sql, terms, tidy, voices
from groundswell.store import migrate as migrating
from groundswell.store.absorb import absorb
from groundswell.store.database import open_database
from groundswell.store.filters import STANCES, Filters
from tests.groundswell.store import test_told_narratives as telling
from tests.groundswell.store.conftest import Take
from tests.groundswell.store.making import HOUR, T0, batch, deletion, post, read, rows, scored
from tests.groundswell.store.recount import check
from tests.groundswell.store.test_groupings import grouping

STORY = Filters(topic="story")
ORIGINALS = replace(STORY, originals=True)
GROUPS = ((0, 5, 10), (3, 4), (7, 21, 22, 23), (30, 31))
REPOSTS = (12, 21, 35)
COUNT = 40


def uris(con: DuckDBPyConnection, f: Filters) -> list[str]:
    """The numbers of the posts of ``f``, as text."""
    return sorted(uri.rsplit("/", 1)[1] for uri in questions.posts(con, f, "newest", 100)["uri"])


def made(number: int) -> ScoredPost:
    """Forty posts over twenty hours, of which each shares its time with another."""
    said = "RT @somebody: " if number in REPOSTS else ""
    one = post(
        number,
        created_at=T0 - timedelta(hours=number // 2, minutes=30 * (number % 4 < 2)),
        source="bluesky" if number % 3 else "hackernews",
        text=f"{said}{'openai' if number % 2 else 'deepseek'} sample number{number}",
    )
    value = None if number % 5 == 0 else round(number / 20 - 1, 4)
    stances = {"Acme": STANCES[number % 4]} if number % 3 != 2 else {}
    return read(scored(one, value, lang="en" if number % 4 else "de"), stances, sentiment=None)


def in_groups() -> Iterator[Any]:
    """The batch that says which of them say nearly the same, as the sources spell their posts."""
    told = grouping(*GROUPS)
    by_uri = {made(n).post.uri: made(n).post.source for n in range(COUNT)}
    copies = [
        replace(one, source=by_uri[one.uri], group_source=by_uri[one.group_uri])
        for one in told.copies
    ]
    yield replace(told, copies=copies)


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    """The forty posts, grouped, half of them sealed."""
    home = tmp_path_factory.mktemp("forty")
    con, spool = open_database(home, Settings(home=home)), Spool(home)
    asked = {"story": ["Acme"]}
    for seq, numbers in enumerate((range(20), range(20, COUNT))):
        spool.write(batch(seq, [made(n) for n in numbers], targets=asked))
        absorb(con, home, spool)
        if seq == 0:
            while tidy.seal(con):
                continue
    for one in in_groups():
        spool.write(one)
    absorb(con, home, spool)
    yield con
    con.close()


def originals(
    con: DuckDBPyConnection, posts: Sequence[ScoredPost], groups: Sequence[Sequence[int]]
) -> set[int]:
    """Counted plainly: in order of time, and of storing, whoever was not preceded in its group."""
    stored = dict(rows(con, "SELECT uri, post_no FROM posts"))
    group = {n: place for place, members in enumerate(groups) for n in members}
    met, found = set(), set()
    for one in sorted(posts, key=lambda one: (one.post.created_at, stored[one.post.uri])):
        n = int(one.post.uri.rsplit("/", 1)[1])
        if group.get(n, -1 - n) not in met and not one.post.text.startswith("RT @"):
            found.add(n)
        met.add(group.get(n, -1 - n))
    return found


def passing(one: ScoredPost, f: Filters) -> bool:
    """Whether a post of ``made`` is in ``f``, whatever else was said before."""
    number, at = int(one.post.uri.rsplit("/", 1)[1]), one.post.created_at or T0
    return (
        (f.since is None or at >= f.since)
        and (f.until is None or at < f.until)
        and (not f.sources or one.post.source in f.sources)
        and (not f.langs or one.reading.lang in f.langs)
        and (f.keyword is None or f.keyword in one.post.text)
        and (f.target is None or number % 3 != 2)
        and (not f.stances or STANCES[number % 4] in f.stances)
        and (f.author is None or f.author == f"{one.post.source}:{one.post.author_id}")
    )


_moments = st.none() | st.integers(-45, 2).map(lambda half: T0 + half * HOUR / 2)


@st.composite
def _filters(draw: st.DrawFn) -> Filters:
    target = draw(st.sampled_from([None, "Acme"]))
    return Filters(
        topic="story",
        since=draw(_moments),
        until=draw(_moments),
        sources=tuple(draw(st.sets(st.sampled_from(["bluesky", "hackernews"])))),
        langs=tuple(draw(st.sets(st.sampled_from(["en", "de"])))),
        keyword=draw(st.sampled_from([None, "openai", "sample"])),
        target=target,
        stances=tuple(draw(st.sets(st.sampled_from(STANCES)))) if target else (),
        author=draw(st.sampled_from([None, None, "bluesky:did:plc:sample-user-1"])),
        originals=True,
    )


@given(_filters())
@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_every_question_counts_what_a_plain_count_does(
    forty: DuckDBPyConnection, f: Filters
) -> None:
    posts = [made(n) for n in range(COUNT)]
    firsts = originals(forty, posts, GROUPS)
    kept = [one for n, one in enumerate(posts) if n in firsts and passing(one, f)]
    expected = sorted(one.post.uri.rsplit("/", 1)[1] for one in kept)
    assert uris(forty, f) == expected
    said = questions.totals(forty, f)
    assert (said.posts, questions.count(forty, f)) == (len(kept), len(kept))
    assert said.authors == len({(one.post.source, one.post.author_id) for one in kept})
    assert said.measured == sum(one.reading.scores[0].value is not None for one in kept)
    times = [at for one in kept if (at := one.post.created_at)]
    assert (said.first_at, said.last_at) == (min(times, default=None), max(times, default=None))
    hours = questions.timeline(forty, f, "hour")
    counted = Counter((_hour(one.post.created_at), one.post.source) for one in kept)
    places = zip(hours["bucket_start"], hours["source"], strict=True)
    assert dict(zip(places, hours["posts"], strict=True)) == dict(counted)
    facets = questions.facets(forty, f)
    by_lang = facets[facets["facet"] == "lang"]
    expected_langs = Counter(one.reading.lang for one in kept)
    assert dict(zip(by_lang["value"], by_lang["posts"], strict=True)) == dict(expected_langs)
    speaking = [one for one in kept if int(one.post.uri.rsplit("/", 1)[1]) % 3 != 2]
    assert questions.stance_totals(forty, f, "Acme")["posts"].item() == len(speaking)
    assert questions.stance_series(forty, f, "hour", "Acme")["posts"].sum() == len(speaking)
    assert voices.voices(forty, f, "Acme", 50).concentration.posts == len(kept)
    if not terms.is_period_alone(f):
        return
    names = dict(rows(forty, "SELECT term_no, term FROM terms"))
    counted_terms = {names[no]: n for no, n in contrast.term_posts(forty, f).items()}
    assert counted_terms == dict(Counter(term for one in kept for term in one.tokens))


def _hour(at: datetime | None) -> datetime | None:
    return at and at.replace(minute=0)


def test_no_other_filter_makes_a_post_original(forty: DuckDBPyConnection) -> None:
    """Of a group that lies on both sides of an hour the later side holds no original."""
    assert set(uris(forty, ORIGINALS)) & {"0", "5", "10"} == {"10"}  # higher numbers are older
    late = replace(ORIGINALS, since=T0 - 3 * HOUR)
    assert set(uris(forty, late)) & {"0", "5"} == set()


def test_a_repost_is_none_also_where_it_is_alone_or_leads(forty: DuckDBPyConnection) -> None:
    found = set(uris(forty, ORIGINALS))
    assert found & {"12", "35", "21", "7"} == set()
    assert len(found & {"22", "23"}) == 1  # of one time: the one stored first
    assert set(uris(forty, STORY)) >= {"12", "35", "21"}


def test_all_of_a_topic_that_was_never_compared_is_original(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [scored(post(n)) for n in range(3)]))
    assert uris(con, ORIGINALS) == ["0", "1", "2"]


def test_a_deletion_moves_it_to_the_next(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(n)) for n in range(4)]))
    take(grouping([1, 2, 3]))
    assert uris(con, ORIGINALS) == ["0", "3"]
    take(batch(1, deletions=[deletion(3)]))
    assert uris(con, ORIGINALS) == ["0", "2"]
    assert questions.count(con, ORIGINALS) == 2
    take(batch(2, deletions=[deletion(2)]))
    assert uris(con, ORIGINALS) == ["0", "1"]
    check(con)


def test_an_edit_and_a_withheld_text_make_a_post_its_own(
    con: DuckDBPyConnection, take: Take
) -> None:
    take(batch(0, [scored(post(n, version="1")) for n in range(5)]))
    take(grouping([0, 1, 2, 3]))
    assert uris(con, ORIGINALS) == ["3", "4"]
    later = {"first_seen_at": T0 + HOUR}
    withheld = {"withheld": "noindex", "text": "", "author": None, "author_id": None, "raw": b""}
    edited = scored(post(0, version="2", text="something else", **later))
    take(batch(1, [edited, scored(post(1, **later, **withheld), None)]))
    assert uris(con, ORIGINALS) == ["0", "1", "3", "4"]
    said = questions.totals(con, ORIGINALS)
    assert (said.posts, said.withheld) == (4, 1)
    check(con)


def test_an_edit_makes_a_repost_and_ends_one(con: DuckDBPyConnection, take: Take) -> None:
    take(batch(0, [scored(post(1, version="1")), scored(post(2, version="1", text="RT @a: b"))]))
    assert uris(con, ORIGINALS) == ["1"]
    later = {"version": "2", "first_seen_at": T0 + HOUR}
    take(batch(1, [scored(post(1, text="RT @a: b", **later)), scored(post(2, **later))]))
    assert uris(con, ORIGINALS) == ["2"]
    check(con)


def test_each_topic_has_its_own(con: DuckDBPyConnection, take: Take) -> None:
    both = [scored(post(n), topics=("story", "other")) for n in range(2)]
    take(batch(0, [*both, scored(post(2))]))
    take(grouping([0, 1, 2]), grouping([0, 1], topic="other"))
    assert uris(con, ORIGINALS) == ["2"]
    assert uris(con, replace(ORIGINALS, topic="other")) == ["1"]


_steps = st.lists(st.tuples(st.sampled_from(["delete", "group"]), st.integers(0, 7)), max_size=5)


@given(
    groups=st.lists(st.sets(st.integers(0, 7), min_size=2), min_size=1, max_size=3), steps=_steps
)
@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_whatever_goes_the_rest_is_counted_anew(
    tmp_path_factory: pytest.TempPathFactory, groups: list[set[int]], steps: list[tuple[str, int]]
) -> None:
    home = tmp_path_factory.mktemp("home")
    con, spool = open_database(home, Settings(home=home)), Spool(home)
    apart = [sorted(group.difference(*groups[:n])) for n, group in enumerate(groups)]
    left, grouped = set(range(8)), list(apart)
    batches = [batch(0, [scored(post(n, version="1")) for n in left])]
    batches += [grouping(*(group for group in apart if group))]
    for seq, (what, number) in enumerate(steps, start=1):
        if what == "delete":
            batches.append(batch(seq, deletions=[deletion(number)]))
            left -= {number}
        else:
            grouped = [[n for n in range(8) if n % 2 == number % 2]]
            batches.append(grouping(*grouped, at=T0 + (seq + 2) * HOUR))
    try:
        for one in batches:
            spool.write(one)
            while absorb(con, home, spool) is not None:
                continue
        posts = [scored(post(n)) for n in sorted(left)]
        assert uris(con, ORIGINALS) == sorted(str(n) for n in originals(con, posts, grouped))
        assert questions.count(con, ORIGINALS) == len(originals(con, posts, grouped))
        check(con)
    finally:
        con.close()


def test_files_hold_originals_alone(con: DuckDBPyConnection, take: Take, home: Path) -> None:
    take(batch(0, [scored(post(n, text=f"word{n}")) for n in range(4)]))
    take(grouping([1, 2, 3]))
    path = home / "exports" / "one.csv"
    lines = {}
    for name in ("posts", "keywords"):
        export.WRITERS[name](con, ORIGINALS, path)
        lines[name] = path.read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split('","')[1][-1] for line in lines["posts"]] == ["3", "0"]
    assert sorted(lines["keywords"]) == ['"word0","1","1"', '"word3","1","1"']


def test_a_narrative_counts_in_every_question(con: DuckDBPyConnection, take: Take) -> None:
    take(telling.collected())
    take(telling.told((telling.SMOKE, telling.AGAINST), (telling.JOBS, telling.FAVOR)))
    smoke = replace(STORY, narrative="smoke")
    assert uris(con, smoke) == ["1", "2", "3", "4"]
    for f in (smoke, replace(smoke, target="Acme"), replace(smoke, since=T0 - HOUR)):
        assert questions.totals(con, f).posts == questions.count(con, f) == 4
        assert questions.timeline(con, f, "day")["posts"].sum() == 4
        assert questions.stance_totals(con, f, "Acme")["against"].item() == 4
        assert voices.voices(con, f, "Acme", 9).concentration.posts == 4
        assert questions.term_counts(con, f).set_index("term")["posts"]["sample"] == 4
        assert contrast.term_posts(con, f).max() == 4
        assert list(narratives.narratives(con, f, "Acme")["narrative"]) == ["smoke"]
    for f in (replace(STORY, narrative="gone"), replace(smoke, target="Acme", stances=("favor",))):
        assert questions.totals(con, f).posts == questions.count(con, f) == 0
    take(grouping([1, 3]))
    assert uris(con, replace(smoke, originals=True)) == ["2", "3", "4"]


def test_a_home_from_before_knows_its_reposts(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = sql.migrations()
    fresh_facts = sql.step("fresh_facts")
    with monkeypatch.context() as before:
        before.setattr(migrating, "migrations", lambda: [one for one in known if one[0] <= 11])
        con, spool = open_database(home, Settings(home=home)), Spool(home)
        old = fresh_facts.replace(",\n    starts_with(p.text, 'RT @') AS repost", "")
        assert old != fresh_facts
        before.setattr(
            "groundswell.store.intake.step",
            lambda name: old if name == "fresh_facts" else sql.step(name),
        )
        spool.write(batch(0, [scored(post(1)), scored(post(2, text="RT @a: b"))]))
        assert absorb(con, home, spool) is not None
        con.close()
    con = open_database(home, Settings(home=home))
    assert uris(con, ORIGINALS) == ["1"]
    check(con)
    con.close()
