"""Checks of facts.yaml and programmes/: what can be read, and still says nothing, or not what was meant."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from bot.content.calls import Script, plain_figures, read_script
from bot.content.check_texts import label_problems, review_problems, text_problems
from bot.content.problems import Problem
from bot.core.catalogue import Catalogue
from bot.core.eligibility.diagram import Group, Logic, Opposite, Verdict, build, leaves_of
from bot.core.eligibility.facts import NO, YES, Kind, Of
from bot.core.eligibility.partition import variables_of
from bot.core.eligibility.programmes import AnyOf, Condition, Not, Other, Programme, Rule, When
from bot.core.eligibility.rules import rule_of_day
from bot.core.errors import NoValueOnDate
from bot.core.interview.earning import PERIODS, WHOSE
from bot.core.interview.income import Unclear
from bot.core.interview.sheet import WHOM
from bot.core.parameters import Confidence, Parameters, Text
from bot.core.types import Language

LONGEST_NAME: Final = 60  # characters of a programme's label: it heads a line, a button leads to its topic
# What else is asked by choice in a check of eligibility, besides facts (core/interview/questions.py).
OTHER_ANSWERS: Final = {
    "for": WHOM, Kind.YES_NO: (YES, NO), Unclear.WHOSE: WHOSE, Unclear.PERIOD: PERIODS
}  # fmt: skip
OLD: Final = timedelta(days=365)  # a reading older than this is stale


def fact_problems(catalogue: Catalogue, broken: frozenset[str]) -> Iterator[Problem]:
    """Labels and questions of the facts."""
    for fact in catalogue.facts.values():
        for word, label in fact.choices.items():
            yield from label_problems("facts.yaml", f"{fact.id}.choices.{word}", label)
        said = {"label": fact.label, "question": fact.question, "question_me": fact.question_me}
        for key, text in said.items():
            if text is not None:
                yield from text_problems("facts.yaml", f"{fact.id}.{key}", text, catalogue, broken, None)
    for name, choices in catalogue.words.answers.items():
        if name.startswith("form_"):  # check_forms.py
            continue
        if name in (*OTHER_ANSWERS, *catalogue.facts) or "facts.yaml" in broken:
            known = catalogue.facts[name].choices if name in catalogue.facts else OTHER_ANSWERS.get(name, choices)
            for word in choices.keys() - set(known):
                yield Problem("words.yaml", f"answers.{name}", f"`{word}` is no choice", f"Write {', '.join(known)}.")
        else:
            yield Problem("words.yaml", "answers", f"`{name}` is no fact", "Write the id of a fact of facts.yaml.")


def programme_problems(
    programme: Programme, catalogue: Catalogue, broken: frozenset[str], days: Iterable[date]
) -> Iterator[Problem]:
    """Everything that is wrong with one programme; conditions and sentences are tried on these days and on its own."""
    file = _file(programme.id)
    yield from label_problems(file, "label", programme.label, LONGEST_NAME)
    if programme.note:
        yield from text_problems(file, "note", programme.note, catalogue, broken, None)
    if programme.topic not in catalogue.topics and f"topics/{programme.topic.replace('.', '/', 1)}.yaml" not in broken:
        yield Problem(file, "topic", f"there is no topic `{programme.topic}`", "Write the id of a topic.")
    if programme.id != programme.topic and not programme.id.startswith(f"{programme.topic}."):
        yield Problem(
            file, "topic", f"`{programme.id}` does not begin with its topic `{programme.topic}`",
            "Call the file as its topic, or as its topic, a dot and a name.",
        )  # fmt: skip
    yield from _days(programme, catalogue, broken)
    for number, rule in enumerate(programme.rules, start=1):
        place = f"rules.row {number}"
        for text_place, text in _texts(rule, place):
            yield from text_problems(file, text_place, text, catalogue, broken, None)
        yield from _of_household(programme, rule, place)
        tried = sorted({rule.start, *(day for day in days if rule.holds_on(day))})
        for at, when in _trees(rule, place):
            yield from _sayable(file, when, at, catalogue.parameters, tried)
            yield from _reached(file, when, at, catalogue.parameters, tried)


def stale_programmes(catalogue: Catalogue, day: date) -> Iterator[Problem]:
    """What was right once and has to be looked at again."""
    for programme in catalogue.programmes.values():
        file = _file(programme.id)
        yield from review_problems(file, programme.review_by, day)
        rule = programme.rule_on(day)
        for place, condition in _conditions(rule.when, "when") if rule else ():
            read = min((each.read_until for each in condition.sources if each.read_until is not None), default=day)
            if read + OLD < day:
                yield Problem(file, place, f"was read until {read}", "Read the newer documents.", stale=True)
            name = condition.parameter if isinstance(condition, Condition) else ""
            if name and not _has_value(catalogue.parameters, name, day):
                yield Problem(
                    file, place, f"`{name}` has no value on {day}", "Add what follows, or end the rule.", stale=True
                )


def unread_conditions(catalogue: Catalogue, day: date) -> Iterator[str]:
    """What the office has to confirm before a verdict of that day can rest on it."""
    for programme in catalogue.programmes.values():
        rule = programme.rule_on(day)
        if rule is not None:
            of_day = rule_of_day(rule.when, day, catalogue.parameters)
            unread = (each.leaves[0] for each in of_day.variables if each in of_day.unread)
            reasons = (of_day.reason(leaf, None) for leaf in unread if not _is_read(of_day.leaves[leaf]))
            yield from (f"{programme.id}: confirm the condition: {each.text[Language.VI]}" for each in reasons)


def _is_read(condition: Condition | Other) -> bool:
    """The office read that the law asks it. A comparison is firm then, or waits for its figure."""
    return isinstance(condition, Other) and condition.confirmed is not None


def _file(name: str) -> str:
    return f"programmes/{name.replace('.', '/', 1)}.yaml"


def _days(programme: Programme, catalogue: Catalogue, broken: frozenset[str]) -> Iterator[Problem]:
    """Days left out between two rules, and an end without a word on what comes after, are said by a note."""
    file = _file(programme.id)
    for number, (rule, after) in enumerate(pairwise((*programme.rules, None)), start=1):
        assert rule is not None
        for name in rule.replaced_by:
            is_lost = name not in catalogue.programmes and not broken & {_file(name), "facts.yaml"}
            if is_lost or name == programme.id:
                yield Problem(
                    file, f"rules.row {number}.replaced_by", f"`{name}` is no other programme",
                    "Write the id of a programme, or take it out.",
                )  # fmt: skip
        ends = rule.until is not None and (after is None or rule.until + timedelta(days=1) < after.start)
        if ends and not rule.note and not rule.replaced_by:
            yield Problem(
                file, f"rules.row {number}", f"nothing follows on {rule.until}",
                "Say in `note:` why, name what follows in `replaced_by:`, or close the gap.",
            )  # fmt: skip


def _trees(rule: Rule, place: str) -> Iterator[tuple[str, When]]:
    """The conditions of a rule and of its amounts."""
    yield f"{place}.when", rule.when
    for number, amount in enumerate(rule.amounts, start=1):
        if amount.when is not None:
            yield f"{place}.amounts.row {number}.when", amount.when


def _texts(rule: Rule, place: str) -> Iterator[tuple[str, Text]]:
    for number, amount in enumerate(rule.amounts, start=1):
        yield f"{place}.amounts.row {number}.label", amount.label
    for where, when in _trees(rule, place):
        for at, condition in _conditions(when, where):
            for key in ("yes", "no", "ask"):
                text = getattr(condition, key, None)
                if text:
                    yield f"{at}.{key}", text


def _of_household(programme: Programme, rule: Rule, place: str) -> Iterator[Problem]:
    """A household's verdict does not hang on one member."""
    for at, condition in _conditions(rule.when, f"{place}.when"):
        if programme.of is Of.HOUSEHOLD and isinstance(condition, Condition) and condition.fact.of is Of.MEMBER:
            yield Problem(
                _file(programme.id), at, f"reads `{condition.fact.id}`, a fact of one member",
                "Write `of: member`, or leave the condition out.",
            )  # fmt: skip


def _sayable(file: str, when: When, place: str, parameters: Parameters, days: Sequence[date]) -> Iterator[Problem]:
    """The figures of a sentence have a value whenever the sentence may be said."""
    for at, condition in _conditions(when, place):
        for day in days:
            if isinstance(condition, Condition) and _is_firm(condition, parameters, day):
                for name in _figures(condition.yes, condition.no):
                    if name in parameters and parameters.firm_on(name, day) is None:
                        yield Problem(
                            file, at, f"says `{name}`, which has no firm value on {day}", "Say it without the figure."
                        )


def _reached(file: str, when: When, place: str, parameters: Parameters, days: Sequence[date]) -> Iterator[Problem]:
    """Every condition makes a difference on some day, and its parameter has a value on the first of the days."""
    logics = {rule_of_day(when, day, parameters).logic for day in days}
    for number, (at, condition) in enumerate(_conditions(when, place)):
        name = condition.parameter if isinstance(condition, Condition) else ""
        if name and not _has_value(parameters, name, days[0]):
            yield Problem(
                file, at, f"`{name}` has no value on {days[0]}, the rule's first day",
                "Add the value with its source, or begin the rule later.",
            )  # fmt: skip
        if all(_is_idle(logic, number) for logic in logics):
            yield Problem(
                file, at, "changes nothing: the verdict is the same without it",
                "Mend the comparison, or take it out.",
            )  # fmt: skip


def _is_idle(logic: Logic, number: int) -> bool:
    """Whether the condition of this number holds for every value there is, or never where it is asked for.

    One that always holds where it is asked for is no fault: the law often says what follows from the rest.
    """
    leaf = list(leaves_of(logic))[number]
    is_constant = isinstance(build(leaf, tuple(variables_of([leaf]))), Verdict)
    return is_constant or _are_equal(logic, _never_held(logic, number)[0])


def _never_held(logic: Logic, number: int) -> tuple[Logic, int]:
    """The rule with one condition, counted in reading order, never held; and how many conditions it has."""
    match logic:
        case Group(is_all, parts):
            made: list[Logic] = []
            passed = 0
            for part in parts:
                changed, size = _never_held(part, number - passed)
                made.append(changed)
                passed += size
            return Group(is_all, tuple(made)), passed
        case Opposite(part):
            changed, size = _never_held(part, number)
            return Opposite(changed), size
        case _:
            return (Verdict.NO if number == 0 else logic), 1


def _are_equal(one: Logic, other: Logic) -> bool:
    differs = Group(False, (Group(True, (one, Opposite(other))), Group(True, (Opposite(one), other))))
    return build(differs, tuple(variables_of(leaves_of(one)))) is Verdict.NO


def _is_firm(condition: Condition, parameters: Parameters, day: date) -> bool:
    has_number = not condition.parameter or parameters.firm_on(condition.parameter, day) is not None
    return condition.confidence is Confidence.SEEN and has_number


def _figures(*texts: Text) -> Iterator[str]:
    """The parameters that texts say without asking whether they are known."""
    scripts = (read_script(words) for text in texts for words in text.values())
    found = (name for script in scripts if isinstance(script, Script) for name in plain_figures(script))
    yield from dict.fromkeys(found)


def _conditions(when: When, place: str) -> Iterator[tuple[str, Condition | Other]]:
    """Every condition with its place, in reading order."""
    match when:
        case Condition() | Other():
            yield place, when
        case Not(part):
            yield from _conditions(part, f"{place}.not")
        case _:
            kind = "any" if isinstance(when, AnyOf) else "all"
            for number, part in enumerate(when.parts, start=1):
                yield from _conditions(part, f"{place}.{kind}.row {number}")


def _has_value(parameters: Parameters, name: str, day: date) -> bool:
    try:
        parameters.value_on(name, day)
    except NoValueOnDate:
        return False
    return True
