"""A rule as a decision diagram: facts in a fixed order, for each cell of a fact what is left of the rule.

The diagram is reduced (nothing is asked that makes no difference, equal rests are one node), which makes it exact:
every way from the top to an end is a set of completions, every completion is on one way, and a node that is left has
two completions that end differently. So a rule is settled by what is known if and only if the diagram, narrowed to the
possible cells, is a single end; and the facts that can still matter are those that are left in it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.eligibility.partition import Leaf, Variable


class Verdict(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Group:
    """All of the parts, or any of them."""

    is_all: bool
    parts: tuple["Logic", ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    part: "Logic"


Logic = Leaf | Group | Opposite | Verdict  # a Verdict: what is already certain


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """`children` has one diagram for each cell of the variable."""

    variable: Variable
    children: tuple["Diagram", ...]


# An end is YES or NO; UNKNOWN only in a narrowed diagram, where nothing that can be asked decides.
Diagram = Node | Verdict


def build(logic: Logic, variables: Sequence[Variable]) -> Diagram:
    """Make the reduced diagram of a rule, its variables in the given order."""
    made: dict[tuple[Logic, int], Diagram] = {}
    join = _Joiner()

    def rest(left: Logic, at: int) -> Diagram:
        if isinstance(left, Verdict):
            return left
        if (left, at) not in made:
            variable = variables[at]
            cells = (dict(zip(variable.leaves, truths, strict=True)) for truths in variable.truths)
            made[left, at] = join(variable, [rest(_assume(left, truths), at + 1) for truths in cells])
        return made[left, at]

    return rest(logic, 0)


def narrow(diagram: Diagram, possible: Mapping[Variable, Sequence[int]], last: Collection[Variable]) -> Diagram:
    """What is left of a diagram when facts lie in these cells, and the `last` variables cannot be found out.

    These stand last in the diagram: where one of them would decide, the end is UNKNOWN.
    """
    made: dict[Node, Diagram] = {}
    join = _Joiner()

    def rest(node: Diagram) -> Diagram:
        if isinstance(node, Verdict):
            return node
        if node not in made:
            cells = possible.get(node.variable, node.variable.cells)
            if len(cells) == 1:
                made[node] = rest(node.children[cells[0]])
            else:
                below = {cell: rest(node.children[cell]) for cell in cells}
                same = join(node.variable, [below.get(cell) for cell in node.variable.cells])
                is_open = isinstance(same, Node) and node.variable in last
                made[node] = Verdict.UNKNOWN if is_open else same
        return made[node]

    return rest(diagram)


def ends(diagram: Diagram, possible: Mapping[Variable, Sequence[int]]) -> Iterator[Verdict]:
    """Every end that can be reached when facts lie in these cells; an end may come more than once."""
    ahead: list[Diagram] = [diagram]
    seen: set[Node] = set()
    while ahead:
        node = ahead.pop()
        if isinstance(node, Verdict):
            yield node
        elif node not in seen:
            seen.add(node)
            ahead += [node.children[cell] for cell in possible.get(node.variable, node.variable.cells)]


def is_settled(diagram: Diagram, possible: Mapping[Variable, Sequence[int]]) -> bool:
    """Whether only one end can be reached."""
    reached = ends(diagram, possible)
    first = next(reached)
    return all(end is first for end in reached)


def met(diagram: Diagram, possible: Mapping[Variable, Sequence[int]]) -> list[Variable]:
    """Every variable on a way that can be gone when facts lie in these cells."""
    ahead: list[Diagram] = [diagram]
    seen: dict[Node, None] = {}
    while ahead:
        node = ahead.pop()
        if isinstance(node, Node) and node not in seen:
            seen[node] = None
            ahead += [node.children[cell] for cell in possible.get(node.variable, node.variable.cells)]
    return list(dict.fromkeys(node.variable for node in seen))


def leaves_of(logic: Logic) -> Iterator[Leaf]:
    """The conditions of a rule, in reading order."""
    match logic:
        case Group(_, parts):
            for part in parts:
                yield from leaves_of(part)
        case Opposite(part):
            yield from leaves_of(part)
        case Verdict():
            return
        case _:
            yield logic


class _Joiner:
    """Makes nodes: none whose children are all the same, and never two that are equal."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[Variable, tuple[Diagram | None, ...]], Node] = {}

    def __call__(self, variable: Variable, children: Sequence[Diagram | None]) -> Diagram:
        """`None` stands for a cell that is not possible: it takes the place of a neighbour."""
        possible = [child for child in children if child is not None]
        if all(child is possible[0] for child in possible):
            return possible[0]
        key = (variable, tuple(children))
        if key not in self._nodes:
            self._nodes[key] = Node(variable, tuple(possible[0] if child is None else child for child in children))
        return self._nodes[key]


def _assume(logic: Logic, truths: Mapping[Leaf, bool]) -> Logic:
    """What is left of a rule when some of its conditions are known."""
    match logic:
        case Verdict():
            return logic
        case Opposite(part):
            return _opposite(_assume(part, truths))
        case Group(is_all, parts):
            return _grouped(is_all, (_assume(part, truths) for part in parts))
        case leaf if leaf in truths:
            return Verdict.YES if truths[leaf] else Verdict.NO
        case _:
            return logic


def _opposite(part: Logic) -> Logic:
    if isinstance(part, Verdict):
        return Verdict.NO if part is Verdict.YES else Verdict.YES
    return Opposite(part)


def _grouped(is_all: bool, parts: Iterable[Logic]) -> Logic:
    decisive = Verdict.NO if is_all else Verdict.YES
    left: dict[Logic, None] = {}
    for part in parts:
        if part is decisive:
            return decisive
        if not isinstance(part, Verdict):
            left[part] = None
    if not left:
        return Verdict.YES if is_all else Verdict.NO
    return next(iter(left)) if len(left) == 1 else Group(is_all, tuple(left))
