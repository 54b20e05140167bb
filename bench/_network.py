"""A day of an invented Bluesky network, seeded: its frames, and a server that tells them."""

import asyncio
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from bench.matcher import invented_posts

NSID = "network.bsky.jetstream.subscribeEvents"
POSTS = "app.bsky.feed.post"
POSTS_A_DAY = 4_300_000  # about 50 a second, all day
EVENTS_A_DAY = 5_400_000  # with a fifth of deletions, and accounts and names that change
AUTHORS = 5_000
AT = b"2025-01-29T00:00:00.000000Z"  # stands in each frame where its time goes
_LINK = "https://news.example/2025/01/29/a-long-enough-address-of-an-article"
_CID = "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgf5kpqcsgz7soitae"
_KINDS = {"post": 80, "delete": 18, "account": 1, "identity": 1}


def frames(count: int) -> list[bytes]:
    """So many frames of version 2 in the mix of a day, each with ``AT`` where its time goes."""
    chance = random.Random(11)
    kinds = chance.choices(list(_KINDS), list(_KINDS.values()), k=count)
    texts = iter([post.text for post in invented_posts(count)])
    return [_frame(kind, number, next(texts), chance) for number, kind in enumerate(kinds)]


def told_at(frame: bytes, moment: datetime) -> bytes:
    """The frame as witnessed at ``moment``."""
    return frame.replace(AT, moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode())


def _frame(kind: str, number: int, text: str, chance: random.Random) -> bytes:
    did = f"did:plc:{chance.randrange(AUTHORS):024d}"
    said: dict[str, Any] = {"seq": number + 1, "did": did, "time": AT.decode()}
    said |= {"witnessedAt": AT.decode()}
    if kind in ("post", "delete"):
        said |= {"rev": "3lgwdn7vd722r", "collection": POSTS, "rkey": f"3l{number:011d}"}
        said["operation"] = "delete" if kind == "delete" else "create"
    if kind == "post":
        said |= {"cid": _CID, "record": _record(text, chance)}
    elif kind == "account":
        active = chance.random() < 0.8
        said["account"] = {"active": active, "did": did, "seq": number, "time": AT.decode()}
        said["account"] |= {} if active else {"status": "deactivated"}
    elif kind == "identity":
        said["identity"] = {"did": did, "handle": "sample-user.example", "seq": number}
        said["identity"] |= {"time": AT.decode()}
    name = "commit" if kind in ("post", "delete") else kind
    payload = {"$type": f"{NSID}#{name}"} | said
    message = {"$type": "message", "payload": payload}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def _record(text: str, chance: random.Random) -> dict[str, Any]:
    """A third are replies, a fifth have a link card, a fifth a picture, a tenth a tag."""
    record: dict[str, Any] = {"$type": POSTS, "createdAt": "2025-01-29T00:00:00.000Z"}
    record |= {"langs": ["en"], "text": text}
    parent = {
        "cid": _CID,
        "uri": f"at://did:plc:{chance.randrange(9**9):024d}/{POSTS}/3lgwdn7vd722r",
    }
    if chance.random() < 0.33:
        record["reply"] = {"parent": parent, "root": parent}
    if chance.random() < 0.1:
        feature = {"$type": "app.bsky.richtext.facet#tag", "tag": "monday"}
        record["facets"] = [{"features": [feature], "index": {"byteStart": 0, "byteEnd": 7}}]
    embed = chance.random()
    if embed < 0.2:
        card = {"uri": _LINK, "title": "A headline of some length", "description": text[:80]}
        record["embed"] = {"$type": "app.bsky.embed.external", "external": card}
    elif embed < 0.4:
        image = {"alt": "", "image": {"$type": "blob", "ref": {"$link": _CID}, "size": 345_678}}
        record["embed"] = {"$type": "app.bsky.embed.images", "images": [image]}
    return record


def serve_day(events: int, pipe: Connection) -> None:
    """A process that tells ``events`` events, spread over the last day, and then waits."""
    asyncio.run(_serve_day(events, pipe))


async def _serve_day(events: int, pipe: Connection) -> None:
    made = frames(min(events, 40_000))
    begun = datetime.now(UTC) - timedelta(hours=23)

    def day() -> Iterator[bytes]:
        for number in range(events):
            moment = begun + timedelta(hours=22) * (number / events)
            yield told_at(made[number % len(made)], moment)

    async def tell(connection: ServerConnection) -> None:
        for frame in day():
            await connection.send(frame, text=True)
        await connection.wait_closed()

    async with serve(
        tell, "127.0.0.1", 0, subprotocols=[Subprotocol("xrpc.v1.json")], ping_interval=None
    ) as server:
        pipe.send((next(iter(server.sockets)).getsockname()[1], begun.timestamp()))
        while not pipe.poll():
            await asyncio.sleep(0.2)
