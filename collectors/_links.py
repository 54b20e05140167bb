"""Where the links of a piece of HTML lead."""

import html
import re

from groundswell.text import http_links

_HREF = re.compile(r"""href\s{0,9}=\s{0,9}(?:"([^"]{1,4096})"|'([^']{1,4096})')""", re.I)


def links_of(markup: str | None) -> tuple[str, ...]:
    """The http(s) targets of the links in ``markup``, each once, in order."""
    found = _HREF.findall(markup or "")
    return http_links(html.unescape(double or single) for double, single in found)
