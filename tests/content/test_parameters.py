"""The amounts that households read: today, before, and in what is decided for later."""

from datetime import date

import pytest

from bot.content.figures import in_words
from bot.content.load import read
from bot.content.render import Renderer
from bot.content.templates import Templates
from bot.core.catalogue import Catalogue
from bot.core.errors import NoValueOnDate
from bot.core.markup import parse, plain
from bot.core.types import Language
from tests.build import REAL


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read(REAL)[0]


def near_poor_answer(catalogue: Catalogue, day: date) -> str:
    """The sample answer, as it is read."""
    text = Renderer(catalogue).render_part("health.near_poor_subsidy", "answer", Language.VI, day).text
    return plain(parse(text))


def test_a_near_poor_household_hears_what_it_pays_today(catalogue: Catalogue) -> None:
    text = near_poor_answer(catalogue, date(2026, 11, 24))

    assert "ít nhất 70%" in text
    assert "nhiều nhất 34.155 đồng" in text
    assert "nhiều nhất 409.860 đồng" in text


def test_before_the_base_salary_rose_the_sum_was_smaller(catalogue: Catalogue) -> None:
    text = near_poor_answer(catalogue, date(2026, 6, 30))

    assert "nhiều nhất 31.590 đồng" in text
    assert "34.155" not in text


def test_the_extra_of_ninh_thuan_is_said_as_running_in_2025_and_as_over_after_it(catalogue: Catalogue) -> None:
    running, over = (near_poor_answer(catalogue, date(year, 11, 24)) for year in (2025, 2026))

    assert "Ninh Thuận hỗ trợ thêm 5%" in running
    assert "thêm 5% của Ninh Thuận đã hết ngày 31/12/2025" in over


def test_no_household_hears_of_an_emergency_number_that_is_not_firm(catalogue: Catalogue) -> None:
    numbers = {
        name: value.text
        for name in ("child", "police", "fire", "ambulance")
        if (value := catalogue.parameters.firm_on(f"emergency.{name}", date(2026, 11, 24)))
    }

    assert numbers == {"child": "111", "police": "113", "fire": "114", "ambulance": "115"}


@pytest.mark.parametrize("language", list(Language))
def test_every_value_can_be_said(catalogue: Catalogue, language: Language) -> None:
    templates = Templates(catalogue)
    unsaid = []

    for name, parameter in catalogue.parameters.by_id.items():
        for day in (date(2022, 6, 1), date(2025, 12, 31), date(2026, 11, 24), date(2027, 1, 15)):
            try:
                value = catalogue.parameters.value_on(name, day)
            except NoValueOnDate:
                continue
            words = in_words(parameter, value, language, lambda key, params: templates.message(key, language, params))
            if not any(sign.isdigit() for sign in words):
                unsaid.append((name, day, words))

    assert unsaid == []
    assert len(catalogue.parameters.by_id) > 100
