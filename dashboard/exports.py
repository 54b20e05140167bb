"""Downloads: the posts, the series and the words behind what is shown, exactly as filtered."""

import streamlit as st

from dashboard import access, state
from dashboard.state import Look
from dashboard.words import many
from groundswell.store import drafts, export
from groundswell.store.owner import owner

EXPORT_LIMIT_S = 300.0


def posts_download(look: Look, kept: int, withheld: int) -> None:
    """A button that gives the ``kept`` posts of ``look`` as one CSV; what is ``withheld`` has no
    text or author to give, and the page says so."""
    download(look, "posts", f"Download {many(kept, 'post')} as CSV", disabled=kept == 0)
    if withheld:
        st.caption(f"{many(withheld, 'withheld post')} left out")


def download(look: Look, name: str, label: str, *, disabled: bool = False) -> None:
    """A button for one of ``export.WRITERS``; the file is written on the click."""
    st.download_button(
        label,
        data=access.while_welcome(lambda: written(look, name)),
        file_name=state.file_name(look, name),
        mime="text/csv",
        key=f"download_{name}",
        disabled=disabled,
        on_click="ignore",
        icon=":material/download:",
    )


def written(look: Look, name: str) -> bytes:
    """The CSV ``name`` of ``look``. The database may write in the home's ``exports`` only."""
    with drafts.draft(owner().home) as path:
        with owner().read(EXPORT_LIMIT_S) as cursor:
            export.WRITERS[name](cursor, look.filters, path)
        return path.read_bytes()
