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
    """A third are replies, a quarter have a picture, a fifth a link with its card, a tenth a tag:
    in the shape in which the site's own application writes them."""
    record: dict[str, Any] = {"$type": POSTS, "createdAt": "2025-01-29T00:00:00.000Z"}
    record |= {"langs": ["en"], "text": text}
    parent = f"at://did:plc:{chance.randrange(10**9):024d}/{POSTS}/3lgwdn7vd722r"
    if chance.random() < 0.33:
        strong = {"cid": _CID, "uri": parent}
        record["reply"] = {"parent": strong, "root": strong}
    features: list[dict[str, str]] = []
    if chance.random() < 0.1:
        features.append({"$type": "app.bsky.richtext.facet#tag", "tag": "monday"})
    embed = chance.random()
    if embed < 0.2:
        features.append({"$type": "app.bsky.richtext.facet#link", "uri": _LINK})
        card = {"description": text[:80], "thumb": _blob(chance), "title": "A headline of a kind"}
        external = card | {"uri": _LINK}
        record["embed"] = {"$type": "app.bsky.embed.external", "external": external}
    elif embed < 0.45:
        image = {"alt": "", "aspectRatio": {"height": 1500, "width": 2000}}
        images = [image | {"image": _blob(chance)}]
        record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    if features:
        index = {"byteEnd": 7, "byteStart": 0}
        record["facets"] = [{"features": [each], "index": index} for each in features]
    return record


def _blob(chance: random.Random) -> dict[str, Any]:
    size = chance.randrange(20_000, 900_000)
    return {"$type": "blob", "mimeType": "image/jpeg", "ref": {"$link": _CID}, "size": size}


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
        for number, frame in enumerate(day()):
            await connection.send(frame, text=True)
            if number % 100 == 0:
                await asyncio.sleep(0)  # else it hears no pings while its buffer has room
        await connection.wait_closed()

    async with serve(
        tell, "127.0.0.1", 0, subprotocols=[Subprotocol("xrpc.v1.json")], ping_interval=None
    ) as server:
        pipe.send((next(iter(server.sockets)).getsockname()[1], begun.timestamp()))
        while not pipe.poll():
            await asyncio.sleep(0.2)
