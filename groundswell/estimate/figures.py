"""Numbers as people read them."""

from groundswell.estimate.confusion import Confusion


def percent(share: float) -> str:
    """A share in whole points; "under 1%" and "over 99%" where it is not quite 0 or 1."""
    if 0 < share < 0.005:
        return "under 1%"
    if 0.995 < share < 1:
        return "over 99%"
    return f"{share * 100:.0f}%"


def counted(number: int, thing: str) -> str:
    """A number with its thing: "1 post", "1,204 posts"."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def of_model(confusion: Confusion, stance: str) -> str:
    """What labels say of the model, as a clause."""
    return (
        f"the model finds {percent(confusion.found.value)} of posts {stance} and takes "
        f"{percent(confusion.falsely_found.value)} of others for such"
    )
