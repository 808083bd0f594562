"""Verdicts against a second reading that tries every completion; reasons that decide; what may still be asked."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.eligibility.diagram import Verdict
from bot.core.eligibility.facts import NOTHING, Between, Facts
from bot.core.eligibility.judging import Judgement, judge
from bot.core.eligibility.next_fact import next_fact
from bot.core.eligibility.programmes import All, AnyOf, Condition, Not, Other, When
from bot.core.parameters import Confidence
from bot.core.types import Language
from tests.core.rules import (
    DAY,
    FACTS,
    NO_PARAMETERS,
    completions,
    condition,
    firm_leaves,
    holds,
    leaves,
    make_programme,
    missing_by_trying,
    months_ago,
    name_of,
    outcome,
    rules,
    some_facts,
    unread_name,
    verdict_by_trying,
    with_one_unconfirmed,
)  # fmt: skip

RURAL, URBAN = condition("area", "is", "rural"), condition("area", "is", "urban")
POOR = condition("class", "is", "poor")
LINES = AnyOf((All((RURAL, condition("income", "at_most", 1))), All((URBAN, condition("income", "at_most", 2)))))


def judged(when: When, facts: Facts = NOTHING) -> Judgement:
    judgement = judge(make_programme(when), facts, day=DAY, parameters=NO_PARAMETERS)
    assert judgement is not None
    return judgement


def said(judgement: Judgement) -> list[str]:
    return [reason.text[Language.VI] for reason in judgement.reasons]


@given(rules(), some_facts())
def test_a_verdict_is_what_every_completion_says(when: When, facts: Facts) -> None:
    assert judged(when, facts).verdict is verdict_by_trying(when, facts)


@given(rules(), some_facts())
def test_missing_are_exactly_the_facts_that_can_make_a_difference(when: When, facts: Facts) -> None:
    judgement = judged(when, facts)

    assert set(judgement.missing) == missing_by_trying(when, facts)


@given(rules(), some_facts())
def test_a_yes_is_within_reach_exactly_when_some_completion_says_yes(when: When, facts: Facts) -> None:
    judgement = judged(when, facts)

    said = {outcome(when, each) for each in completions(when, facts)}
    assert judgement.within_reach is (judgement.verdict is Verdict.UNKNOWN and Verdict.YES in said)


@given(rules(), some_facts(), some_facts())
def test_learning_more_changes_no_yes_and_no_no(when: When, facts: Facts, more: Facts) -> None:
    before = judged(when, facts).verdict

    after = judged(when, {**more, **facts}).verdict

    assert before in (Verdict.UNKNOWN, after)


@given(rules(), some_facts(), st.randoms())
def test_the_order_of_answers_does_not_matter(when: When, facts: Facts, chance: Random) -> None:
    shuffled = list(facts.items())
    chance.shuffle(shuffled)
    programme = make_programme(when)

    one, other = (judge(programme, each, day=DAY, parameters=NO_PARAMETERS) for each in (facts, dict(shuffled)))

    assert one == other


@given(rules(), some_facts())
def test_the_reasons_decide_and_without_any_one_of_them_it_is_open(when: When, facts: Facts) -> None:
    judgement = judged(when, facts)
    if judgement.verdict is Verdict.UNKNOWN:
        assert judgement.reasons == ()
        return
    by_name = {name_of(leaf): leaf for leaf in firm_leaves(when)}
    kept = [text.rpartition(": ") for text in said(judgement)]
    decisive = [(by_name[name], truth == "yes") for name, _, truth in kept]

    def verdicts(reasons: list[tuple[Condition, bool]]) -> set[Verdict]:
        every = completions(when, NOTHING)
        return {outcome(when, each) for each in every if all(holds(leaf, each) is truth for leaf, truth in reasons)}

    assert verdicts(decisive) == {judgement.verdict}
    for gone in decisive:
        assert len(verdicts([each for each in decisive if each is not gone])) > 1


@given(rules(), some_facts(), st.integers(0, 20))
def test_a_condition_that_is_not_firm_leaves_no_verdict_that_hung_on_it(when: When, facts: Facts, at: int) -> None:
    firm = firm_leaves(when)
    assume(firm)
    gone = firm[at % len(firm)]
    unread = replace(gone, confidence=Confidence.UNCONFIRMED)
    assume(unread_name(unread) not in {unread_name(leaf) for leaf in leaves(when)})
    before = judged(when, facts)

    after = judged(with_one_unconfirmed(when, gone), facts)

    assert after.verdict in (Verdict.UNKNOWN, before.verdict)
    if after.verdict is not Verdict.UNKNOWN:
        assert name_of(gone) not in {text.rpartition(":")[0] for text in said(after)}


@given(rules(), rules(), some_facts(), st.sets(st.sampled_from(list(FACTS))))
def test_nothing_more_is_asked_exactly_when_nothing_asked_can_change_a_result(
    one: When, two: When, facts: Facts, skipped: set[str]
) -> None:
    told = {name for name, value in facts.items() if isinstance(value, Between)}
    can_matter = missing_by_trying(one, facts, skipped | told) | missing_by_trying(two, facts, skipped | told)
    programmes = [make_programme(one), make_programme(two)]

    asked = next_fact(programmes, facts, day=DAY, parameters=NO_PARAMETERS, skipped=skipped)

    assert asked is None if not can_matter else asked is not None and asked.id in can_matter


def test_an_income_under_both_lines_is_a_yes_with_the_area_unknown() -> None:
    judgement = judged(LINES, {"income": Decimal("0.7")})

    assert judgement.verdict is Verdict.YES
    assert said(judgement) == ["income at_most 1: yes"]


def test_an_income_between_the_lines_lacks_the_area() -> None:
    judgement = judged(LINES, {"income": Decimal("1.5")})

    assert (judgement.verdict, judgement.missing) == (Verdict.UNKNOWN, ("area",))


def test_an_income_known_as_a_range_decides_where_the_whole_range_does() -> None:
    within = judged(LINES, {"area": "urban", "income": Between(Decimal("1.2"), Decimal("1.9"))})
    across = judged(LINES, {"area": "urban", "income": Between(Decimal("1.2"), Decimal("2.1"))})

    assert (within.verdict, across.verdict) == (Verdict.YES, Verdict.UNKNOWN)


def test_a_range_whose_ends_agree_is_still_open_where_its_middle_does_not() -> None:
    when = AnyOf((condition("income", "less_than", 1), condition("income", "more_than", 2)))

    judgement = judged(when, {"income": Between(Decimal("0.5"), Decimal("2.5"))})

    assert (judgement.verdict, judgement.missing) == (Verdict.UNKNOWN, ("income",))


def test_one_failed_condition_is_enough_for_a_no_and_the_first_one_is_said() -> None:
    when = All((POOR, condition("age", "at_least", 3), condition("pension", "is", "no")))

    judgement = judged(when, {"class": "other", "age": Decimal(2), "pension": "yes"})

    assert judgement.verdict is Verdict.NO
    assert said(judgement) == ["class is poor: no"]


def test_what_no_fact_covers_keeps_a_yes_open_and_leaves_a_no() -> None:
    when = All((POOR, Other("debt", {Language.VI: "Còn nợ không?"})))

    poor, other = judged(when, {"class": "poor"}), judged(when, {"class": "other"})

    assert (poor.verdict, poor.missing) == (Verdict.UNKNOWN, ())
    assert [reason.text[Language.VI] for reason in poor.unread] == ["Còn nợ không?"]
    assert (other.verdict, other.unread) == (Verdict.NO, ())


def test_the_same_unread_condition_is_one_unknown_wherever_it_stands() -> None:
    one, same = (condition("zone", "has", "hill", Confidence.UNCONFIRMED) for _ in range(2))
    when = AnyOf((All((one, POOR)), All((Not(same), POOR))))

    assert judged(when, {"class": "poor"}).verdict is Verdict.YES


def test_months_count_from_month_to_month() -> None:
    when = condition("exit", "at_most", 36)

    verdicts = [judged(when, {"exit": months_ago(number)}).verdict for number in (35, 36, 37)]

    assert verdicts == [Verdict.YES, Verdict.YES, Verdict.NO]


def test_a_programme_is_not_there_before_its_first_rule() -> None:
    programme = make_programme(POOR)

    assert judge(programme, NOTHING, day=DAY.replace(year=2019), parameters=NO_PARAMETERS) is None


def test_the_fact_that_settles_most_programmes_is_asked_first() -> None:
    programmes = [
        make_programme(All((RURAL, condition("age", "at_least", 3)))),
        make_programme(All((POOR, condition("age", "at_most", 1)))),
    ]

    asked = next_fact(programmes, NOTHING, day=DAY, parameters=NO_PARAMETERS)

    assert asked is FACTS["age"]


def test_of_two_facts_that_settle_as_much_the_one_that_may_bring_a_yes_is_asked_first() -> None:
    programmes = [
        make_programme(All((RURAL, Other("no_list", {Language.VI: "Xã có trong danh sách không?"})))),
        make_programme(condition("age", "at_least", 1)),
    ]

    asked = next_fact(programmes, NOTHING, day=DAY, parameters=NO_PARAMETERS)

    assert asked is FACTS["age"]


def test_what_hangs_on_a_fact_that_is_not_told_is_not_asked_either() -> None:
    old = condition("age", "at_least", 3)
    by_area = make_programme(AnyOf((All((RURAL, old)), All((URBAN, Not(old))))))

    assert next_fact([by_area], NOTHING, day=DAY, parameters=NO_PARAMETERS, skipped={"area"}) is None
