"""What the live stream leaves of itself in the home, for whoever watches over it."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

HEARTBEAT = "stream.json"


def last_beat(home: Path) -> dict[str, Any] | None:
    """What the stream last said of itself, with ``written_at`` as UTC; None if it never ran."""
    try:
        said: dict[str, Any] = json.loads((home / HEARTBEAT).read_text(encoding="utf-8"))
        return said | {"written_at": datetime.fromisoformat(said["written_at"])}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
