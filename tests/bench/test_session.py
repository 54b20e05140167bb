"""A reader without a browser sees the page run, chooses in it, and is told when it fails."""

from pathlib import Path

import pytest

from bench._serving import control
from bench._session import opened

pytestmark = pytest.mark.slow
PAGE = """
import streamlit as st
chosen = st.multiselect("Sources", ["bluesky", "rss"], key="source")
st.text("word " * 1000 * len(chosen))
if chosen == ["rss"]:
    raise SystemError("no feed")
"""


def test_a_session_runs_chooses_and_counts_what_is_sent(tmp_path: Path) -> None:
    with control(tmp_path, PAGE) as page, opened(page.url) as session:
        nothing = session.run()
        one = session.run({"source": ["bluesky"]})
        again = session.run()
    assert nothing.bytes < 5000 < one.bytes < 10_000
    assert again.bytes > 5000  # what was chosen stays chosen
    assert 0 < one.seconds < 60


def test_a_script_that_fails_is_an_error(tmp_path: Path) -> None:
    with control(tmp_path, PAGE) as page, opened(page.url) as session:
        session.run()
        with pytest.raises(RuntimeError, match="page failed"):
            session.run({"source": ["rss"]})
