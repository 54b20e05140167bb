"""What every visit runs first: pages, topic, filters; then the page the visitor asked for."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from dashboard import access, answers, entrance, first_run, masthead, narrative_answers, state
from dashboard.page_list import NEW, PAGES
from dashboard.reads import begin_run
from dashboard.state import Look
from groundswell.store.filters import Filters
from groundswell.store.owner import owner
from groundswell.topic import topics

ICON = Path(__file__).with_name("wave.svg")


def main() -> None:
    """Draws the frame of every page and runs the one chosen."""
    # An icon by name would be fetched from another site for the browser's tab.
    st.set_page_config(page_title="Groundswell", page_icon=str(ICON), layout="wide")
    visitor = access.visitor()
    new = st.Page(NEW, title="New topic", visibility="hidden")  # a link in the sidebar leads there
    page = st.navigation(
        [*(st.Page(path, title=title, icon=icon) for path, title, icon in PAGES), new],
        position="hidden" if visitor.role is None else "top",
    )
    if visitor.role is None:
        entrance.closed(visitor)
        return
    with masthead.told():
        begin_run()
        files = topics(owner().home)
        if not files:
            if page is not new and state.is_first_run():
                st.switch_page(NEW, query_params=state.whole_address())
            first_run.draw(is_first=True)
            return
        look = _look(files, filtered=page is not new)
        state.remember(look)
        entrance.signed_in(visitor)
        if page is not new:
            first_run.leave()
            masthead.draw(look)
        page.run()


def _look(files: Mapping[str, Path], *, filtered: bool) -> Look:
    """The topic and filters of the address, drawn in the sidebar; the topic alone where it is not
    to be ``filtered``. Raises ``TopicError`` for a topic file that cannot be used, ``StoreError``
    when the database cannot be asked."""
    with st.sidebar:
        slug = state.choose_topic(list(files), _preferred(list(files)))
        if access.may_operate():
            st.page_link(NEW, label="New topic", icon=":material/add:")
        topic = answers.topic(files[slug], state.changed_ns(files[slug]))
        version = owner().topic_version(slug)
        if not filtered:
            return Look(topic=topic, filters=Filters(topic=slug), version=version)
        facets = answers.facets(Filters(topic=slug), version)
        by_facet = facets.groupby("facet")["value"].agg(list)
        filters = state.choose_filters(
            slug,
            by_facet.get("source", []),
            by_facet.get("lang", []),
            [target.name for target in topic.targets],
            lambda: narrative_answers.named(slug, version),
        )
    return Look(topic=topic, filters=filters, version=version)


def _preferred(slugs: list[str]) -> str:
    """The first topic with posts, else the first."""
    return next((slug for slug in slugs if owner().topic_version(slug)), slugs[0])


main()
