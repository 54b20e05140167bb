"""Impatient clicking: a newer run ends the questions of the older, and nobody else's."""

import threading
import time
from collections.abc import Callable

import pytest
import streamlit as st

from dashboard.reads import Reads, begin_run, reading
from groundswell.errors import QueryTimeout
from groundswell.store.owner import Owner, hold

ENDLESS = "SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b WHERE a.range = -b.range"
PATIENCE_S = 30


def in_thread(question: Callable[[], object]) -> tuple[threading.Thread, list[BaseException]]:
    """Runs ``question`` beside the test; what it raised is in the list."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            question()
        except QueryTimeout as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


def test_a_newer_run_ends_the_older_ones_question(story: Owner) -> None:
    reads, begun = Reads(), threading.Event()

    def ask() -> None:
        with story.read(PAGE_S) as cursor, reads.noted(cursor):
            begun.set()
            cursor.execute(ENDLESS)

    thread, raised = in_thread(ask)
    begun.wait(PATIENCE_S)
    while thread.is_alive():
        reads.end_all()
        time.sleep(0.01)
    assert len(raised) == 1


PAGE_S = 25.0


def test_the_questions_of_another_visit_go_on(story: Owner) -> None:
    ours, theirs = Reads(), Reads()
    with story.read() as cursor, theirs.noted(cursor):
        ours.end_all()
        assert cursor.execute("SELECT 1").fetchall() == [(1,)]


def test_a_question_that_is_over_is_forgotten(story: Owner) -> None:
    reads = Reads()
    with story.read() as cursor, reads.noted(cursor):
        pass
    reads.end_all()  # would fail on a closed cursor


def test_a_run_reads_after_it_began(story: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})
    hold(story)
    begin_run()
    with reading() as cursor:
        begin_run()
        assert cursor.execute("SELECT 1").fetchall() == [(1,)]
    assert list(st.session_state) == ["reads"]
