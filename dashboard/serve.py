"""Starts the dashboard: takes the home, listens, hands the rest to uvicorn, stops in order."""

import logging
import signal
import socket
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import click
import uvicorn

from groundswell import logs
from groundswell.errors import GroundswellError, HomeIsOwned, WrongUse
from groundswell.resources import bundled
from groundswell.schedule.keeper import Keeper
from groundswell.schedule.keeper import hold as hold_keeper
from groundswell.settings import Settings
from groundswell.store.owner import Owner, hold, served_by

GRACE_S = 5  # for requests still running at the end, a stalled download say
PING_S = 30.0
MESSAGE_CAP_BYTES = 4 * 1024**2  # a browser sends the state of its widgets, nothing larger
BACKLOG = 128
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_STOP = (signal.SIGINT, signal.SIGTERM)


def serve(
    settings: Settings,
    *,
    host: str = "127.0.0.1",
    port: int = 8501,
    names: Sequence[str] = (),
    no_login: bool = False,
    schedule: bool = False,
    announce: Callable[[str], object] = click.echo,
) -> None:
    """Serves the home of ``settings`` until SIGINT or SIGTERM, then returns.

    ``port`` 0 takes a free one. ``names`` are the host names under which others may ask, besides
    that of ``login_url``. What others can reach is refused without a login, unless ``no_login``
    says that a proxy in front has one: then pages only show. ``schedule`` runs the jobs of the home
    meanwhile: the first signal lets them finish their batch, a second ends them. ``announce`` gets
    the line with the address once pages are answered. Raises ``HomeIsOwned`` when the home is
    served already, before anything slow is loaded; ``WrongUse``, ``HomeError``, ``StoreError``, and
    ``GroundswellError`` when the port is taken.
    """
    has_login = settings.login_issuer is not None and not no_login
    names = _names(settings, names) if has_login else names
    _refuse_strangers(host, names, guarded=has_login or no_login)
    _refuse_second(settings.home)
    with _listening(host, port) as listener, ExitStack() as owned:
        url = _url(host, listener)
        owner = hold(Owner(settings.home, settings, url=url))
        owned.callback(owner.stop)
        keeper = Keeper(owner, settings) if schedule else None
        hold_keeper(keeper)
        if keeper is not None:
            owned.callback(keeper.stop)
        _set_options(host, listener.getsockname()[1], names)
        _take_streamlits_log()
        from dashboard.app import application  # loads Streamlit, which reads its options at once
        from dashboard.login import entry_of

        entry = entry_of(settings, url, names, no_login=no_login)
        app = application(owner, owned.close, names, keeper, entry)
        _run(app, listener, lambda: announce(f"Groundswell is at {url}"), keeper)


def streamlit_options(host: str, port: int, names: Sequence[str]) -> dict[str, Any]:
    """The shipped configuration with this server's address, by dotted name."""
    shipped = bundled("streamlit.toml")
    if not shipped.is_file():  # a checkout keeps it where `streamlit run` looks for it
        shipped = Path(__file__).resolve().parents[1] / ".streamlit" / "config.toml"
    options = dict(_flat(tomllib.loads(shipped.read_text(encoding="utf-8"))))
    allowed = [*LOOPBACK, *names]
    return options | {
        "server.address": host,
        "server.port": port,
        "server.allowedHosts": allowed,
    }


def _set_options(host: str, port: int, names: Sequence[str]) -> None:
    """The one place that uses Streamlit's half-private way in: ``streamlit run`` would look for
    another port, set no limit to a graceful stop and print a banner of its own."""
    from streamlit import config

    config.get_config_options(options_from_flags=streamlit_options(host, port, names))


def _take_streamlits_log() -> None:
    """Streamlit gives each of its loggers a handler of its own, those made later too."""
    ours = logs.handler()
    if ours is None:
        return
    from streamlit import logger as streamlits

    def only_ours(logger: logging.Logger) -> None:
        logger.handlers[:] = [ours]

    streamlits.setup_formatter = only_ours
    streamlits.update_formatter()


def _run(
    app: Any, listener: socket.socket, ready: Callable[[], object], keeper: Keeper | None
) -> None:
    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            if keeper is not None:
                leave = keeper.abort if self.should_exit else keeper.leave
                leave()
            super().handle_exit(sig, frame)

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready()

    default = uvicorn.config.LOGGING_CONFIG
    config = uvicorn.Config(
        app,
        log_config=default if logs.handler() is None else None,  # None: our handler has its lines
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        ws="websockets-sansio",
        ws_max_size=MESSAGE_CAP_BYTES,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
    )
    try:
        with _signals_ignored():
            Server(config).run(sockets=[listener])
    except SystemExit as left:  # uvicorn leaves like this when the application does not start
        raise GroundswellError("The dashboard did not start; the lines above say why.") from left


@contextmanager
def _signals_ignored() -> Iterator[None]:
    """uvicorn raises a caught signal again after its shutdown: with these handlers that does
    nothing, the code after it runs, and the exit code is 0."""
    before = {number: signal.signal(number, lambda *_: None) for number in _STOP}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        listener = socket.create_server((host, port), family=_family(host), backlog=BACKLOG)
    except OSError as error:
        raise GroundswellError(
            f"Cannot listen on {host}, port {port} ({error.strerror}). "
            f"Choose another port, such as --port {port + 1}."
        ) from error
    with listener:
        yield listener


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _url(host: str, listener: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}"


def _names(settings: Settings, names: Sequence[str]) -> Sequence[str]:
    """With the host of the address where people sign in."""
    own = urlsplit(settings.login_url or "").hostname
    return names if own is None or own in LOOPBACK else list(dict.fromkeys([own, *names]))


def _refuse_strangers(host: str, names: Sequence[str], *, guarded: bool) -> None:
    """``guarded``: there is a login, here or before."""
    where = host if host not in LOOPBACK else next(iter(names), None)
    if where is not None and not guarded:
        raise WrongUse(
            f"{where} can be reached by others, and there is no login. Set one up "
            "(GROUNDSWELL_LOGIN_ISSUER, see docs/deploy.md), or say --no-login when a proxy in "
            "front of this server has one, or listen on 127.0.0.1 without --name."
        )
    if host not in LOOPBACK and not names:
        raise WrongUse(
            f"{host} can be reached by others: say with --name, or with GROUNDSWELL_LOGIN_URL, "
            "under which host name they ask."
        )


def _refuse_second(home: Path) -> None:
    card = served_by(home)
    if card is not None:
        raise HomeIsOwned(
            f"{home} is already served at {card.url} (process {card.pid})", url=card.url
        )


def _flat(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
