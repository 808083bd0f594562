"""Telegram's HTML and keyboards: nothing a person or a value says becomes markup, what is long stands alone."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.writer import keyboard, write
from bot.core.markup import escape, parse, plain
from bot.core.types import RenderedButton


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text, self.tags = "", list[str]()

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def test_paragraphs_lines_lists_bold_and_links_are_written() -> None:
    text = "**Một** [hai](https://a.vn/?x=1&y=2)\nba\n\n- bốn\n- năm"

    assert write(text) == '<b>Một</b> <a href="https://a.vn/?x=1&amp;y=2">hai</a>\nba\n\n• bốn\n• năm'


def test_a_telephone_number_is_plain_for_telegram_makes_its_own_link() -> None:
    assert write("Gọi [113](tel:113)") == "Gọi 113"


@given(st.text(alphabet=st.one_of(st.sampled_from("<>&\"'/b*[]()\\-"), st.characters(exclude_categories=["Cs", "Cc"]))))
def test_no_value_becomes_a_tag(value: str) -> None:
    reader = read(write(f"Chào {escape(value)}!"))

    assert reader.tags == []
    assert reader.text.split() == plain(parse(f"Chào {escape(value)}!")).split()


def test_short_labels_share_a_row_and_long_ones_stand_alone() -> None:
    labels = ["Có", "Không", "Bỏ qua", "Mua, gia hạn, làm lại thẻ BHYT", "Menu"]

    made = keyboard([RenderedButton(label, label.lower()) for label in labels])

    assert made is not None
    assert [[button["text"] for button in row] for row in made["inline_keyboard"]] == [
        ["Có", "Không"], ["Bỏ qua"], ["Mua, gia hạn, làm lại thẻ BHYT"], ["Menu"],
    ]  # fmt: skip
    assert made["inline_keyboard"][0][0]["callback_data"] == "có"


def test_no_buttons_make_no_keyboard() -> None:
    assert keyboard(()) is None
