"""Who is on the list, what they may do, and whose word is believed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import access
from dashboard.access import Access, Guests, Login, Role, Visitor
from groundswell.errors import WrongUse
from groundswell.store.owner import Owner
from tests.dashboard.conftest import Open

NOW_S = 1_800_000_000.0
GUESTS = Guests(
    {
        Role.VIEWER: ["@example.org", "Guest@Example.com"],
        Role.LABELLER: ["labeller@example.org"],
        Role.OPERATOR: ["operator@example.org", "labeller@example.net"],
    }
)
LOGIN = Login(guests=GUESTS)


def claims(**changes: Any) -> dict[str, Any]:
    said = {"is_logged_in": True, "iat": NOW_S - 5, "email_verified": True}
    return said | {"email": "operator@example.org"} | changes


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("someone@example.org", Role.VIEWER),
        ("SOMEONE@EXAMPLE.ORG", Role.VIEWER),
        ("guest@example.com", Role.VIEWER),
        ("labeller@example.org", Role.LABELLER),
        ("operator@example.org", Role.OPERATOR),
        ("labeller@example.net", Role.OPERATOR),
    ],
)
def test_who_is_on_the_list_has_the_highest_of_their_roles(address: str, role: Role) -> None:
    assert GUESTS.role_of(address) == role


@pytest.mark.parametrize(
    "address",
    [
        *("other@example.com", "someone@sub.example.org", "someone@example.org.evil.example"),
        *("", "@example.org", "example.org", "someone@", "a@b@example.org", "x\n@example.org"),
        *(" someone@example.org", "someone@example.org ", "someone@EXAMPLE.ORG\u200b"),
        *("someone@exampl\u0435.org", "\u212ate@example.org", "evil@evil.example,@example.org"),
    ],
)
def test_who_is_not_has_none(address: str) -> None:
    assert GUESTS.role_of(address) is None


@given(st.text(max_size=40))
def test_only_plain_addresses_of_the_list_come_in(text: str) -> None:
    role = GUESTS.role_of(text)
    known = text.lower() == "guest@example.com" or text.lower() == "labeller@example.net"
    assert role is None or known or text.lower().endswith("@example.org")


@pytest.mark.parametrize("entry", ["", "@", "*", "example.org", "a b@example.org", "x@y@z", "*@"])
def test_an_entry_that_is_neither_an_address_nor_a_domain_is_refused(entry: str) -> None:
    with pytest.raises(WrongUse):
        Guests({Role.VIEWER: [entry]})


def test_a_list_of_nobody_is_refused() -> None:
    with pytest.raises(WrongUse, match="Nobody could sign in"):
        Guests({Role.VIEWER: []})


@pytest.mark.parametrize(
    ("changes", "visitor"),
    [
        ({}, Visitor(address="operator@example.org", role=Role.OPERATOR)),
        ({"email": "X@example.org"}, Visitor(address="x@example.org", role=Role.VIEWER)),
        ({"email": "x@evil.example"}, Visitor(address="x@evil.example")),
        ({"email_verified": False}, Visitor(address="operator@example.org")),
        ({"email_verified": None}, Visitor(address="operator@example.org")),
        ({"email_verified": "true"}, Visitor(address="operator@example.org")),
        ({"email": None}, Visitor(address="")),
        ({"email": ["operator@example.org"]}, Visitor(address="")),
        ({"is_logged_in": False}, Visitor()),
        ({"is_logged_in": "yes"}, Visitor()),
        ({"iat": NOW_S - 13 * 3600}, Visitor()),
        ({"iat": NOW_S + 3600}, Visitor()),
        ({"iat": None}, Visitor()),
        ({"iat": "now"}, Visitor()),
    ],
)
def test_only_a_fresh_login_with_a_verified_address_counts(
    changes: dict[str, Any], visitor: Visitor
) -> None:
    assert LOGIN.visitor(claims(**changes), NOW_S) == visitor


def test_a_provider_that_does_not_say_is_believed_only_when_told_so() -> None:
    said = claims()
    del said["email_verified"]
    assert LOGIN.visitor(said, NOW_S).role is None
    trusting = Login(guests=GUESTS, believes=True)
    assert trusting.visitor(said, NOW_S).role == Role.OPERATOR
    assert trusting.visitor(claims(email_verified=False), NOW_S).role is None
    assert trusting.visitor({}, NOW_S) == Visitor()


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.VIEWER, (False, False)), (Role.LABELLER, (True, False)), (Role.OPERATOR, (True, True))],
)
def test_each_role_may_do_what_those_before_may(role: Role, may: tuple[bool, bool]) -> None:
    access.hold(Access(everybody=role))
    assert (access.may_label(), access.may_operate()) == may


def test_before_anything_is_said_pages_only_show() -> None:
    assert Access().everybody == Role.VIEWER


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A login, and what the browser's cookie says; changed by the test."""
    said: dict[str, Any] = {}
    access.hold(Access(login=LOGIN))
    monkeypatch.setattr(access, "_claims", lambda: said)
    monkeypatch.setattr("dashboard.access.time.time", lambda: NOW_S)
    return said


PAGES = ("overview", "narratives", "posts", "label", "sources", "export")


@pytest.mark.parametrize("view", PAGES)
@pytest.mark.parametrize("said", [{}, claims(email="x@evil.example"), claims(email=None)])
def test_who_is_not_on_the_list_sees_nothing(
    story: Owner, open_page: Open, signed_in: dict[str, Any], view: str, said: dict[str, Any]
) -> None:
    signed_in |= said
    app = open_page(story, view)
    assert not app.exception
    assert [title.value for title in app.title] == ["Groundswell"]
    shown = " ".join(str(element) for element in (*app.main, *app.sidebar))
    assert "sample-story" not in shown
    assert "OpenAI" not in shown
    assert len(app.sidebar) == 0
    buttons = [button.label for button in app.button]
    assert buttons == (["Sign out"] if said else ["Sign in"])
    if said and said["email"]:
        assert any("x@evil.example is not on the list" in text.value for text in app.text)


@pytest.mark.parametrize("view", PAGES)
def test_who_is_on_the_list_sees_the_page_and_as_whom(
    story: Owner, open_page: Open, signed_in: dict[str, Any], view: str
) -> None:
    signed_in |= claims(email="reader@example.org")
    app = open_page(story, view)
    assert not app.exception
    assert "reader@example.org" in [text.value for text in app.sidebar.text]
    assert [title.value for title in app.title] != ["Groundswell"]


def test_a_viewer_neither_labels_nor_schedules(
    story: Owner, open_page: Open, signed_in: dict[str, Any]
) -> None:
    signed_in |= claims(email="reader@example.org")
    for view, buttons in (("label", {"Draw"}), ("sources", {"Add", "Remove"})):
        app = open_page(story, view)
        assert not buttons & {button.label for button in app.button}
        assert "Your role does not include this." in [caption.value for caption in app.caption]


def test_a_labeller_labels_under_their_own_address_and_does_not_schedule(
    story: Owner, open_page: Open, signed_in: dict[str, Any]
) -> None:
    signed_in |= claims(email="labeller@example.org")
    app = open_page(story, "label")
    assert "You label as labeller@example.org." in [text.value for text in app.text]
    assert [box.label for box in app.text_input if box.label == "Your name"] == []
    assert "Draw" in {button.label for button in app.button}
    assert "Add" not in {button.label for button in open_page(story, "sources").button}


def test_who_was_taken_off_the_list_sees_nothing_at_the_next_run(
    story: Owner, open_page: Open, signed_in: dict[str, Any]
) -> None:
    signed_in |= claims()
    app = open_page(story)
    assert len(app.sidebar) > 0
    access.hold(Access(login=Login(guests=Guests({Role.VIEWER: ["other@example.org"]}))))
    app.run()
    assert [title.value for title in app.title] == ["Groundswell"]


def test_a_part_of_the_page_that_is_drawn_anew_ends_the_page(
    story: Owner, open_page: Open, signed_in: dict[str, Any]
) -> None:
    signed_in |= claims()
    app = open_page(story)
    signed_in |= claims(iat=NOW_S - 13 * 3600)
    with pytest.MonkeyPatch.context() as patched:  # main let the visitor in just before
        patched.setattr("dashboard.access.visitor", lambda: Visitor(role=Role.VIEWER))
        patched.setattr("dashboard.access.is_welcome", lambda: False)
        patched.setattr("dashboard.masthead.st.rerun", _stop)
        app.run()
    assert len(app.header) == 0


def _stop() -> None:
    raise WrongUse("drawn anew")


def test_a_download_is_for_who_may_still_see_the_page(signed_in: dict[str, Any]) -> None:
    signed_in |= claims()
    give = access.while_welcome(lambda: b"a,b\n")
    assert give() == b"a,b\n"
    access.hold(Access(login=Login(guests=Guests({Role.VIEWER: ["other@example.org"]}))))
    with pytest.raises(WrongUse, match="sign in anew"):
        give()


def test_a_login_that_ends_while_a_page_is_open_keeps_the_filters_for_the_next(
    story: Owner, open_page: Open, signed_in: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    led: list[bool] = []
    monkeypatch.setattr("dashboard.entrance.st.login", lambda: led.append(True))
    signed_in |= claims()
    app = open_page(story, "posts", source="hackernews", keyword="openai")
    signed_in |= claims(iat=NOW_S - 13 * 3600)
    app.run()
    assert [title.value for title in app.title] == ["Groundswell"]
    app.button(key="sign_in").click().run()
    assert led == [True]
    assert app.query_params["source"] in ("hackernews", ["hackernews"])
    assert app.query_params["keyword"] in ("openai", ["openai"])
