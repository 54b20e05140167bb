"""The narratives about one target: two columns of cards, against it and in its favor."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from dashboard import download, narrative_answers, narrative_words, post_card, state
from dashboard.charts.grid import Grid
from dashboard.state import Look
from dashboard.words import SPEAKS_OF, many, number, safe_text
from groundswell.scoring.narratives import SIDES
from groundswell.scoring.narratives.clusters import LEAST_TEXTS
from groundswell.store.filters import Filters

SHOWN = 5  # of each side at first
MOST_SHOWN = 30  # more cards make a browser slow; the CSV holds all
TYPICAL = 2
_SIDE = {"against": "Against", "favor": "In favor of"}
_SAID = {"against": "against", "favor": "in favor"}
_ICON = {"against": ":material/thumb_down:", "favor": ":material/thumb_up:"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What is shown of one target: ``table`` of its narratives, their ``titles`` by id (strangers'
    words), ``series`` of each over ``grid``."""

    look: Look
    target: str
    table: pd.DataFrame
    titles: dict[str, str]
    series: pd.DataFrame
    grid: Grid


def draw(look: Look, target: str, grid: Grid) -> None:
    """The target's name, how its posts were read, its narratives, and the same as CSV."""
    st.header(safe_text(f"What is said of {target}"), anchor=False)
    standing = narrative_answers.standing(look.topic.slug, target, look.version)
    if standing.stated == 0:
        st.info("No post takes a side towards this target, as far as posts could be scored.")
        st.caption(SPEAKS_OF)
        return
    if standing.read is None and standing.stated < LEAST_TEXTS:
        few = (
            f"{many(standing.stated, 'post')} {'takes' if standing.stated == 1 else 'take'} a side"
        )
        st.info(f"Only {few}: too few for a narrative, which has {LEAST_TEXTS} texts or more.")
        return
    if standing.read is None:
        st.info(f"{many(standing.stated, 'post')} take a side and were not read yet. Read them:")
        st.code(f"groundswell narratives {look.topic.slug}", language=None)
        _all_posts(Filters(topic=look.topic.slug), target, standing.stated, SIDES)
        return
    read = narrative_words.reading(standing.read, standing.stated)
    st.caption(f"{read} {narrative_words.key_to_bars(grid)}")
    # What one narrative is a part of, and what answers it, is told whatever it argues.
    told = narrative_answers.told(replace(look.filters, narrative=None), target, look.version)
    wanted = look.filters.narrative
    board = Board(
        look=look,
        target=target,
        table=told if wanted is None else told[told["narrative"] == wanted],
        titles=narrative_words.names(told),
        series=narrative_answers.series(look.filters, target, grid.bucket, look.version),
        grid=grid,
    )
    for column, side in zip(st.columns(2), SIDES, strict=True):
        with column:
            _side(board, side)
    _download(board)


def _side(board: Board, side: str) -> None:
    ours = board.table[board.table["side"] == side]
    st.subheader(safe_text(f"{_SIDE[side]} {board.target}: {_counted(len(ours))}"), anchor=False)
    stances = board.look.filters.stances if board.look.filters.target else ()
    if stances and side not in stances:
        st.text("Left out by the filter on stance.")
        return
    if ours.empty:
        st.text(
            "No argument is made here by several accounts in words of their own. Wider filters "
            "may show one."
        )
        return
    if board.look.filters.narrative is None:
        st.caption(narrative_words.rest(ours))
        _all_posts(board.look.filters, board.target, int(ours["side_posts"].iloc[0]), (side,))
    most = min(len(ours), MOST_SHOWN)
    label = f"Show {'all' if most == len(ours) else 'the largest'} {number(most)}"
    whole = most <= SHOWN or st.checkbox(label, key=f"all_{side}_{_place(board)}")
    shown = ours.head(most if whole else SHOWN)
    posts = narrative_answers.typical(
        board.look.filters, board.target, tuple(shown["narrative"]), TYPICAL, board.look.version
    )
    for row in shown.to_dict("records"):
        said = posts[posts["narrative"] == row["narrative"]].drop(columns="narrative")
        _card(board, {str(name): value for name, value in row.items()}, said)


def _all_posts(filters: Filters, target: str, posts: int, sides: Sequence[str]) -> None:
    """A way to all posts that stand so towards ``target``, in a narrative or not."""
    st.link_button(
        f"{many(posts, 'post')} {' or '.join(_SAID[side] for side in sides)}",
        state.address(replace(filters, target=target, stances=tuple(sides))),
        type="tertiary",
        icon=":material/arrow_forward:",
        icon_position="right",
    )


def _card(board: Board, one: narrative_words.Row, posts: pd.DataFrame) -> None:
    name, side = str(one["narrative"]), str(one["side"])
    with st.container(border=True):
        st.markdown(f"#### {_ICON[side]} {safe_text(board.titles[name])}")
        st.caption(f"{narrative_words.size(one)}. {narrative_words.growth(one)}.")
        own = board.series[board.series["narrative"] == name]
        st.code(narrative_words.line(own, board.grid), language=None)
        for post in post_card.rows(posts):
            post_card.brief(post)
        if one["counter"] in board.titles:
            st.text(f"Answered by: {board.titles[one['counter']]} (nearness {one['nearness']:.2f})")
        if history := narrative_words.history(one, board.titles):
            st.text(f"At the last reading {history}.")
        filters = replace(board.look.filters, target=board.target, stances=(side,), narrative=name)
        st.link_button(f"All {many(int(one['posts']), 'post')}", state.address(filters))


def _download(board: Board) -> None:
    if board.table.empty:
        return
    download.as_csv(
        "Download these narratives as CSV",
        lambda: _flat(board),
        name=state.file_name(board.look, f"narratives-{_place(board) + 1}"),
        key=f"narratives_csv_{_place(board)}",
    )


def _flat(board: Board) -> pd.DataFrame:
    """The table as a spreadsheet takes it: a title, lists joined by "|"."""
    table = board.table.assign(
        title=board.table["narrative"].map(board.titles),
        terms=board.table["terms"].map("|".join),
        merged=board.table["merged"].map("|".join),
    )
    table.insert(0, "target", board.target)
    return table


def _place(board: Board) -> int:
    """A target's number in its topic: a key that holds no stranger's words."""
    return [one.name for one in board.look.topic.targets].index(board.target)


def _counted(count: int) -> str:
    return many(count, "narrative") if count else "no narrative"
