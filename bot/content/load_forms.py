"""forms/ to core records: ordered fields; what is asked, and when, has to be possible."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import Field as Bounded
from pydantic import TypeAdapter, model_validator

from bot.content.reading import Reading, read_file, text_of
from bot.content.schema import Both, Record, Words
from bot.core.forms import AGE, Field, FieldKind, Form, ShowIf

_WITH_CHOICES: Final = (FieldKind.CHOICE, FieldKind.WAGE)


class ShowIfRow(Record):
    field: Words
    among: list[Words] = Bounded(default_factory=list, alias="in")
    at_least: int | None = None
    at_most: int | None = None

    @model_validator(mode="after")
    def _compares(self) -> "ShowIfRow":
        has_bounds = self.at_least is not None or self.at_most is not None
        if bool(self.among) == has_bounds or has_bounds != (self.field == AGE):
            raise ValueError("`show_if` compares `age` with at_least and at_most, any other field with `in: […]`")
        return self


class FieldRow(Record):
    kind: FieldKind
    label: Both
    question: Both
    question_other: Both | None = None
    why: Both
    bad: Both
    choices: dict[Words, Both] = Bounded(default_factory=dict)
    required: bool = False
    sensitive: bool = False
    must_be: str = ""
    show_if: ShowIfRow | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> "FieldRow":
        if bool(self.choices) != (self.kind in _WITH_CHOICES):
            raise ValueError("`choices` belong to a choice or a wage, and to nothing else")
        if self.sensitive and self.required:
            raise ValueError("what is sensitive is never required: everybody is called without it")
        return self


class FormFile(Record):
    from_age: int = Bounded(default=0, ge=0, le=120)
    fields: dict[Words, FieldRow]


def forms_in(reading: Reading) -> Iterator[tuple[str, Form]]:
    """Read forms/: each file that is sound is one form, called as its file."""
    for file in sorted((reading.folder / "forms").glob("*.yaml")):
        row = read_file(reading, file, TypeAdapter(FormFile))
        if row is not None and not list(_unknown(reading, file, row)):
            fields = {name: _field(name, each) for name, each in row.fields.items()}
            yield file.stem, Form(file.stem, fields, row.from_age)


def _unknown(reading: Reading, file: Path, row: FormFile) -> Iterator[str]:
    """Conditions on fields that come later, or on answers that cannot be given."""
    known: dict[str, FieldRow] = {}
    for name, each in row.fields.items():
        rule = each.show_if
        if rule is not None and rule.field != AGE:
            asked = known.get(rule.field)
            odd = [word for word in rule.among if asked is not None and word not in asked.choices]
            if asked is None:
                reading.report(
                    file, f"fields.{name}.show_if", f"`{rule.field}` is not asked before", "Name a field above it."
                )
                yield name
            for word in odd:
                reading.report(
                    file,
                    f"fields.{name}.show_if",
                    f"`{word}` is no choice of {rule.field}",
                    "Write one of its choices.",
                )
                yield name
        known[name] = each


def _field(name: str, row: FieldRow) -> Field:
    rule = row.show_if
    return Field(
        name, row.kind, text_of(row.label), text_of(row.question), text_of(row.question_other or row.question),
        text_of(row.why), text_of(row.bad), {word: text_of(text) for word, text in row.choices.items()}, row.required,
        row.sensitive, row.must_be,
        ShowIf(rule.field, tuple(rule.among), rule.at_least, rule.at_most) if rule else None,
    )  # fmt: skip
