"""Says where a quotation comes from: in plain words, in Markdown, as BibTeX and as CSL JSON.

All of them hold strangers' words and are shown as literal text only.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from dashboard.words import moment, source_name
from groundswell.text import http_links

Row = Mapping[str, Any]

MADE_UP = "synthetic sample: a program wrote this post, nobody said it"
_TITLE_CHARS = 80
# What Markdown reads anywhere; and what begins a list, a rule or a heading where a line begins.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$&!])|(?m:^(\s*)([-+=]))|(?m:^(\s*\d+)([.)]))")
_TEX = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
} | {sign: f"\\{sign}" for sign in "{}$&#%_"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def plain(post: Row, *, synthetic: bool) -> str:
    """Author, handle, source, time in UTC, the whole text, its address, when it was seen."""
    made_up = f" [{MADE_UP}]" if synthetic else ""
    lines = [f"{_who(post)}, {_where_and_when(post)}{made_up}:", f"“{post['text']}”"]
    return "\n".join([*lines, *_address(post), f"{_seen(post)}."])


def markdown(post: Row, *, synthetic: bool) -> str:
    """A block quotation and its source below; what a stranger wrote is escaped, so that it stays
    words wherever it is pasted."""
    said = [f"> {_escaped(line)}".rstrip() for line in post["text"].splitlines()]
    made_up = f" **{_escaped(f'[{MADE_UP}]')}**" if synthetic else ""
    when = _where_and_when(post)
    links = _address(post)
    where = f"[{when}](<{links[0]}>)" if links else when
    return "\n".join([*said, "", f"— {_escaped(_who(post))}, {where}.{made_up} {_seen(post)}."])


def bibtex(post: Row, *, synthetic: bool) -> str:
    """A ``@misc`` entry; its key is made from the post's identity and so always the same."""
    at = _utc(post["posted_at"])
    fields = {
        "author": f"{{{_tex(_who(post))}}}",
        "title": f"{{{_tex(_title(post))}}}",
        "howpublished": _tex(source_name(post["source"])),
        "year": str(at.year),
        "month": _MONTHS[at.month - 1],
        "day": str(at.day),
        "url": "".join(_address(post)),
        "urldate": f"{_utc(post['last_seen_at']):%Y-%m-%d}",
        "note": _tex(f"Posted {moment(at)}" + (f"; {MADE_UP}" if synthetic else "")),
        "annote": _tex(_flat(post["text"])),
    }
    lines = [
        f"  {name} = {value if name == 'month' else f'{{{value}}}'},"
        for name, value in fields.items()
        if value
    ]
    return "\n".join([f"@misc{{{_key(post)},", *lines, "}"])


def csl(post: Row, *, synthetic: bool) -> str:
    """An item of CSL JSON, as Zotero and pandoc read it."""
    item = {
        "id": _key(post),
        "type": "post",
        "author": [{"literal": _who(post)}],
        "title": _title(post),
        "container-title": source_name(post["source"]),
        "issued": _date(post["posted_at"]),
        "accessed": _date(post["last_seen_at"]),
        "URL": "".join(_address(post)) or None,
        "note": f"Posted {moment(post['posted_at'])}" + (f"; {MADE_UP}" if synthetic else ""),
        "abstract": post["text"],
    }
    kept = {name: value for name, value in item.items() if value is not None}
    return json.dumps([kept], ensure_ascii=False, indent=2)


FORMS: dict[str, Callable[..., str]] = {
    "Text": plain,
    "Markdown": markdown,
    "BibTeX": bibtex,
    "CSL": csl,
}


def _who(post: Row) -> str:
    handle, name = post["author"], post["author_name"]
    named = f"{name} ({handle})" if name and handle and name != handle else name or handle
    return _flat(named or "author not known")


def _where_and_when(post: Row) -> str:
    doubt = " (as claimed; not trusted)" if post["skewed"] else ""
    return f"{source_name(post['source'])}, {moment(post['posted_at'])}{doubt}"


def _seen(post: Row) -> str:
    return f"Last seen there {moment(post['last_seen_at'])}"


def _address(post: Row) -> list[str]:
    return [
        link.replace(">", "%3E").replace("<", "%3C").replace(" ", "%20")
        for link in http_links([post["url"]] if post["url"] else [])
    ]


def _title(post: Row) -> str:
    text = _flat(post["text"])
    return text if len(text) <= _TITLE_CHARS else f"{text[:_TITLE_CHARS].rstrip()}…"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    anywhere, space, dash, digits, dot = found.groups()
    return f"\\{anywhere}" if anywhere else f"{space or digits or ''}\\{dash or dot}"


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)


def _key(post: Row) -> str:
    mark = sha256(f"{post['source']}\x1f{post['uri']}".encode()).hexdigest()[:8]
    return f"{re.sub(r'[^a-z0-9]', '', post['source'])}{_utc(post['posted_at']).year}-{mark}"


def _date(at: datetime) -> dict[str, list[list[int]]]:
    day = _utc(at)
    return {"date-parts": [[day.year, day.month, day.day]]}


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
