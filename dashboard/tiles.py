"""The numbers above the charts, each with its n and a link to exactly the posts it counts."""

from dataclasses import dataclass, replace

import streamlit as st

from dashboard import state
from dashboard.panels import Story
from dashboard.sides import Stand
from dashboard.words import LOW_N, NOTHING, day, many, moment, number, safe_text, share
from groundswell.estimate import words as estimate_words
from groundswell.estimate.figures import percent
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


def draw(story: Story, stand: Stand | None) -> None:
    """One row of tiles; they wrap on narrow screens."""
    grid = st.grid(6, min_column_width=NARROWEST, border=True)
    for tile in tiles(story, stand):
        with grid.cell():
            st.metric(tile.label, tile.value)
            st.markdown(f":small[{_note(tile)}]")  # a caption would pale the link too much


def tiles(story: Story, stand: Stand | None) -> list[Tile]:
    """What is shown, in order: of the posts that take a side where some do, else of the tone."""
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
        *(_of_tone(story) if stand is None else of_sides(filters, stand)),
        _peak(story),
    ]


def of_sides(filters: Filters, stand: Stand) -> list[Tile]:
    """Shares of all that speak of the target. The one against is corrected where it can be; the
    links open the posts that the model reads so, which are not as many."""
    of_all = replace(filters, target=stand.target, stances=(), sentiments=())
    posts, about = stand.whole.posts, safe_text(stand.target)
    whole, enough = f"of {number(posts)} that speak of it", posts >= LOW_N
    counted = [
        (f"Against {about}", "against"),
        (f"In favor of {about}", "favor"),
        ("Not scored", "not_scored"),
    ]
    tiles = [
        Tile(
            label=label,
            value=share(stand.counts[stance], posts) if enough else NOTHING,
            note=whole if enough else f"{whole}: too few for a share",
            posts=stand.counts[stance],
            filters=replace(of_all, stances=(stance,)),
        )
        for label, stance in counted
    ]
    if enough and stand.total.share is not None:
        how = estimate_words.basis_of(stand.total)
        tiles[0] = replace(tiles[0], value=percent(stand.total.share), note=f"{whole}, {how}")
    return tiles


def _of_tone(story: Story) -> list[Tile]:
    totals = story.totals
    return [
        _share(story, "negative", totals.negative),
        _share(story, "positive", totals.positive),
        _not_scored(story),
    ]


def _share(story: Story, sentiment: str, part: int) -> Tile:
    scored = story.totals.scored
    enough = scored >= LOW_N
    note = f"of {many(scored, 'scored post')}"
    return Tile(
        label=f"Read {sentiment}",
        value=share(part, scored) if enough else NOTHING,
        note=note if enough else f"{number(part)} {note}: too few for a share",
        posts=part,
        filters=replace(story.look.filters, sentiments=(sentiment,)),
    )


def _not_scored(story: Story) -> Tile:
    totals = story.totals
    enough = totals.posts >= LOW_N
    note = f"of all {many(totals.posts, 'post')}"
    return Tile(
        label="Not scored",
        value=share(totals.not_scored, totals.posts) if enough else NOTHING,
        note=note if enough else f"{number(totals.not_scored)} {note}: too few for a share",
        posts=totals.not_scored,
        filters=replace(story.look.filters, sentiments=("not_scored",)),
    )


def _peak(story: Story) -> Tile:
    top, filters = story.peak, story.look.filters
    label = f"Busiest {story.grid.bucket}"
    if top is None:
        return Tile(label=label, value=NOTHING, note="no posts", posts=0, filters=filters)
    when = moment(top.start) if story.grid.bucket == "hour" else day(top.start)
    alike = f"the first of {number(top.buckets)} alike, " if top.buckets > 1 else ""
    return Tile(
        label=label,
        value=number(top.posts),
        note=f"{alike}began {when}" if story.grid.bucket != "day" else f"{alike}on {when}",
        posts=top.posts,
        filters=state.within(filters, top.start, top.end),
    )


def _note(tile: Tile) -> str:
    """The n of the number, and the posts it counts as a link: one element, since each costs every
    visitor time before the tiles show. An address is percent-encoded and so inert as Markdown."""
    posts = many(tile.posts, "post")
    return f"{tile.note} · [{posts}]({state.address(tile.filters)})" if tile.posts else tile.note
