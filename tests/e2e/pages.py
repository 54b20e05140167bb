"""The pages there are, from the program itself: a new one is tried by all journeys at once."""

from pathlib import PurePosixPath

from dashboard.page_list import PAGES

# Title of each page by its place in the address; the first has none.
TITLES = {
    "" if place == 0 else PurePosixPath(script).stem: title
    for place, (script, title, _) in enumerate(PAGES)
}
VIEWS = tuple(TITLES)
