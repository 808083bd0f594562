"""A form: ordered fields, of which one is asked at a time. Which comes next, which came before, what is still needed.

Answers are text, by field id, as core/form_reading.py gives them. A field that an answer hides (`show_if`) does not
count, whatever was answered there before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from bot.core.parameters import Text

AGE: Final = "age"  # not a field: what `show_if` may read besides answers
BIRTH_YEAR: Final = "birth_year"
PHONE: Final = "phone"
COMMUNE: Final = "commune"
NAME: Final = "name"

Answers = Mapping[str, str]


class FieldKind(StrEnum):
    """What a field takes."""

    NAME = "name"
    YEAR = "year"  # of birth
    CHOICE = "choice"
    YES_NO = "yes_no"
    PHONE = "phone"
    PLACE = "place"  # `<new code>:<old code>` of places.csv
    TEXT = "text"
    WAGE = "wage"  # `<low>-<high>/<month or day>` in VND, `high` empty where it is open


@dataclass(frozen=True, slots=True)
class ShowIf:
    """Ask only where another field's answer is one of these, or `age` lies within these bounds (both included)."""

    field: str
    among: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """`must_be`: with any other answer the form ends. `sensitive`: asked after a yes of its own, never required."""

    id: str
    kind: FieldKind
    label: Text
    question: Text
    question_other: Text  # asked when it is about somebody else
    why: Text
    bad: Text  # how to answer, when an answer was not understood
    choices: Mapping[str, Text] = field(default_factory=dict)
    required: bool = False
    sensitive: bool = False
    must_be: str = ""
    show_if: ShowIf | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """Whoever cannot have reached `from_age` yet is refused."""

    id: str
    fields: Mapping[str, Field]
    from_age: int = 0


def most_age(answers: Answers, day: date) -> int | None:
    """The full years that somebody may have reached on `day`: the higher of the two that a birth year leaves."""
    year = answers.get(BIRTH_YEAR, "")
    return day.year - int(year) if year.isdecimal() else None


def shown(form: Form, answers: Answers, day: date) -> tuple[Field, ...]:
    """The fields that count, in order."""
    return tuple(each for each in form.fields.values() if _is_shown(each, answers, day))


def next_field(form: Form, answers: Answers, skipped: tuple[str, ...], day: date) -> Field | None:
    """The first field that was neither answered nor skipped; None when nothing is left to ask."""
    return next((each for each in shown(form, answers, day) if each.id not in answers and each.id not in skipped), None)


def refusal(form: Form, answers: Answers, day: date) -> str:
    """Why the form cannot be sent: the field that says no, or AGE; "" where nothing speaks against it."""
    age = most_age(answers, day)
    if age is not None and age < form.from_age:
        return AGE
    no = (each.id for each in shown(form, answers, day) if each.must_be and answers.get(each.id, "") != each.must_be)
    return next((name for name in no if name in answers), "")


def counted(form: Form, answers: Answers, day: date) -> dict[str, str]:
    """The answers to the fields that count: what is kept when the form is sent."""
    return {each.id: answers[each.id] for each in shown(form, answers, day) if each.id in answers}


def _is_shown(each: Field, answers: Answers, day: date) -> bool:
    rule = each.show_if
    if rule is None:
        return True
    if rule.field == AGE:
        age = most_age(answers, day)
        low, high = rule.at_least, rule.at_most
        return age is not None and (low is None or age >= low) and (high is None or age <= high)
    return answers.get(rule.field) in rule.among
