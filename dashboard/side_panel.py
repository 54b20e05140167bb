"""The overview's cards on one target: which side posts take, and how other counts shift that."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

import streamlit as st

from dashboard import answers, palette, panels, picks, side_findings, state
from dashboard.charts.stance import stance as figure
from dashboard.panel import Brush, Panel
from dashboard.panels import Story
from dashboard.sides import Sides, Stand
from dashboard.words import many, safe_text
from groundswell.estimate import words as estimate_words
from groundswell.store.filters import Filters

_SHOWN = ["bucket_start", "posts", "authors", "against", "none", "favor", "not_scored", "share"]
_BAND = ["low", "high", "why_no_band"]


def choose(story: Story) -> str | None:
    """The target the cards are about: that of the filters, else chosen here, the topic's first
    unless said otherwise. None for a topic without targets."""
    names = [target.name for target in story.look.topic.targets]
    if len(names) < 2 or story.look.filters.target in names:
        return story.target
    # Not a segmented control: what is chosen there has too little contrast on a dark page.
    chosen: str | None = st.radio(
        "Stance towards", names, key="about", horizontal=True, format_func=safe_text
    )
    return chosen if chosen in names else names[0]


def stand(story: Story) -> Stand | None:
    """How the posts stand towards the target of the filters, else the topic's first; None where
    there is no target, or no post speaks of it."""
    look = story.look
    if story.target is None:
        return None
    found = answers.stand(look.filters, story.target, look.topic.query.id, look.version)
    return found if found.whole.posts else None


def answer(story: Story, target: str) -> Sides:
    """What the cards show."""
    look = story.look
    return answers.sides(look.filters, target, story.grid, look.topic.query.id, look.version)


def panel(story: Story, sides: Sides) -> Panel:
    """Counts of each side and the share against, over time."""
    stance = f"against {sides.target}"
    finding = side_findings.stands(sides.stand)
    unread = answers.unread(story.look.filters, sides.grid, story.look.version)
    return Panel(
        key="stance",
        finding=finding,
        method=" ".join(safe_text(said) for said in _method(story, sides, stance)),
        alt=f"Posts per {sides.grid.bucket} by stance, and the share against. {finding}.",
        table=sides.table[[*_SHOWN, *_BAND]],
        figure=partial(figure, sides.table, unread, sides.grid, story.events),
        csv_name=state.file_name(story.look, "stance"),
        coverage=story.coverage,
        links=lambda: [
            state.address(_within(story, sides, start)) for start in sides.table["bucket_start"]
        ],
        counts=lambda: {
            side or "posts": [
                _on_side(_within(story, sides, start), side)
                for start in sides.table["bucket_start"]
            ]
            for side in (None, *palette.STANCES)
        },
        source=lambda: story.source(
            f"n = {many(sides.stand.whole.posts, 'post')} that speak of {sides.target}"
        ),
        brush=Brush(grid=sides.grid, filters=story.look.filters),
        pick=lambda point: picks.in_time(
            point,
            sides.grid,
            lambda start: picks.row_of(sides.table, start, palette.STANCES),
            lambda start, side: state.address(_on_side(_within(story, sides, start), side)),
            palette.STANCE_NAME,
            panels.unread(story.look.filters),
        ),
    )


def _method(story: Story, sides: Sides, stance: str) -> Iterator[str]:
    yield side_findings.method(sides)
    yield estimate_words.of_estimate(sides.estimate, stance)
    if sides.estimate.refused or sides.stand.total.refused:
        look = story.look
        yield side_findings.error_of_model(answers.readers(look.topic.slug, look.version))


def crowds(story: Story, sides: Sides) -> None:
    """How the share against moves when posts are counted otherwise; nothing where none speaks."""
    table = answers.crowds(_of_all(story.look.filters), sides.target, story.look.version)
    shifts = side_findings.shifts(table)
    if not shifts:
        return
    st.subheader("Counted otherwise", anchor=False)
    grid = st.grid(len(shifts), min_column_width=200, border=True)
    for shift in shifts:
        with grid.cell():
            st.metric(
                shift.label, shift.value, delta=shift.delta, delta_color="off", delta_arrow="off"
            )
            st.caption(shift.note)
    st.caption(side_findings.METHOD_OF_CROWDS)


def links(story: Story, sides: Sides) -> None:
    """Ways to the posts that speak of the target, and to those of each side."""
    spoken = replace(_of_all(story.look.filters), target=sides.target)
    ways = [(sides.stand.whole.posts, "in all", spoken)]
    for name, said in side_findings.LINKS.items():
        ways.append((sides.stand.counts[name], said, replace(spoken, stances=(name,))))
    with st.container(horizontal=True):
        for posts, said, filters in ways:
            if posts:
                st.link_button(
                    f"{many(posts, 'post')} {said}",
                    state.address(filters),
                    type="tertiary",
                    icon=":material/arrow_forward:",
                    icon_position="right",
                )
        st.link_button(
            "Posts to quote from both sides",
            state.address_of("voices", _of_all(story.look.filters), towards=sides.target),
            type="tertiary",
            icon=":material/format_quote:",
        )


def next_step(story: Story, stand: Stand) -> None:
    """Why the share against has no interval, and the page where labels give it one; nothing where
    it has one."""
    if stand.total.refused is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(stand.total.refused)
        st.link_button(
            "Label posts",
            state.address_of("label", _of_all(story.look.filters), towards=stand.target),
            type="tertiary",
            icon=":material/how_to_vote:",
        )


def _of_all(filters: Filters) -> Filters:
    return replace(filters, target=None, stances=(), sentiments=())


def _on_side(filters: Filters, side: str | None) -> Filters:
    return filters if side is None else replace(filters, stances=(side,))


def _within(story: Story, sides: Sides, start: datetime) -> Filters:
    own = state.within(_of_all(story.look.filters), start, start + sides.grid.step)
    return replace(own, target=sides.target)
