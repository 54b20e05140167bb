"""A reader without a browser: one session of Streamlit over its websocket, timed from outside."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

PATIENCE_S = 180.0
_MOST_BYTES = 1 << 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the script as its reader sees it: ``seconds`` from asking until the server says
    that it is over, and the ``bytes`` sent to the browser, uncompressed, in that time."""

    seconds: float
    bytes: int


class Session:
    """One open page. Widgets are found by the key that the script gave them."""

    def __init__(self, socket: ClientConnection, query: str) -> None:
        self._socket = socket
        self._query = query
        self._ids: dict[str, str] = {}
        self._states: dict[str, list[str]] = {}
        self._page = ""

    def run(self, widgets: Mapping[str, list[str]] | None = None) -> Run:
        """Runs the script; ``widgets``: what of its multiselects is chosen from now on, by key.
        Raises ``RuntimeError`` when the page shows an exception or does not end."""
        self._states |= widgets or {}
        asked = BackMsg()
        asked.rerun_script.query_string = self._query
        asked.rerun_script.page_script_hash = self._page
        for key, values in self._states.items():
            state = asked.rerun_script.widget_states.widgets.add()
            state.id = self._ids[key]
            state.string_array_value.data.extend(values)
        began_s = time.perf_counter()
        self._socket.send(asked.SerializeToString())
        taken = self._until_finished()
        return Run(seconds=time.perf_counter() - began_s, bytes=taken)

    def _until_finished(self) -> int:
        taken = 0
        while True:
            data = self._socket.recv(PATIENCE_S)
            assert isinstance(data, bytes)
            taken += len(data)
            told = ForwardMsg.FromString(data)
            kind = told.WhichOneof("type")
            if kind == "new_session":
                self._page = told.new_session.page_script_hash
            elif kind == "delta":
                self._note(told)
            elif kind == "script_finished":
                if told.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                if told.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                    raise RuntimeError(f"the script ended with {told.script_finished}")
                return taken

    def _note(self, told: ForwardMsg) -> None:
        element = told.delta.new_element
        if element.WhichOneof("type") == "exception":
            raise RuntimeError(f"the page failed: {element.exception.message}")
        if element.WhichOneof("type") == "multiselect":
            # An id ends with the key that the script gave.
            self._ids[element.multiselect.id.rsplit("-", 1)[-1]] = element.multiselect.id


@contextmanager
def opened(address: str) -> Iterator[Session]:
    """A session with the page at ``address``, not run yet; closed as a reader closes a tab."""
    parts = urlsplit(address)
    with connect(
        f"ws://{parts.netloc}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        max_size=_MOST_BYTES,
        open_timeout=PATIENCE_S,
    ) as socket:
        yield Session(socket, parts.query)
