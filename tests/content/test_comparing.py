"""What a change does to understanding: counted before and after, on the office's questions and on examples."""

import json
from pathlib import Path

import pytest

from bot.content.comparing import LABELLED, Labelled, count, main, read_labelled
from bot.content.load import load
from bot.core.types import Decision, Language, Ranking
from tests.build import write_content


class Told:
    """A ranker that says what it was told to."""

    def __init__(self, **rankings: tuple[Decision, tuple[str, ...]]) -> None:
        self._rankings = rankings

    def rank(self, text: str) -> Ranking:
        decision, labels = self._rankings[text]
        return Ranking(decision, labels, (1.0,) * len(labels), Language.VI)


def test_a_wrong_answer_is_told_from_an_offer_and_from_none() -> None:
    ranker = Told(
        right=(Decision.ANSWER, ("health.coverage",)),
        wrong=(Decision.ANSWER, ("jobs.register",)),
        offered=(Decision.OFFER, ("jobs.register", "health.coverage")),
        amiss=(Decision.OFFER, ("jobs.register",)),
        none=(Decision.NONE, ()),
    )
    asked = [Labelled(text, frozenset({"health.coverage"})) for text in ("right", "wrong", "offered", "amiss", "none")]

    assert count(ranker, asked) == {"right": 1, "offered": 1, "wrong": 1, "none": 2}  # type: ignore[arg-type]


def test_what_is_not_ours_is_right_without_an_answer() -> None:
    ranker = Told(no=(Decision.NONE, ()), yes=(Decision.ANSWER, ("jobs.register",)))
    asked = [Labelled(text, frozenset({"out_of_scope"})) for text in ("no", "yes")]

    assert count(ranker, asked) == {"right": 1, "offered": 0, "wrong": 1, "none": 0}  # type: ignore[arg-type]


def test_the_office_keeps_its_questions_in_a_file_or_keeps_none(tmp_path: Path) -> None:
    none = read_labelled(tmp_path)
    (tmp_path / LABELLED).write_text("id\ttext\ttopic\talso\n1\tmột câu\ta.b\tc.d\n2\tthiếu\n\n", encoding="utf-8")

    assert none == []
    assert read_labelled(tmp_path) == [Labelled("một câu", frozenset({"a.b", "c.d"}))]


def test_every_example_is_asked_once_before_and_once_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = write_content(tmp_path / "before")
    after = write_content(tmp_path / "after")
    (before / LABELLED).write_text("text\ttopic\nlời của smalltalk.thanks\tsmalltalk.thanks\n", encoding="utf-8")
    monkeypatch.setattr("bot.core.linear.ROUNDS", 2)
    monkeypatch.setattr("os.nice", lambda more: more)

    main(before, after)

    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    catalogue = load(before)
    examples = sum(len(topic.examples) for topic in catalogue.topics.values()) + sum(
        map(len, catalogue.labels.values())
    )
    result = told[-1]["result"]
    assert [each.get("done") for each in told[:-1]] == list(range(1, 9))
    assert {side: sum(counts.values()) for side, counts in result["examples"].items()} == {
        "before": examples, "after": examples
    }  # fmt: skip
    assert {side: sum(counts.values()) for side, counts in result["labelled"].items()} == {"before": 1, "after": 1}
    assert result["examples"]["before"] == result["examples"]["after"]
