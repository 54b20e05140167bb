"""Label: people say what posts say of a target, so that what models say can be measured."""

from dataclasses import replace

import streamlit as st

from dashboard import access, answers, label_card, label_desk, label_files, masthead, state
from dashboard import label_words as said
from dashboard.label_desk import Place, Standing
from dashboard.state import Look
from dashboard.words import NOTHING, many, safe_text
from groundswell.labels.file import own_name
from groundswell.store.draws import MOST_AT_ONCE
from groundswell.store.filters import Filters

DRAWN_AT_FIRST = 200
ON_THE_MACHINE = "Posts are labelled on the machine itself, with `groundswell label`."


def page(look: Look) -> None:
    """Whose labels, towards whom; then the desk, which alone is drawn anew after each label."""
    targets = [target.name for target in look.topic.targets]
    if not targets:
        masthead.no_target()
        return
    everything = Filters(topic=look.topic.slug)  # the filters of the page change nothing here
    if not answers.count(everything, look.version):
        masthead.nothing(replace(look, filters=everything))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = st.selectbox("Towards", targets, key="towards", bind="query-params", width=260)
        name = _name()
    _desk(look, target if target in targets else targets[0], label_desk.named(name or ""))


def _name() -> str | None:
    """The address of who is signed in, which nobody else can take; else what is typed."""
    if not access.has_login():
        return st.text_input("Your name", own_name(), max_chars=60, key="labeller", width=260)
    address = access.visitor().address
    st.text(f"You label as {address}.")
    return address


@st.fragment
def _desk(look: Look, target: str, labeller: str | None) -> None:
    with masthead.told():
        now = label_desk.standing(look.topic.slug, target)
        st.header(safe_text(said.finding(now.progress, target)), anchor=False)
        if now.progress.drawn:
            st.progress(min(now.progress.gold / now.progress.drawn, 1.0))
            st.caption(f"{said.counts(now.progress)} {said.needed(now.progress)}")
        if old := said.outdated(now.draws, look.topic):
            st.warning(old, icon=":material/update:")
        if not access.may_label():
            st.caption(access.otherwise(ON_THE_MACHINE))
            if not now.progress.drawn:
                st.caption(said.next_step(now.progress, may_draw=False))
        elif labeller is None:
            st.info("Write your name above: it stands beside your labels.")
        else:
            _label(look, Place(topic=look.topic.slug, target=target, labeller=labeller), now)
        _people(now)


def _label(look: Look, place: Place, now: Standing) -> None:
    differing = now.progress.differing > 0 and st.toggle(
        f"Only the {many(now.progress.differing, 'post')} on which labellers differ",
        key="label_differing",
    )
    place = Place(
        topic=place.topic, target=place.target, labeller=place.labeller, differing=differing
    )
    if trouble := label_desk.trouble():
        st.warning(safe_text(trouble), icon=":material/warning:")
    shown = label_desk.waiting(place)
    if shown is not None:
        st.subheader(safe_text(f"What does this post say of {place.target}?"), anchor=False)
        label_card.buttons(place, shown["post_no"])
        label_card.draw(shown)
        st.caption(said.by_you(now.labellers, place.labeller))
        with st.expander("What counts as what", type="compact"):
            st.markdown(said.HOW)
    elif now.progress.drawn:
        st.success(said.next_step(now.progress, may_draw=True), icon=":material/check:")
        label_card.undo_button(place)
    else:
        st.info(said.next_step(now.progress, may_draw=True))
    with st.container(horizontal=True):
        with st.popover("Draw posts", icon=":material/casino:"):
            _draw(look, place.target, now)
        with st.popover("Labels as a file", icon=":material/description:"):
            label_files.draw(look, place)
    label_files.last()


def _draw(look: Look, target: str, now: Standing) -> None:
    st.markdown(
        "At random over time, source and predicted stance, one post an account where that will "
        "do. What was drawn before stays. The filters of the page change nothing here."
    )
    size = st.number_input(
        "Posts", 1, MOST_AT_ONCE, value=DRAWN_AT_FIRST, step=50, key="label_size"
    )
    if st.button("Draw", type="primary", key="label_draw"):
        with masthead.told():
            label_desk.draw(look.topic, target, int(size))
            st.rerun()
    for draw in now.draws:
        st.caption(said.drawn(draw))


def _people(now: Standing) -> None:
    if not now.labellers:
        return
    st.subheader("Who labelled, and how far they agree", anchor=False)
    if now.agreement is not None:
        st.caption(said.agreed(now.agreement))
    st.dataframe(
        label_desk.people_table(now.labellers),
        hide_index=True,
        placeholder=NOTHING,
        alt="Labellers: labels, skips, median seconds a label, last label",
        column_config={
            "labeller": "Labeller",
            "labels": "Labels",
            "skips": "Skips",
            "took_s": st.column_config.NumberColumn("Seconds a label (median)", format="%.1f"),
            "last_at": st.column_config.DatetimeColumn(
                "Last (UTC)", format="YYYY-MM-DD HH:mm", timezone="UTC"
            ),
        },
    )


page(state.current())
