"""The pages there are, read from the program itself: a new one is tried by all journeys at once."""

import ast
from pathlib import Path

import dashboard

FRAME = Path(dashboard.__file__).with_name("main.py")


def listed() -> dict[str, str]:
    """Title of each page of ``dashboard/main.py`` by its place in the address; the first has none.

    Read, not imported: whoever imports the frame draws it.
    """
    for node in ast.parse(FRAME.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PAGES":
            pages: tuple[tuple[str, str, str], ...] = ast.literal_eval(node.value)
            places = {Path(path).stem: title for path, title, _ in pages}
            first = next(iter(places))
            return {"" if place == first else place: title for place, title in places.items()}
    raise AssertionError(f"{FRAME} names no PAGES")


TITLES = listed()
VIEWS = tuple(TITLES)
