"""Posts, names and links by people who target us, in every source, as far as CSV and routes."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collectors import SOURCES
from groundswell.post import TEXT_CAP_BYTES
from tests.conformance.case import Case
from tests.conformance.cases import CASES
from tests.conformance.world import World
from tests.security.homes import posts_csv, states
from tests.security.rewritten import Rewritten

pytestmark = pytest.mark.slow

FIRST, LAST = "firstword17", "lastword71"
FAMILY = "\U0001f468‍\U0001f469‍\U0001f467"
TEXT = (
    f"=1+1 OpenAI {FIRST} \x00\ud800\udfff\u202e\u2066\u2069 {FAMILY} é نص \"quoted\", 'single';"
    f" DROP TABLE posts; -- $x$ ${{7*7}} %s {{}} \r\n\r\x0b\x1b[31m\x85\u2028 {LAST}"
)
# What a file of that kind cannot hold at all, and no site can therefore send.
NOT_IN_XML = re.compile("[\x00\ud800\udfff\x0b\x1b]")
NOT_IN_UTF8 = re.compile("[\ud800\udfff\x00]")
WRITABLE = {"rss": NOT_IN_XML, "import": NOT_IN_UTF8}
NAME = "=cmd|' /C calc'!A0 \x00\u202e<b>samplename"
LINKS = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "data:text/html,<script>",
    "vbscript:x", "file:///etc/passwd", "//evil.example", "http://[", "http://a b", "\x01http://a.b",
)  # fmt: skip
UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
SOME_LINK = re.compile(r"https?://\S+")


@pytest.fixture(params=sorted(SOURCES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def world(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., World]]:
    """Makes the small world of a source with another text in its hostile post."""
    with ExitStack() as stack:

        def made(
            text: str | None = None, wrap: Callable[[Case], Case] = lambda case: case
        ) -> World:
            site = tmp_path / "site"
            site.mkdir()
            if text is not None:
                writable = WRITABLE[name].sub("", text) if name in WRITABLE else text
                monkeypatch.setattr(f"tests.conformance.cases.{module_of(name)}.HOSTILE", writable)
            # The days of the fake sites are long ago: of these sources no text would be left.
            kept = replace(SOURCES[name].capabilities, retention=None)
            monkeypatch.setattr(SOURCES[name], "capabilities", kept)
            case = wrap(stack.enter_context(CASES[name](site)))
            return World(case, tmp_path / "home")

        yield made


def module_of(name: str) -> str:
    """The module of a source's case."""
    return CASES[name].__module__.rpartition(".")[2]


def cells(rows: list[dict[str, str]]) -> Iterator[tuple[str, str]]:
    for row in rows:
        for column, cell in row.items():
            assert column is not None, "a row must have as many cells as there are names"
            assert cell is not None, "likewise"
            yield column, cell


def all_clean(rows: list[dict[str, str]]) -> None:
    """Nothing that a program would run, or that hides or turns what a person reads."""
    for column, cell in cells(rows):
        assert not UNCLEAN.search(cell), (column, cell)
        is_number = re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell)
        assert is_number or not cell.startswith(FORMULA), (column, cell)


async def test_a_hostile_text_comes_out_clean_and_whole(
    world: Callable[..., World], tmp_path: Path
) -> None:
    outcome = await world(TEXT).run()
    rows = await posts_csv(tmp_path / "home")
    all_clean(rows)
    (own,) = [row["text"] for row in rows if FIRST in row["text"]]
    assert own.index(FIRST) < own.index(FAMILY) < own.index(LAST)
    assert "é نص" in own
    assert "DROP TABLE posts; -- $x$ ${7*7} %s {}" in own
    assert outcome.counts.posts == len(rows)
    assert not UNCLEAN.search(re.sub(r"\s", " ", await states(tmp_path / "home")))


async def test_a_post_of_ten_megabytes_costs_nothing_but_its_end(
    world: Callable[..., World], tmp_path: Path
) -> None:
    many = world(f"OpenAI DeepSeek {FIRST} {FAMILY} " + "a" * 10_000_000)
    outcome = await many.run()
    rows = await posts_csv(tmp_path / "home")
    whole = [row["text"] for row in rows if FIRST in row["text"]]
    if not whole:  # too large to be taken: then that is said
        set_aside = outcome.counts.rejected > many.case.rejects
        assert set_aside or any(window[3] != "complete" for window in many.windows())
        return
    assert all(len(text.encode()) <= TEXT_CAP_BYTES for text in whole)
    assert len(whole[0]) > TEXT_CAP_BYTES // 2


async def test_hostile_names_and_links_reach_nobody(
    world: Callable[..., World], name: str, tmp_path: Path
) -> None:
    """Every author is called otherwise than he should be, every address leads where none may."""
    if name == "import":
        pytest.skip("names and links of files are tried in tests/collectors/file_import")
    sent: list[str] = []

    def poison(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if "sample-user" in value.lower() or "sample user" in value.lower():
            return value if SOME_LINK.match(value) else NAME
        if SOME_LINK.fullmatch(value) and "127.0.0.1" not in value:
            sent.append(LINKS[len(sent) % len(LINKS)])
            return sent[-1]
        return value

    hostile = world(wrap=lambda case: replace(case, transport=Rewritten(case.transport, poison)))
    outcome = await hostile.run()
    rows = await posts_csv(tmp_path / "home")
    all_clean(rows)
    for column, cell in cells(rows):
        if column in ("url", "card_url", "links"):
            assert all(SOME_LINK.match(link) for link in cell.split()), (column, cell)
    met = hostile.quarantined() + len(rows)
    assert met > 0 or outcome.state != "ok"
