"""Formulas of computed parameters: + - * / over numbers and other parameters, on intervals.

A bound travels through the sum: 100 - (at least 70) is (at most 30). Quantities are never negative, so a
product of two `at most` is `at most`; what mixes directions has no bound and is refused at load.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from bot.core.errors import ContentError


@dataclass(frozen=True, slots=True)
class Interval:
    """Smallest and largest value that is possible; None is open."""

    low: Decimal | None
    high: Decimal | None

    def times(self, other: "Interval") -> "Interval":
        """The product; both are never negative."""
        return Interval(_both(self.low, other.low, Decimal.__mul__), _both(self.high, other.high, Decimal.__mul__))

    @property
    def exact(self) -> bool:
        return self.low is not None and self.low == self.high


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked expression. `names` are the parameters it reads, in reading order."""

    text: str
    names: tuple[str, ...]
    _tree: ast.expr

    def value(self, read: Callable[[str], Interval]) -> Interval:
        """Compute the interval; `read` gives each parameter's. Raises ContentError where no bound is left."""
        result = _evaluate(self._tree, read)
        if result.low is None and result.high is None:
            raise ContentError(f"formula {self.text!r}: the bounds of its inputs point in opposite directions")
        return result


def parse_formula(text: str) -> Formula:
    """Read a formula such as `health.base * health.premium_rate / 100`.

    Raises ContentError when it holds anything but numbers, parameter ids, + - * / and brackets.
    """
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ContentError(f"formula {text!r} cannot be read: {error.msg}") from None
    names: dict[str, None] = {}
    _check(tree, text, names)
    if not names:
        raise ContentError(f"formula {text!r} reads no parameter: write the number as a dated value instead")
    return Formula(text, tuple(names), tree)


def _check(node: ast.expr, text: str, names: dict[str, None]) -> None:
    match node:
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right):
            _check(left, text, names)
            _check(right, text, names)
        case ast.Constant(int() | float()):
            pass
        case ast.Attribute(ast.Name(area), name):
            names[f"{area}.{name}"] = None
        case _:
            raise ContentError(f"formula {text!r} may hold numbers, parameter ids, + - * / and brackets only")


def _evaluate(node: ast.expr, read: Callable[[str], Interval]) -> Interval:
    match node:
        case ast.Constant(value):
            number = Decimal(str(value))
            return Interval(number, number)
        case ast.Attribute(ast.Name(area), name):
            return read(f"{area}.{name}")
        case ast.BinOp(left, operator, right):
            return _combine(operator, _evaluate(left, read), _evaluate(right, read))
    raise AssertionError("unreachable: _check refused everything else")


def _combine(operator: ast.operator, a: Interval, b: Interval) -> Interval:
    match operator:
        case ast.Add():
            return Interval(_both(a.low, b.low, Decimal.__add__), _both(a.high, b.high, Decimal.__add__))
        case ast.Sub():
            return Interval(_both(a.low, b.high, Decimal.__sub__), _both(a.high, b.low, Decimal.__sub__))
        case ast.Mult():
            return a.times(b)
        case _:
            return Interval(_both(a.low, b.high, _divide), _both(a.high, b.low, _divide))


def _both(
    x: Decimal | None, y: Decimal | None, operation: Callable[[Decimal, Decimal], Decimal | None]
) -> Decimal | None:
    return None if x is None or y is None else operation(x, y)


def _divide(x: Decimal, y: Decimal) -> Decimal | None:
    return x / y if y else None
