"""What stands before the pages where people sign in: the way in, or that one is not on the list."""

import streamlit as st

from dashboard import access
from dashboard.access import Visitor


def closed(visitor: Visitor) -> None:
    """The whole page for somebody who may see nothing: tells nothing of what is behind it."""
    st.title("Groundswell", anchor=False)
    if visitor.address is None:
        st.text("The pages of this server are for those on its list. Sign in to see them.")
        if st.button("Sign in", type="primary", icon=":material/login:", key="sign_in"):
            st.login()
        return
    st.text(_refusal(visitor.address))
    _sign_out()


def signed_in(visitor: Visitor) -> None:
    """Below the filters: as whom one is here, and the way out."""
    if not access.has_login() or visitor.role is None:
        return
    with st.sidebar:
        st.caption(f"Signed in as {visitor.role.name.lower()}:")
        st.text(visitor.address or "")
        _sign_out()


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
