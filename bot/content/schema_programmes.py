"""The shape of facts.yaml, zones.yaml and programmes/: what a rule may know, and who may get what."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from bot.content.schema import Both, ConfirmedRow, Documents, ReadUntil, Record, Words
from bot.core.eligibility.facts import Kind, Of
from bot.core.eligibility.programmes import Comparison, Payer
from bot.core.parameters import Confidence


class FactRow(Record):
    of: Of
    kind: Kind
    label: Both
    question: Both
    question_me: Both | None = None
    asked_from: int = 0
    choices: dict[str, Both] = Field(default_factory=dict)
    low: Decimal | None = None
    high: Decimal | None = None
    whole: bool = True
    unit: str = ""
    keep: int = Field(gt=0)
    sensitive: bool = False
    weights: dict[str, int] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> "FactRow":
        if (self.kind in (Kind.CHOICE, Kind.SET)) != bool(self.choices):
            raise ValueError("`choices:` belong to kind choice or set, and to no other")
        if (self.kind is Kind.NUMBER) != bool(self.unit):
            raise ValueError("`unit:` belongs to kind number, and to no other")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("`low` is larger than `high`")
        return self


class AmountOf(Record):
    """The figure of a parameter, in place of a number."""

    amount: Words


def _number_or_amount(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"amount"}:
        return AmountOf(**value)
    try:
        return Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        raise ValueError("write a number, or {amount: parameter.id}") from None


Threshold = Annotated[Decimal | AmountOf, BeforeValidator(_number_or_amount)]


class ConditionRow(Record):
    """A group (`all`, `any`, `not`), a comparison of one fact, or an `other` condition that no fact covers."""

    all: list["ConditionRow"] | None = Field(default=None, min_length=1)
    any: list["ConditionRow"] | None = Field(default=None, min_length=1)
    none: "ConditionRow | None" = Field(default=None, alias="not")
    other: Words | None = None
    fact: Words | None = None
    word: Words | None = Field(default=None, alias="is")
    words: list[Words] | None = Field(default=None, alias="in", min_length=1)
    has: Words | None = None
    at_least: Threshold | None = None
    at_most: Threshold | None = None
    less_than: Threshold | None = None
    more_than: Threshold | None = None
    source: Documents | None = None
    read_until: ReadUntil | None = None
    confidence: Confidence | None = None
    yes: Both | None = None
    no: Both | None = None
    ask: Both | None = None
    confirmed: ConfirmedRow | None = None

    @property
    def comparisons(self) -> dict[Comparison, str | list[str] | Decimal | AmountOf]:
        """What the fact is compared with; exactly one in a sound row."""
        written = {
            Comparison.IS: self.word, Comparison.IN: self.words, Comparison.HAS: self.has,
            Comparison.AT_LEAST: self.at_least, Comparison.AT_MOST: self.at_most,
            Comparison.LESS_THAN: self.less_than, Comparison.MORE_THAN: self.more_than,
        }  # fmt: skip
        return {comparison: value for comparison, value in written.items() if value is not None}

    @model_validator(mode="after")
    def _one_kind(self) -> "ConditionRow":
        kinds = [name for name in ("all", "any", "none", "other", "fact") if getattr(self, name) is not None]
        if len(kinds) != 1:
            raise ValueError("a condition is one of `all:`, `any:`, `not:`, `fact:` or `other:`")
        if len(self.comparisons) != (kinds == ["fact"]):
            raise ValueError(f"beside `fact:` stands exactly one of {', '.join(Comparison)}, elsewhere none")
        if kinds == ["fact"] and (self.yes is None or self.no is None):
            raise ValueError("a `fact:` needs both sentences, `yes:` (it holds) and `no:` (it does not)")
        if self.confirmed is not None and (not self.source or self.confidence is Confidence.UNCONFIRMED):
            raise ValueError("`confirmed:` needs the `source:` that was read beside it, and nothing unconfirmed")
        if kinds == ["other"] and self.ask is None:
            raise ValueError("an `other:` needs `ask:`, what to ask the commune")
        return self


class AmountRow(Record):
    label: Both
    amount: Words
    times: list[Words] = Field(default_factory=list)
    when: ConditionRow | None = None
    payer: Payer | None = None


class RuleRow(Record):
    """`source`, `read_until` and `confidence` hold for every condition that has none of its own."""

    start: date = Field(alias="from")
    until: date | None = None
    when: ConditionRow
    amounts: list[AmountRow] = Field(default_factory=list)
    replaced_by: list[Words] = Field(default_factory=list)
    note: str = ""
    source: Documents = Field(default_factory=list)
    read_until: ReadUntil | None = None
    confidence: Confidence | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "RuleRow":
        if self.until is not None and self.until < self.start:
            raise ValueError("`until` is before `from`")
        return self


class ProgrammeFile(Record):
    topic: Words
    label: Both
    of: Of
    rules: list[RuleRow] = Field(min_length=1)
    note: Both | None = None
    review_by: date | None = None


class ZoneRow(Record):
    """Old communes, by code or by whole old districts, that surely belonged to a zone."""

    zone: Words
    communes: list[Words] = Field(default_factory=list)
    districts: list[Words] = Field(default_factory=list)
    whole: bool = False
    start: date = Field(alias="from")
    until: date | None = None
    source: Words
    read_until: ReadUntil
