"""The page of voices and quotes: two sides, literal posts, citations, accounts and their posts."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from groundswell.post import Post
from groundswell.run import utc_now
from groundswell.spool import Batch, Compared, Copy, Spool
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner
from tests.dashboard import stories
from tests.dashboard.conftest import Open, opened_once
from tests.groundswell.store.making import read, scored

PAYLOAD = stories.HOSTILE
OWN = "said in words of their own about OpenAI"


def said(number: int, side: str, **changes: Any) -> tuple[Post, str]:
    values: dict[str, Any] = {"text": f"{OWN}, take {number}", "likes": 1000 - number}
    return stories.post(number, **(values | changes)), side


def collected(posts: Sequence[tuple[Post, str]]) -> Batch:
    return Batch(
        source="bluesky",
        topic=stories.SLUG,
        route="search",
        run_id="sides",
        seq=0,
        written_at=utc_now() - timedelta(minutes=1),
        posts=[read(scored(one, topics=(stories.SLUG,)), {"OpenAI": side}) for one, side in posts],
        targets={stories.SLUG: ["OpenAI"]},
    )


def copied(posts: Sequence[Post]) -> Batch:
    """All of ``posts`` say nearly the same."""
    leader = min(posts, key=lambda one: one.created_at or one.first_seen_at)
    copies = [
        Copy(
            source=one.source, uri=one.uri, seen_at=one.first_seen_at,
            group_source=leader.source, group_uri=leader.uri,
        )
        for one in posts
    ]  # fmt: skip
    return Batch(
        source="copies",
        topic=stories.SLUG,
        route="copies",
        run_id="copies",
        seq=0,
        written_at=utc_now(),
        copies=copies,
        compared=Compared(posts=len(copies), fingerprint="f"),
    )


def served(home: Path, *batches: Batch, **topic: Any) -> Iterator[Owner]:
    stories.write_topic(home, **topic)
    spool = Spool(home)
    for one in batches:
        spool.write(one)
    owner = stories.open_home(home)
    yield owner
    owner.stop()


LOUD = {"author_id": "loud", "author": "loud-user", "author_name": "Loud"}
SHY = {"author_id": "shy", "author": "shy-user", "author_name": "Shy"}
POSTS = [
    *(said(n, "against") for n in range(37)),  # an account each
    *(said(n, "favor", author_id=f"f{n}", author=f"fan-{n}") for n in range(40, 44)),
    *(said(n, "against", **LOUD) for n in range(50, 54)),
    *(said(n, "favor", labels=("not-indexable",), likes=99999, **SHY) for n in range(60, 69)),
]


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """Many against the target, four in favor, one loud account, one that is not to be named."""
    loud = [one for one, _ in POSTS if one.author_id == "loud"]
    yield from served(tmp_path_factory.mktemp("spoken"), collected(POSTS), copied(loud))


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    """The payload as text, author, and whatever stands beside a quotation."""
    names = {"author": PAYLOAD, "author_name": PAYLOAD, "author_id": f"x:{PAYLOAD}"}
    parent = stories.post(90, text=PAYLOAD, **names)
    posts = [
        said(n, "against", text=PAYLOAD, reply_to=parent.uri, quoted_text=f"{PAYLOAD} {n}",
             quote_of=PAYLOAD, card_text=f"{PAYLOAD} {n}", **names)
        for n in range(4)
    ]  # fmt: skip
    yield from served(
        tmp_path_factory.mktemp("attacked"),
        collected([*posts, (parent, "none")]),
        copied([one for one, _ in posts]),
        title=PAYLOAD,
    )


def texts(app: AppTest) -> list[str]:
    return [one.value for one in app.text]


def headings(app: AppTest) -> list[str]:
    return [one.value.replace("\\", "") for one in app.subheader]


def filters_of(url: str) -> Filters:
    """What the page behind an address of ours shows."""
    query = parse_qs(urlsplit(url).query)
    return Filters(
        topic=query["topic"][0],
        target=query.get("target", [None])[0],
        stances=tuple(query.get("stance", ())),
        author=query.get("author", [None])[0],
    )


@pytest.fixture(scope="module")
def seen(spoken: Owner) -> AppTest:
    """The page of the story in which many speak."""
    return opened_once(spoken, "voices")


def test_both_sides_stand_beside_each_other(seen: AppTest) -> None:
    assert not seen.exception
    assert seen.header[0].value.replace("\\", "") == "Posts to quote, for and against OpenAI"
    assert headings(seen)[:2] == ["Against OpenAI: 41 posts", "In favor of OpenAI: 13 posts"]
    captions = [one.value for one in seen.caption]
    assert "1 to 5 of the 38 most worth quoting" in captions
    assert "1 to 4 of the 4 most worth quoting" in captions
    assert any("not corrected" in one for one in captions)
    assert f"{OWN}, take 0" in texts(seen)
    assert "— Sample 0 (sample-user-0) · Bluesky · 27 Jan 2025, 00:00 UTC" in texts(seen)
    assert any(one.startswith("Against OpenAI · confidence 0.75") for one in badges(seen))
    assert any("Seen 27 Jan 2025, 00:05 UTC" in one for one in texts(seen))


def badges(app: AppTest) -> list[str]:
    """What badges say, without their colors and icons."""
    found = [
        re.sub(r"^:\w+-badge\[(:material/\w+:)? ?(.*)\]$", r"\2", m.value) for m in app.markdown
    ]
    return [one.replace("\\", "") for one in found]


def test_another_five_and_the_five_before(spoken: Owner, open_page: Open) -> None:
    app = open_page(spoken, "voices")
    app.button(key="quotes_next_against").click().run()
    captions = [one.value for one in app.caption]
    assert "6 to 10 of the 38 most worth quoting" in captions
    assert f"{OWN}, take 5" in texts(app)
    assert f"{OWN}, take 0" not in texts(app)
    app.button(key="quotes_before_against").click().run()
    assert f"{OWN}, take 0" in texts(app)


def test_the_last_five_end(spoken: Owner, open_page: Open) -> None:
    app = open_page(spoken, "voices")
    for _ in range(7):
        app.button(key="quotes_next_against").click().run()
    assert "36 to 38 of the 38 most worth quoting" in [one.value for one in app.caption]
    assert "quotes_next_against" not in [button.key for button in app.button]


def test_other_filters_begin_at_the_first(spoken: Owner, open_page: Open) -> None:
    app = open_page(spoken, "voices")
    app.button(key="quotes_next_against").click().run()
    app.text_input(key="keyword").set_value("words").run()
    assert "1 to 5 of the 38 most worth quoting" in [one.value for one in app.caption]


def test_a_citation_is_made_when_it_is_asked_for(spoken: Owner, open_page: Open) -> None:
    app = open_page(spoken, "voices")
    assert not app.code
    with spoken.read() as cursor:
        loudest = Filters(topic=stories.SLUG, target="OpenAI", stances=("against",))
        (number,) = questions.posts(cursor, loudest, "loudest", 1)["post_no"]
    app.session_state[f"cite_{number}"] = True
    plain, markdown, bibtex, csl = (code.value for code in app.run().code)
    assert plain.startswith("Sample 0 (sample-user-0), Bluesky, 27 Jan 2025, 00:00 UTC [synthetic")
    assert f"“{OWN}, take 0”" in plain
    assert "https://example.org/bluesky/0" in plain
    assert markdown.startswith("> said in")
    assert bibtex.startswith("@misc{bluesky2025-")
    assert '"type": "post"' in csl


def test_each_number_links_to_exactly_its_posts(spoken: Owner, seen: AppTest) -> None:
    links = [link for link in seen.link_button if link.label.startswith("All")]
    assert [link.label for link in links] == ["All 41 posts", "All 13 posts", "All 54 posts"]
    loudest = seen.dataframe[0].value
    with spoken.read() as cursor:
        for link in links:
            assert questions.count(cursor, filters_of(link.url)) == int(link.label.split()[1])
        for row in loudest.to_dict("records"):
            assert questions.count(cursor, filters_of(row["open"])) == row["posts"]


def test_who_is_not_to_be_named_is_nowhere(seen: AppTest) -> None:
    shown = " ".join([*texts(seen), *(table.value.to_csv() for table in seen.dataframe)])
    assert "shy-user" not in shown
    assert "Shy" not in shown
    assert "take 60" not in shown
    loudest = seen.dataframe[0].value
    assert loudest["place"].tolist()[:2] == [2, 3]  # the first place is somebody's
    assert any(
        "1 account among the loudest that asks not to be found" in one.value for one in seen.caption
    )


def test_the_spread_over_accounts(seen: AppTest) -> None:
    assert "The loudest 10% of 43 accounts wrote 30% of 54 posts" in headings(seen)
    tiles = {tile.label: tile.value for tile in seen.metric}
    assert tiles["Known accounts"] == "43"
    assert tiles["Loudest 1% wrote"] == "–"
    assert tiles["Effective accounts"] == str(round(54**2 / (41 + 9**2 + 4**2)))
    assert any("43 accounts: too few for a share" in one.value for one in seen.markdown)


def test_who_posts_one_text_many_times(seen: AppTest) -> None:
    assert "1 account posted one text 3 times or more" in headings(seen)
    (row,) = seen.dataframe[1].value.to_dict("records")
    assert (row["called"], row["times"], row["posts"]) == ("Loud", 4, 4)


def test_an_account_is_a_filter_that_is_said_and_lifted(spoken: Owner, open_page: Open) -> None:
    app = open_page(spoken, "posts", author="bluesky:loud")
    assert app.header[0].value == "4 posts"
    assert "Only posts by Loud (loud-user) on Bluesky." in texts(app)
    lift = next(button for button in app.button if button.label == "Show all accounts")
    lift.click().run()
    assert app.header[0].value == "54 posts"
    assert "author" not in app.query_params


@pytest.mark.parametrize(
    "author", ["bluesky:shy", "' OR 1=1 --", "<script>", "bluesky:" + "x" * 450]
)
def test_an_account_that_cannot_be_asked_for_has_no_posts(
    spoken: Owner, open_page: Open, author: str
) -> None:
    app = open_page(spoken, "posts", author=author)
    assert not app.exception
    assert app.info[0].value == "No post matches these filters."
    assert any("not known here or not to be named" in one for one in texts(app))
    assert [link.label for link in app.link_button] == [
        "Show the 54 posts without the filter on account"
    ]


def test_the_filter_on_a_stance_leaves_the_other_side_out(spoken: Owner, open_page: Open) -> None:
    app = open_page(spoken, "voices", target="OpenAI", stance=["favor"])
    assert headings(app)[:2] == ["Against OpenAI", "In favor of OpenAI: 13 posts"]
    assert "Left out by the filter on stance." in texts(app)


def test_a_side_without_posts_says_so(spoken: Owner, open_page: Open) -> None:
    app = open_page(spoken, "voices", author="bluesky:loud")
    assert headings(app)[:2] == ["Against OpenAI: 4 posts", "In favor of OpenAI: 0 posts"]
    assert any(one.startswith("No post here") for one in texts(app))


def test_strangers_words_stay_words(attacked: Owner, open_page: Open) -> None:
    app = open_page(attacked, "voices")
    assert not app.exception
    assert any(PAYLOAD.split()[0] in one for one in texts(app))
    for element in (*app.markdown, *app.subheader, *app.caption, *app.header):
        assert not re.search(r"(?<!\\)<|(?<!\\)\]\(http", element.value)
    (row,) = app.dataframe[0].value.to_dict("records")
    link = row["open"]
    assert not set("<>\"' ") & set(link)
    with attacked.read() as cursor:
        assert questions.count(cursor, filters_of(link)) == row["posts"]
    shown = open_page(attacked, "posts", author=filters_of(link).author or "")
    assert shown.header[0].value == "5 posts"
    assert not shown.exception
