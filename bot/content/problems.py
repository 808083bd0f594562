"""A problem in a content file, told to the person who edits it: where, what, and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`stale`: right once, to be looked at again; it does not stop the start."""

    file: str
    place: str
    reason: str
    remedy: str
    stale: bool = False

    def __str__(self) -> str:
        place = f", {self.place}" if self.place else ""
        mark = "stale: " if self.stale else ""
        return f"{self.file}{place}: {mark}{self.reason}. {self.remedy}"
