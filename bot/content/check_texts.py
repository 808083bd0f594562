"""Checks of one text or label, wherever it stands: its calls, and figures outside them."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from bot.content.calls import Script, faults, joined_lines, read_script
from bot.content.problems import Problem
from bot.content.prose import bare_figures
from bot.core.catalogue import Catalogue
from bot.core.parameters import Text

LONGEST_LABEL: Final = 40  # characters on a button


def label_problems(file: str, place: str, label: Text, longest: int = LONGEST_LABEL) -> Iterator[Problem]:
    for language, words in label.items():
        if len(words) > longest:
            yield Problem(file, f"{place}.{language}", f"has {len(words)} characters", f"At most {longest}: cut it.")
        for figure in bare_figures(words):
            yield Problem(file, f"{place}.{language}", f"the figure `{figure}` stands in a label", "Say it without.")


def text_problems(
    file: str, place: str, text: Text, catalogue: Catalogue, broken: frozenset[str], params: frozenset[str] | None
) -> Iterator[Problem]:
    """Both languages of a text: its calls, and figures outside them."""
    for language, words in text.items():
        script = read_script(words)
        wrong = list(faults(script, catalogue.parameters.by_id, params)) if isinstance(script, Script) else [script]
        for fault in wrong:
            if not any(f"`{name}`" in fault.reason for name in broken_parameters(broken)):
                yield Problem(file, placed(place, language, fault.line), fault.reason, fault.remedy)
        for line in joined_lines(words):
            yield Problem(
                file, placed(place, language, line), "this line runs into the next one",
                "Put the {% endif %} on a line of its own.",
            )  # fmt: skip
        for line, said in script.words if isinstance(script, Script) else ():
            for figure in bare_figures(said):
                yield Problem(
                    file, placed(place, language, line), f"the figure `{figure}` stands in the text",
                    "Put it into content/parameters and write amount(), share(), days(), date(), age() or phone().",
                )  # fmt: skip


def review_problems(file: str, review_by: date | None, day: date) -> Iterator[Problem]:
    if review_by is not None and review_by < day:
        yield Problem(file, "review_by", f"was {review_by}", "Look at it again, then set a new day.", stale=True)


def broken_parameters(broken: frozenset[str]) -> frozenset[str]:
    """The ids of parameters whose files have problems of their own."""
    files = (file.removesuffix(".yaml").split("/") for file in broken if file.startswith("parameters/"))
    return frozenset(".".join(steps[1:]) for steps in files)


def placed(place: str, language: str, line: int) -> str:
    return f"{place}.{language}, line {line}" if line else f"{place}.{language}"
