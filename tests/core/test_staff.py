"""Names of staff as they are kept and compared."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.staff import LONGEST_NAME, clean_name, name_key


@given(st.text(max_size=200))
def test_a_kept_name_is_short_printable_and_stays_as_it_is(text: str) -> None:
    name = clean_name(text)

    assert len(name) <= LONGEST_NAME
    assert name.isprintable()
    assert clean_name(name) == name


def test_names_that_differ_only_in_marks_case_and_spaces_are_the_same_name() -> None:
    assert name_key(" Lê  Thị Đào ") == name_key("le thi dao")
    assert name_key("Lê Thị Đào") != name_key("Lê Thị Hoa")
