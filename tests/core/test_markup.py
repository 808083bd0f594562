"""The mini markup: what is markup, what is text, and that no value can become markup."""

from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.markup import Items, Paragraph, Span, escape, parse, plain, split, units

# Signs that mean something, and some that nearly do.
texts = st.text(alphabet=st.one_of(st.sampled_from("*[]()\\-_`#> \n\r\thtps:/tel1"), st.characters()), max_size=80)


@given(texts)
def test_no_text_is_an_error(text: str) -> None:
    tree = parse(text)

    assert isinstance(plain(tree), str)


@given(texts)
def test_an_escaped_value_reads_as_itself(value: str) -> None:
    written = plain(parse(escape(value)))

    assert "".join(written.split()) == "".join(value.split())


@given(texts)
def test_an_escaped_value_is_never_bold_a_link_or_a_list(value: str) -> None:
    tree = parse(f"Chào {escape(value)}!")

    assert all(isinstance(block, Paragraph) for block in tree)
    spans = [span for block in tree if isinstance(block, Paragraph) for line in block.lines for span in line]
    assert not any(span.bold or span.target for span in spans)


def test_an_empty_line_begins_a_paragraph_and_a_single_break_a_line() -> None:
    tree = parse("Một\nHai\n\nBa")

    assert tree == (Paragraph(((Span("Một"),), (Span("Hai"),))), Paragraph(((Span("Ba"),),)))


def test_lines_that_begin_with_a_dash_are_a_list() -> None:
    tree = parse("Cần:\n- căn cước\n- đơn")

    assert tree == (Paragraph(((Span("Cần:"),),)), Items(((Span("căn cước"),), (Span("đơn"),))))


def test_two_stars_make_bold_and_a_lone_pair_is_text() -> None:
    assert parse("**ít nhất 70%** nha") == (Paragraph(((Span("ít nhất 70%", bold=True), Span(" nha")),)),)
    assert plain(parse("2 ** 3")) == "2 ** 3"


def test_a_link_leads_to_the_web_or_to_a_phone_only() -> None:
    assert parse("[trang](https://vbpl.vn)") == (Paragraph(((Span("trang", target="https://vbpl.vn"),),)),)
    assert parse("[gọi](tel:111)") == (Paragraph(((Span("gọi", target="tel:111"),),)),)
    assert parse("[x](javascript:alert(1))") == (Paragraph(((Span("[x](javascript:alert(1))"),),)),)


def test_the_terminal_shows_where_a_link_leads() -> None:
    written = plain(parse("- [trang](https://vbpl.vn)\n- **đơn**"))

    assert written == "• trang (https://vbpl.vn)\n• đơn"


words = st.text(alphabet="abđ😀*-[(\\", min_size=1, max_size=20)
spans = st.one_of(
    words.map(escape),
    words.map(lambda each: f"**{escape(each)}**"),
    words.map(lambda each: f"[{escape(each)}](tel:113)"),
)
lines = st.lists(spans, min_size=1, max_size=12).map(" ".join)
pages = st.lists(st.tuples(lines, st.sampled_from(["\n", "\n\n", "\n- "])), max_size=12).map(
    lambda parts: "".join(line + end for line, end in parts)
)


@given(pages, st.integers(min_value=45, max_value=200))
@example("- a " + "b" * 40 + "\\nc", 45)
def test_a_long_text_is_cut_into_pieces_that_fit_and_hold_every_word(text: str, longest: int) -> None:
    pieces = split(text, longest)

    read = [plain_words(piece) for piece in pieces]
    assert all(units(each) <= longest for each in read)
    assert [word for each in read for word in each.split()] == plain_words(text).split()


def plain_words(text: str) -> str:
    """As a chat shows it: links are their words."""
    blocks = []
    for block in parse(text):
        of_block, dot = (block.items, "• ") if isinstance(block, Items) else (block.lines, "")
        blocks.append("\n".join(dot + "".join(span.text for span in line) for line in of_block))
    return "\n\n".join(blocks)


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert split("**Một** [hai](tel:113)", 100) == ("**Một** [hai](tel:113)",)


def test_cuts_fall_between_paragraphs_where_they_can() -> None:
    one, two, three = "a" * 40, "b" * 30, "c" * 30

    assert split(f"{one}\n\n{two}\n{three}", 90) == (one, f"{two}\n{three}")


def test_a_links_address_may_be_a_value() -> None:
    place = "https://cau-noi.example/slip/ABCD-EFGH_JKLM"

    assert parse(f"[here]({escape(place)})") == (Paragraph(((Span("here", target=place),),)),)
