"""Forty messages of two questions: two of the open set about different topics, and what people put between them."""

from collections.abc import Iterator

from tests.eval.measure import read

# The ids of two questions, and the words or signs between them.
JOINED = (
    ("G106", "với lại", "G086"), ("F029", "voi lai", "F014"), ("G098", "voi lai", "G079"), ("G068", "với lại", "G083"),
    ("G009", "voi lai", "G026"), ("G062", "với lại", "G105"), ("G074", "voi lai", "G042"), ("G055", "voi lai", "G034"),
    ("G019", "còn", "G106"), ("G026", "con", "G009"), ("G079", "con", "G098"), ("G083", "còn", "G105"),
    ("G092", "con", "G074"), ("G087", "con", "G082"), ("G093", "còn", "G062"), ("F029", "con", "G029"),
    ("G106", "rồi", "G062"), ("G042", "roi", "G074"), ("G052", "rồi", "G083"), ("G034", "roi", "G087"),
    ("G098", "roi", "F029"), ("G009", "roi", "F014"), ("G105", "mà", "G068"), ("G026", "ma", "G079"),
    ("G055", "ma", "G042"), ("G062", "mà", "G019"), ("G106", "\n", "G068"), ("G098", "\n", "G026"),
    ("G130", "\n", "G106"), ("G087", "\n", "G042"), ("G114", "\n", "G062"), ("G126", "\n", "G106"),
    ("G106", "?", "G114"), ("G062", "?", "G098"), ("G019", "?", "G079"), ("G117", "?", "G068"),
    ("G034", "?", "G009"), ("G105", "?", "G109"), ("G042", ",", "G098"), ("G074", ",", "G026"),
)  # fmt: skip


def pairs() -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
    """Each message with the labels that are right for its first and for its second question."""
    questions = {each.id: each for each in read("open")}
    for first, joint, second in JOINED:
        one, other = questions[first], questions[second]
        between = joint if joint in "?,\n" else f" {joint}"
        yield f"{one.text.rstrip('?., ')}{between} {other.text}", one.right, other.right
