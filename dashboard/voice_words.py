"""What the page says of accounts: how unevenly posts are spread, who is left out and why."""

from dataclasses import dataclass

from dashboard.words import LOW_N, NOTHING, many, number, share
from groundswell.store.voices import REPEATS, Concentration, Repeaters, Voices

LEAST_FOR_1 = 100  # accounts: of fewer, 1 % is not even one
METHOD = (
    "Counted are posts whose account is known. The effective number is how many accounts, all "
    "posting alike, would be as concentrated: one over the sum of squared shares. Who writes at "
    "two sources is two accounts. Stance is the model's reading of each post, not corrected: a few "
    "posts of one account say little of what it thinks. Engagement is likes, reposts, replies and "
    "quotes as last seen, empty where none was ever told."
)
METHOD_OF_REPEATERS = (
    f"Accounts that posted nearly the same text {REPEATS} times or more in what is chosen here; "
    "often newsrooms and bots that say so themselves. Times: how often they said what they said "
    "most, shown by its first post. Texts: how many they said so often."
)
NOT_COMPARED = "Copies have not been compared yet; the next run of the topic does it:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A number above the table with its n."""

    label: str
    value: str
    note: str


def finding(told: Concentration) -> str:
    """``The loudest 10% of 2,283 accounts wrote 44% of 7,190 posts``."""
    if told.accounts < LOW_N:
        return f"{many(told.posts, 'post')} by {many(told.accounts, 'known account')}"
    _, posts = told.top_10
    return (
        f"The loudest 10% of {number(told.accounts)} accounts wrote {share(posts, told.posts)} of "
        f"{many(told.posts, 'post')}"
    )


def tiles(told: Concentration) -> list[Tile]:
    """Accounts, what the loudest 1 % and 10 % wrote, and the effective number, in this order."""
    effective = NOTHING if told.effective is None else number(round(told.effective))
    return [
        Tile(
            label="Known accounts",
            value=number(told.accounts),
            note=f"wrote {many(told.posts, 'post')}",
        ),
        _top("Loudest 1% wrote", told.top_1, told, LEAST_FOR_1),
        _top("Loudest 10% wrote", told.top_10, told, LOW_N),
        Tile(
            label="Effective accounts",
            value=effective,
            note=f"of {number(told.accounts)}, if all posted alike",
        ),
    ]


def left_out(told: Voices) -> str:
    """Who is counted and not listed, and what is not even counted; empty when that is nobody."""
    said = []
    if told.concentration.unknown:
        unknown = many(told.concentration.unknown, "post")
        said.append(f"Not counted: {unknown} whose account is not known or withheld.")
    if told.unnamed:
        said.append(f"{_unnamed(told.unnamed, ' among the loudest')}: counted, and not listed.")
    return " ".join(said)


def finding_of_repeaters(told: Repeaters) -> str:
    """``3 accounts posted one text 3 times or more``."""
    if not told.accounts:
        return f"No account posted one text {REPEATS} times or more"
    return f"{many(told.accounts, 'account')} posted one text {REPEATS} times or more"


def repeaters_left_out(told: Repeaters) -> str:
    """How many of them are not listed; empty when that is nobody."""
    said = []
    if told.unnamed:
        said.append(f"{_unnamed(told.unnamed)}: counted, and not listed.")
    if more := told.accounts - told.unnamed - len(told.table):
        said.append(f"Not listed, as repeating less: {many(more, 'account')}.")
    return " ".join(said)


def _top(label: str, top: tuple[int, int], told: Concentration, least: int) -> Tile:
    if told.accounts < least:
        note = f"{many(told.accounts, 'account')}: too few for a share"
        return Tile(label=label, value=NOTHING, note=note)
    accounts, posts = top
    note = f"{number(posts)} of {many(told.posts, 'post')}, by {many(accounts, 'account')}"
    return Tile(label=label, value=share(posts, told.posts), note=note)


def _unnamed(accounts: int, where: str = "") -> str:
    asks = "asks" if accounts == 1 else "ask"
    return f"{many(accounts, 'account')}{where} that {asks} not to be found"
