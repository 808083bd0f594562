"""Leads as a spreadsheet: the list, the code lists it uses, and totals by what the yearly report asks for.

Each total adds up to the number of the list (facts file, "Yearly report": by sex, area, list C; besides household,
state and schooling). Who sees a lead masked takes it along masked.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from bot.console import words
from bot.console.words import mark
from bot.core.form_asking import national
from bot.core.forms import FieldKind, Form
from bot.core.types import Language
from bot.services.lead_lists import HIDDEN, Shown
from bot.services.spreadsheet import Cell, Column, Sheet

COUNTED: Final = ("sex", "training", "schooling", "household", "status")  # fields of the form by which there are totals
_URBAN: Final = "Phường"  # a ward is urban, a commune rural: as the statistics count since 2025
_BEFORE: Final = (
    mark("Number"), mark("State"), mark("Reason"), mark("Whose"), mark("Registered"), mark("Receipt"),
    mark("By somebody else"), mark("Agreed themselves"),
)  # fmt: skip
_AFTER: Final = (
    mark("Calls"), mark("First reached"), mark("Next step"), mark("What comes next?"), mark("Has a job since"),
    mark("After 30 days"), mark("After 90 days"),
)  # fmt: skip
_CODES: Final = (mark("Field"), mark("Code"), mark("Meaning"))
_TOTALS: Final = (mark("By"), mark("Value"), mark("Number"))

Say = Callable[[str], str]


def lead_sheets(shown: Sequence[Shown], form: Form, communes: Mapping[str, str], language: Language) -> Sequence[Sheet]:
    """`communes`: names of the units of today by their codes."""
    say = words.translations(language).gettext
    told = teller(form, communes, language)
    answers = tuple(field.label[language] for field in form.fields.values())

    def sheet(name: str, titles: Iterable[str], rows: Iterable[Sequence[Cell]]) -> Sheet:
        return Sheet(say(name), [Column(title) for title in titles], list(rows))

    return (
        sheet(mark("Job-seekers"), (*map(say, _BEFORE), *answers, *map(say, _AFTER)),
              (_row(each, form, told, say) for each in shown)),
        sheet(mark("Code lists"), map(say, _CODES), _codes(form, say, language)),
        sheet(mark("Totals"), map(say, _TOTALS), _totals(shown, form, communes, say, language)),
    )  # fmt: skip


def teller(form: Form | None, communes: Mapping[str, str], language: Language) -> Callable[[str, str], str]:
    """Says an answer as people read it; what the form does not know any more is said as it is kept."""
    say = words.translations(language).gettext

    def told(name: str, value: str) -> str:
        field = form.fields.get(name) if form else None
        if field is None or value == HIDDEN:
            return value
        match field.kind:
            case FieldKind.PLACE:
                return communes.get(value.partition(":")[0], value)
            case FieldKind.WAGE if "/" in value:
                return _pay(value, say)
            case FieldKind.PHONE:
                return national(value)
            case FieldKind.YES_NO if value in words.YES_NO:
                return say(words.YES_NO[value])
            case _:
                return field.choices[value][language] if value in field.choices else value

    return told


def _pay(value: str, say: Say) -> str:
    amount, _, per = value.partition("/")
    low, _, high = amount.partition("-")
    ends = [f"{int(each):,}".replace(",", ".") for each in dict.fromkeys((low, high)) if each]
    said = f"≥ {ends[0]}" if not high else " – ".join(ends)
    return f"{said} {say(words.PAY[per])}"


def _row(each: Shown, form: Form, told: Callable[[str, str], str], say: Say) -> Sequence[Cell]:
    lead, record = each.lead, each.record
    yes = say(words.YES_NO["yes"])
    results = (say(words.PLACEMENT_RESULTS[one]) if one else None for one in (lead.result_30, lead.result_90))
    return (
        lead.id, say(words.LEAD_STATES[lead.state]), say(words.LEAD_REASONS[lead.reason]) if lead.reason else None,
        each.owner, lead.created_at, record.receipt, yes if lead.is_other else None, yes if lead.is_confirmed else None,
        *(told(name, record.answers[name]) if name in record.answers else None for name in form.fields),
        lead.calls, lead.reached_at, lead.next_step, record.next_step, lead.placed_at, *results,
    )  # fmt: skip


def _codes(form: Form, say: Say, language: Language) -> Iterator[Sequence[Cell]]:
    for state, label in words.LEAD_STATES.items():
        yield say(mark("State")), state.value, say(label)
    for field in form.fields.values():
        for code, meaning in field.choices.items():
            yield field.label[language], code, meaning[language]


def _totals(
    shown: Sequence[Shown], form: Form, communes: Mapping[str, str], say: Say, language: Language
) -> Iterator[Sequence[Cell]]:
    """For each kind of total its values, also those nobody has, and their sum."""
    unsaid = say(mark("not said"))

    def total(title: str, labels: Mapping[str, str], values: Iterator[str]) -> Iterator[Sequence[Cell]]:
        found = Counter(value if value in labels else "" for value in values)
        for code, label in {**labels, "": unsaid}.items():
            yield title, label, found[code]
        yield title, say(mark("Together")), sum(found.values())

    yield from total(
        say(mark("State")), {state.value: say(label) for state, label in words.LEAD_STATES.items()},
        (each.lead.state.value for each in shown),
    )  # fmt: skip
    areas = {code: "urban" if name.startswith(_URBAN) else "rural" for code, name in communes.items()}
    yield from total(
        say(mark("Urban or rural")), {"urban": say(mark("Urban (ward)")), "rural": say(mark("Rural (commune)"))},
        (areas.get(each.lead.commune, "") for each in shown),
    )  # fmt: skip
    yield from total(say(mark("Commune")), communes, (each.lead.commune for each in shown))
    for name in COUNTED:
        field = form.fields.get(name)
        if field is not None:
            labels = {code: label[language] for code, label in field.choices.items()}
            yield from total(field.label[language], labels, (each.record.answers.get(name, "") for each in shown))
