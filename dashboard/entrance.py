"""What stands before the pages where people sign in: the way in, or that one is not on the list."""

import streamlit as st

from dashboard import access, state
from dashboard.access import Visitor

_ADDRESS = "address_when_signed_in"


def closed(visitor: Visitor) -> None:
    """The whole page for somebody who may see nothing: tells nothing of what is behind it."""
    st.title("Groundswell", anchor=False)
    if visitor.address is None:
        st.text("The pages of this server are for those on its list. Sign in to see them.")
        if st.button("Sign in", type="primary", icon=":material/login:", key="sign_in"):
            _as_it_was()
            st.login()
        return
    st.text(_refusal(visitor.address))
    _sign_out()


def signed_in(visitor: Visitor) -> None:
    """Below the filters: as whom one is here, and the way out."""
    if not access.has_login() or visitor.role is None:
        return
    st.session_state[_ADDRESS] = state.whole_address()
    with st.sidebar:
        st.caption(f"Signed in as {visitor.role.name.lower()}:")
        st.text(visitor.address or "")
        _sign_out()


def _as_it_was() -> None:
    """Writes into the address what stood there when a login ended while a page was open: filters
    that are not drawn leave it, and signing in leads back to what stands there."""
    before: dict[str, list[str]] = st.session_state.get(_ADDRESS, {})
    st.query_params.update({k: v for k, v in before.items() if k not in st.query_params})


def _refusal(address: str) -> str:
    if not address:
        return "Your login tells no address, so nobody can say whether you are on the list."
    return (
        f"{address} is not on the list of this server, or the login does not say that the address "
        "is yours. Ask whoever runs the server."
    )


def _sign_out() -> None:
    if st.button("Sign out", icon=":material/logout:", key="sign_out"):
        st.logout()
        st.stop()  # whatever ran on would find nobody signed in, and run anew before one is led out
