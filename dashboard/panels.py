"""What the overview's charts show and say, each from one answer of the database."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import answers, comparison, findings, palette, picks, state, words
from dashboard.charts import keywords as keyword_chart
from dashboard.charts import sentiment as sentiment_chart
from dashboard.charts import timeline as timeline_chart
from dashboard.charts.grid import Grid
from dashboard.panel import Brush, Panel
from dashboard.source_line import source_lines
from dashboard.state import Look
from groundswell.store.filters import Filters
from groundswell.store.questions import Totals
from groundswell.text import tokens

AROUND_EVENT = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that the overview's cards share: one look, one grid, one table of posts over time."""

    look: Look
    totals: Totals
    grid: Grid
    sources: tuple[str, ...]
    volume: pd.DataFrame
    peak: findings.Peak | None

    @classmethod
    def of(cls, look: Look, totals: Totals, grid: Grid) -> "Story":
        """Asks what all cards need."""
        table = answers.volume(look.filters, grid, look.version)
        return cls(
            look=look,
            totals=totals,
            grid=grid,
            sources=answers.sources_of(look.filters, look.version),
            volume=table,
            peak=findings.peak(table, grid),
        )

    @property
    def events(self) -> list[datetime]:
        """Times of the topic's events, UTC, in order; an event's number is its place from 1."""
        return [event.at for event in self.look.topic.events]

    @property
    def target(self) -> str | None:
        """Whom the page is about: the target of the filters, else the topic's first, if any."""
        names = [target.name for target in self.look.topic.targets]
        chosen = self.look.filters.target
        return chosen if chosen in names else next(iter(names), None)

    def coverage(self) -> str:
        """How much of the time of the grid was read."""
        return answers.read_sentence(self.look.filters, self.grid, self.look.version)

    def source(self, counted: str) -> list[str]:
        """The small print of a picture over time; ``counted`` is its n in words."""
        first, last = self.totals.first_at, self.totals.last_at
        return source_lines(self.look, counted, first, last, self.grid)

    def brush(self) -> Brush:
        """Sets the period by dragging over a chart of the grid."""
        return Brush(grid=self.grid, filters=self.look.filters)

    def unread(self) -> pd.DataFrame:
        """What was not read in the time of the grid."""
        return answers.unread(self.look.filters, self.grid, self.look.version)


def volume(story: Story) -> Panel:
    """Posts over time, by source."""
    table, gaps = story.volume, story.unread()
    finding = findings.busiest(story.peak, story.grid, story.look.topic.events)
    return Panel(
        key="volume",
        finding=finding,
        method=findings.method_of_volume(story.grid, gaps=not gaps.empty),
        alt=f"Posts per {story.grid.bucket} by source. {finding}.",
        table=table,
        figure=partial(timeline_chart.timeline, table, gaps, story.grid, story.events),
        csv_name=state.file_name(story.look, "volume"),
        coverage=story.coverage,
        links=lambda: [
            state.address(_within(story, start, sources=(source,)))
            for start, source in zip(table["bucket_start"], table["source"], strict=True)
        ],
        counts=lambda: {
            "posts": [
                _within(story, start, sources=(source,))
                for start, source in zip(table["bucket_start"], table["source"], strict=True)
            ]
        },
        source=lambda: story.source(f"n = {words.many(story.totals.posts, 'post')}"),
        brush=story.brush(),
        pick=lambda point: picks.in_time(
            point,
            story.grid,
            lambda start: _by_source(table, start),
            lambda start, source: state.address(
                _within(story, start, sources=None if source is None else (source,))
            ),
            {source: words.source_name(source) for source in story.sources},
            unread(story.look.filters),
        ),
    )


def sentiment(story: Story) -> Panel:
    """Posts over time, by how they read, with the mean score."""
    look, gaps = story.look, story.unread()
    table = answers.sentiment(look.filters, story.grid, look.version)
    finding = findings.average(story.totals)
    return Panel(
        key="sentiment",
        finding=finding,
        method=findings.method_of_sentiment(
            story.totals, answers.readers(look.filters.topic, look.version)
        ),
        alt=f"Posts per {story.grid.bucket} by sentiment, and VADER's mean. {finding}.",
        table=table,
        figure=partial(sentiment_chart.sentiment, table, gaps, story.grid, story.events),
        csv_name=state.file_name(look, "sentiment"),
        coverage=story.coverage,
        links=lambda: [state.address(_within(story, start)) for start in table["bucket_start"]],
        counts=lambda: {
            name: [_that_read(_within(story, start), name) for start in table["bucket_start"]]
            for name in look.filters.sentiments or palette.SENTIMENTS  # of others there are none
        },
        source=lambda: story.source(
            f"n = {words.many(story.totals.posts, 'post')}; the mean is VADER's"
        ),
        brush=story.brush(),
        pick=lambda point: picks.in_time(
            point,
            story.grid,
            lambda start: picks.row_of(table, start, palette.SENTIMENTS),
            lambda start, name: state.address(_that_read(_within(story, start), name)),
            palette.SENTIMENT_NAME,
            unread(look.filters),
        ),
    )


def keywords(story: Story) -> Panel:
    """The words that stand out against the topic's own past, or the most frequent ones."""
    look = story.look
    whole = answers.totals(Filters(topic=look.filters.topic), look.version)
    first_at = whole.first_at or story.grid.start
    compared = comparison.compare(look.filters, story.peak, first_at)
    table = answers.standing_out(compared, frozenset(tokens(str(look.topic.query))), look.version)
    finding = findings.words_that(compared.against, story.peak, story.grid, found=len(table))
    return Panel(
        key="keywords",
        finding=finding,
        method=findings.method_of_words(compared.against, found=len(table)),
        alt=f"Bars of {len(table)} words by the number of posts with them. {finding}.",
        table=table,
        figure=partial(keyword_chart.keywords, table),
        csv_name=state.file_name(look, "keywords"),
        coverage=story.coverage,
        links=lambda: [_link_to(compared.here, str(term)) for term in table["term"]],
        source=lambda: _source_of_words(story, compared.here),
        pick=lambda point: picks.in_rows(point, table, lambda term: _link_to(compared.here, term)),
    )


def _source_of_words(story: Story, here: Filters) -> list[str]:
    """The small print of the picture; ``here`` are the posts with the words."""
    posts = answers.count(here, story.look.version)
    first = here.since or story.totals.first_at
    last = here.until - timedelta(minutes=1) if here.until else story.totals.last_at
    return source_lines(story.look, f"n = {words.many(posts, 'post')}", first, last)


def list_events(story: Story) -> None:
    """The numbered events of the chart: what happened, when, and the posts of the day after."""
    for place, event in enumerate(story.look.topic.events, start=1):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"{place}  {words.moment(event.at)}  {event.title}")
            after = replace(story.look.filters, since=event.at, until=event.at + AROUND_EVENT)
            st.link_button(
                f"Posts in the 24 h after event {place}",
                state.address(after),
                type="tertiary",
                icon=":material/arrow_forward:",
                icon_position="right",
            )
            if event.url:
                st.link_button(
                    f"Source of event {place}",
                    event.url,
                    type="tertiary",
                    icon=":material/open_in_new:",
                )


def unread(filters: Filters) -> str:
    """Where the page shows what was read when."""
    return state.address_of("sources", filters)


def _by_source(table: pd.DataFrame, start: datetime) -> dict[str, int | None]:
    own = table[table["bucket_start"] == start]
    return dict(zip(own["source"], map(picks.count_of, own["posts"]), strict=True))


def _that_read(filters: Filters, sentiment: str | None) -> Filters:
    return filters if sentiment is None else replace(filters, sentiments=(sentiment,))


def _within(story: Story, start: datetime, sources: tuple[str, ...] | None = None) -> Filters:
    filters = state.within(story.look.filters, start, start + story.grid.step)
    return filters if sources is None else replace(filters, sources=sources)


def _link_to(filters: Filters, term: str) -> str:
    """To the posts of ``filters`` with ``term``; empty where its words would be too many to ask."""
    narrowed = _with_word(filters, term)
    return state.address(narrowed) if len(narrowed.keyword or "") <= state.WORDS_CHARS else ""


def _with_word(filters: Filters, term: str) -> Filters:
    """Phrases are quoted; words already asked for stay asked for, and come last: a quotation mark
    that nobody closed must not swallow the new one."""
    written = f'"{term}"' if " " in term else term
    return replace(filters, keyword=f"{written} {filters.keyword}" if filters.keyword else written)
