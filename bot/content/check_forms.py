"""Checks of forms/: labels that fit a button, texts without figures, words in words.yaml that no choice has."""

from collections.abc import Iterator
from typing import Final

from bot.content.check_texts import label_problems, text_problems
from bot.content.problems import Problem
from bot.core.catalogue import Catalogue
from bot.core.forms import COMMUNE, NAME, PHONE, FieldKind, Form

PREFIX: Final = "form_"  # words.yaml: `form_<field>` are words for a choice of a form
_NEEDED: Final = {NAME: FieldKind.NAME, PHONE: FieldKind.PHONE, COMMUNE: FieldKind.PLACE}


def form_problems(form: Form, catalogue: Catalogue, broken: frozenset[str]) -> Iterator[Problem]:
    file = f"forms/{form.id}.yaml"
    for name, kind in _NEEDED.items():
        field = form.fields.get(name)
        if field is None or field.kind is not kind or not field.required:
            yield Problem(
                file, f"fields.{name}", f"must be there, required and of the kind {kind}", "A counsellor calls by it."
            )
    for field in form.fields.values():
        place = f"fields.{field.id}"
        yield from label_problems(file, f"{place}.label", field.label)
        for word, label in field.choices.items():
            yield from label_problems(file, f"{place}.choices.{word}", label)
        said = {"question": field.question, "question_other": field.question_other, "why": field.why, "bad": field.bad}
        for key, text in said.items():
            yield from text_problems(file, f"{place}.{key}", text, catalogue, broken, None)
        for word in catalogue.words.answers.get(f"{PREFIX}{field.id}", {}):
            if word not in field.choices:
                yield Problem(
                    "words.yaml", f"answers.{PREFIX}{field.id}", f"`{word}` is no choice", f"Compare it with {file}."
                )
