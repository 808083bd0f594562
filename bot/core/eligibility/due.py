"""What a programme gives or asks for this household: dated amounts, for its number of people and of months."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from bot.core.eligibility.diagram import Verdict
from bot.core.eligibility.facts import Between, Facts
from bot.core.eligibility.programmes import Amount, Payer
from bot.core.formula import Interval
from bot.core.parameters import Bound, Parameters, Text, bound_of
from bot.core.types import Source

MEMBERS: Final = "members"  # the fact by which an amount per person becomes the household's
PER: Final = {"months": "/month", "years": "/year", "count": ""}  # units of a factor: what it takes out of the unit


@dataclass(frozen=True, slots=True)
class Due:
    """One amount: `low` to `high` in `unit` (None = open end); without a `bound` there is no firm figure on the day.

    `verdict` is UNKNOWN where a condition of the amount itself is open. `missing`: what it would have to be multiplied
    by and is not known; the figure is then said without it, per person.
    """

    label: Text
    parameter: str
    verdict: Verdict
    unit: str
    payer: Payer | None = None
    missing: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    bound: Bound | None = None
    sources: tuple[Source, ...] = ()


def due(amount: Amount, verdict: Verdict, facts: Facts, day: date, parameters: Parameters) -> Due:
    """Work an amount out; bounds and sources of all its parameters go into it."""
    members = facts.get(MEMBERS) if MEMBERS in amount.times else None
    assert members is None or isinstance(members, Decimal | Between)
    return _due(amount, verdict, members, day, parameters)


@lru_cache(maxsize=4096)
def _due(amount: Amount, verdict: Verdict, members: Decimal | Between | None, day: date, parameters: Parameters) -> Due:
    unit = parameters[amount.parameter].unit
    values = [parameters.firm_on(amount.parameter, day)]
    factors: list[Interval] = []
    missing: tuple[str, ...] = ()
    for name in amount.times:
        if name != MEMBERS:
            values.append(parameters.firm_on(name, day))
            unit = unit.replace(PER[parameters[name].unit], "")
        elif members is not None:
            low, high = (members.low, members.high) if isinstance(members, Between) else (members, members)
            factors.append(Interval(low, high))
            unit = unit.replace("/person", "/household")
        else:
            missing = (MEMBERS,)
    made = Due(amount.label, amount.parameter, verdict, unit, amount.payer, missing)
    firm = [value for value in values if value is not None]
    if len(firm) < len(values):
        return made
    product = Interval(firm[0].low, firm[0].high)
    for factor in (*(Interval(value.low, value.high) for value in firm[1:]), *factors):
        product = product.times(factor)
    if product == Interval(None, None):  # at least so many months of at most so much: nothing is left to say
        return made
    sources = tuple(dict.fromkeys(source for value in firm for source in value.sources))
    return replace(made, low=product.low, high=product.high, bound=bound_of(product), sources=sources)
