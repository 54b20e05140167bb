"""The numbers above the charts, each with its n and a link to exactly the posts it counts."""

from dataclasses import dataclass, replace

import streamlit as st

from dashboard import state
from dashboard.panels import Story
from dashboard.words import LOW_N, NOTHING, day, many, moment, number, share
from groundswell.store.filters import Filters

NARROWEST = 150  # px; two columns on a phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """``posts`` are those that ``filters`` select: the link says the number and opens them."""

    label: str
    value: str
    note: str
    posts: int
    filters: Filters


def draw(story: Story) -> None:
    """One row of tiles; they wrap on narrow screens."""
    grid = st.grid(6, min_column_width=NARROWEST, border=True)
    for tile in tiles(story):
        with grid.cell():
            st.metric(tile.label, tile.value)
            st.markdown(f":small[{_note(tile)}]")  # a caption would pale the link too much


def tiles(story: Story) -> list[Tile]:
    """What is shown, in order."""
    totals, filters = story.totals, story.look.filters
    return [
        Tile(
            label="Posts",
            value=number(totals.posts),
            note=f"{number(totals.skewed)} with untrusted time",
            posts=totals.posts,
            filters=filters,
        ),
        Tile(
            label="Accounts",
            value=number(totals.authors),
            note=f"{number(totals.withheld)} posts withheld",
            posts=totals.posts,
            filters=filters,
        ),
        _share(story, "negative", totals.negative),
        _share(story, "positive", totals.positive),
        Tile(
            label="Not scored",
            value=share(totals.not_scored, totals.posts),
            note=f"of all {number(totals.posts)} posts",
            posts=totals.not_scored,
            filters=replace(filters, sentiments=("not_scored",)),
        ),
        _peak(story),
    ]


def _share(story: Story, sentiment: str, part: int) -> Tile:
    scored = story.totals.scored
    enough = scored >= LOW_N
    note = f"of {number(scored)} scored posts"
    return Tile(
        label=f"Read {sentiment}",
        value=share(part, scored) if enough else NOTHING,
        note=note if enough else f"{number(part)} {note}: too few for a share",
        posts=part,
        filters=replace(story.look.filters, sentiments=(sentiment,)),
    )


def _peak(story: Story) -> Tile:
    top, filters = story.peak, story.look.filters
    label = f"Busiest {story.grid.bucket}"
    if top is None:
        return Tile(label=label, value=NOTHING, note="no posts", posts=0, filters=filters)
    since = max(top.start, filters.since) if filters.since else top.start
    until = min(top.end, filters.until) if filters.until else top.end
    return Tile(
        label=label,
        value=number(top.posts),
        note=f"from {moment(top.start) if story.grid.bucket == 'hour' else day(top.start)}",
        posts=top.posts,
        filters=replace(filters, since=since, until=until),
    )


def _note(tile: Tile) -> str:
    """The n of the number, and the posts it counts as a link: one element, since each costs every
    visitor time before the tiles show. An address is percent-encoded and so inert as Markdown."""
    posts = many(tile.posts, "post")
    return f"{tile.note} · [{posts}]({state.address(tile.filters)})" if tile.posts else tile.note
