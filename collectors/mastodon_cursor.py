"""What is remembered of instances between runs: the tags for which their coverage stands.

Where to go on is said by the coverage itself, for ids are times. Which tags were read it cannot
say: a tag that is added to a topic has its whole past still to be read.
"""

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from groundswell.errors import StateError


class Cursor(BaseModel):
    """``read`` are the tags of each instance, by its key, lower case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1, le=1)
    read: dict[str, tuple[str, ...]] = {}

    def having_read(self, key: str, tags: tuple[str, ...]) -> "Cursor":
        """From now on the coverage of ``key`` stands for ``tags``, no more and no less."""
        return self.model_copy(update={"read": {**self.read, key: tags}})


def read_cursor(written: str | None, topic: str) -> Cursor:
    """The cursor in ``written``; an empty one for None. Raises ``StateError``: starting again from
    nothing would hide that a tag was not read."""
    try:
        return Cursor.model_validate_json(written) if written is not None else Cursor(version=1)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(step) for step in fault["loc"]) or "JSON"
        raise StateError(
            f"mastodon: what was remembered of the instances of {topic!r} cannot be read ({where}: "
            f"{fault['msg']}). Nothing was fetched. Restore the home folder from a backup, or "
            "collect the topic into a new one with --home."
        ) from None
