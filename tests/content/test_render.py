"""A reply to text: figures with their bounds, sources and changes; no firm value, no figure."""

from datetime import date
from pathlib import Path

import pytest

from bot.content.load import load
from bot.content.render import Renderer
from bot.core.errors import ContentError
from bot.core.markup import parse, plain
from bot.core.types import Button, Language, Reply
from tests.build import TOPIC, parameter_yaml, topic_yaml, write_content

DAY = date(2026, 11, 24)
SEEN = "read_until: 2026-06, confidence: seen"


def renderer(tmp_path: Path, answer: str, *, more: str = "", **files: str) -> Renderer:
    """A renderer whose topic health.coverage answers with the given text; `files` are parameters test.<name>."""
    parameters = {f"parameters/test/{name}.yaml": text for name, text in files.items()}
    return Renderer(load(write_content(tmp_path, {TOPIC: topic_yaml(answer, more=more), **parameters})))


def said(made: Renderer, day: date = DAY, language: Language = Language.VI, commune: str = "") -> list[str]:
    """The paragraphs of the answer as they are read."""
    return plain(parse(made.render_part("health.coverage", "answer", language, day, commune).text)).split("\n\n")


def rows(*values: str, unit: str = "percent") -> str:
    listed = "\n".join(f"  - {{{value}}}" for value in values)
    return f"label: {{vi: Mức A, en: Level A}}\nunit: {unit}\nvalues:\n{listed}\n"


def test_the_figure_of_the_day_is_said_with_its_source_and_how_far_we_read(tmp_path: Path) -> None:
    made = renderer(tmp_path, 'Lương {{ amount("test.amount") }}.')

    assert said(made, date(2026, 6, 30)) == [
        "Lương 1.490.000 đồng.",
        "Sắp đổi từ 1/7/2026. Mức thử amount: 2.530.000 đồng.",
        "Nguồn: NĐ 00/2049/NĐ-CP, Điều 3.\nTheo văn bản đọc được đến 6/2026.",
    ]
    assert said(made, date(2026, 7, 1))[0] == "Lương 2.530.000 đồng."


def test_the_parameters_of_what_is_said_are_named(tmp_path: Path) -> None:
    made = renderer(tmp_path, 'Đóng {{ amount("test.premium") }}, {{ share("test.pays") }}.')

    part = made.render_part("health.coverage", "answer", Language.VI, DAY)

    assert part.parameters == ("test.premium", "test.pays")
    assert part.sources == ("NĐ 00/2049/NĐ-CP, Điều 3",)


def test_a_paragraph_without_a_firm_figure_says_so_and_the_others_stay(tmp_path: Path) -> None:
    recalled = rows('from: 2020-01-01, value: 9, source: "NĐ 9", read_until: 2026-06, confidence: unconfirmed')
    made = renderer(tmp_path, 'Được {{ share("test.a") }}.\nThật.\n\nTỷ lệ {{ share("test.rate") }}.', a=recalled)

    paragraphs = said(made)

    assert "Được" not in "".join(paragraphs)
    assert "9" not in paragraphs[0]
    assert paragraphs[0].startswith("Mức A: ngày 24/11/2026")
    assert paragraphs[1] == "Tỷ lệ 4,5%."
    assert "NĐ 9" not in paragraphs[2]


def test_a_list_item_without_a_firm_figure_is_replaced_alone(tmp_path: Path) -> None:
    made = renderer(
        tmp_path,
        'Mức:\n- một {{ share("test.rate") }};\n- hai {{ share("test.ended") }}.\n- ba {{ share("test.rate") }}.',
    )

    lines = said(made)[0:3]

    assert lines[0] == "Mức:"
    items = lines[1].split("\n")
    assert (items[0], items[2]) == ("• một 4,5%;", "• ba 4,5%.")
    assert items[1].startswith("• Mức thử ended: ngày 24/11/2026")


def test_one_sentence_names_all_that_is_not_known_and_no_sum_of_it(tmp_path: Path) -> None:
    made = renderer(
        tmp_path,
        '{{ share("test.least") }} của {{ amount("test.premium") }}, {{ share("test.rate") }}.\n\n'
        'Nữa {{ share("test.least") }}.',
    )

    paragraphs = said(made, date(2019, 1, 1))

    assert len(paragraphs) == 1
    assert paragraphs[0].startswith("Mức thử least; Mức thử rate: ngày 1/1/2019")


def test_a_figure_in_a_branch_that_is_not_taken_names_no_source(tmp_path: Path) -> None:
    made = renderer(tmp_path, 'Hỏi xã.\n{% if known("test.ended") %}\nThêm {{ share("test.ended") }}.\n{% endif %}')

    assert said(made) == ["Hỏi xã."]
    assert said(made, date(2025, 12, 31))[0] == "Hỏi xã.\nThêm 5%."


def test_the_last_value_of_what_ended_is_said_with_its_last_day(tmp_path: Path) -> None:
    made = renderer(tmp_path, 'Phần thêm {{ share("test.ended", "last") }} hết ngày {{ date("test.ended", "until") }}.')

    assert said(made)[0] == "Phần thêm 5% hết ngày 31/12/2025."


def test_a_value_without_an_end_has_no_last_day(tmp_path: Path) -> None:
    made = renderer(tmp_path, 'Đến hết {{ date("test.rate", "until") }}.')

    assert said(made)[0].startswith("Mức thử rate: ngày 24/11/2026")


def test_a_text_may_depend_on_the_day(tmp_path: Path) -> None:
    made = renderer(tmp_path, 'Hỏi xã.{% if on_or_after("2027-01-01") %} Mức mới.{% endif %}')

    assert said(made, date(2026, 12, 31)) == ["Hỏi xã."]
    assert said(made, date(2027, 1, 1)) == ["Hỏi xã. Mức mới."]


def test_a_sum_that_changes_with_a_figure_beside_it_needs_no_sentence_of_its_own(tmp_path: Path) -> None:
    beside = renderer(tmp_path / "a", 'Lương {{ amount("test.amount") }}, đóng {{ amount("test.premium") }}.')
    alone = renderer(tmp_path / "b", 'Đóng {{ amount("test.premium") }}.')

    day = date(2026, 6, 1)

    assert said(beside, day)[1] == "Sắp đổi từ 1/7/2026. Mức thử amount: 2.530.000 đồng."
    assert said(alone, day)[1] == "Sắp đổi từ 1/7/2026. Tính premium: nhiều nhất 34.155 đồng."


def test_what_ends_soon_is_said_unless_the_text_says_it_itself(tmp_path: Path) -> None:
    silent = renderer(tmp_path / "a", 'Thêm {{ share("test.ended") }}.')
    telling = renderer(tmp_path / "b", 'Thêm {{ share("test.ended") }} đến hết {{ date("test.ended", "until") }}.')

    day = date(2025, 12, 1)

    assert said(silent, day)[1].startswith("Sắp hết hạn. Mức thử ended: mức trên dùng đến hết 31/12/2025.")
    assert said(telling, day)[1].startswith("Nguồn:")


def test_the_earliest_reading_counts_and_each_document_is_named_once(tmp_path: Path) -> None:
    other = rows('from: 2020-01-01, value: 9, source: "NĐ 9", read_until: 2026-03, confidence: seen')
    made = renderer(
        tmp_path,
        '{{ share("test.rate") }}, {{ share("test.a") }}, {{ share("test.least") }} theo {{ law("Luật X") }}.',
        more='sources:\n  - {text: "Luật BHYT, Điều 12", read_until: 2026-06}\n',
        a=other,
    )

    assert said(made)[1] == (
        "Nguồn: NĐ 00/2049/NĐ-CP, Điều 3; NĐ 9; Luật X; Luật BHYT, Điều 12.\nTheo văn bản đọc được đến 3/2026."
    )


def test_a_document_whose_number_was_not_read_is_said_so(tmp_path: Path) -> None:
    unread = rows(
        f'from: 2020-01-01, value: 9, note: {{vi: "Mức A: chưa đọc được số văn bản", en: "Not read"}}, {SEEN}'
    )
    made = renderer(tmp_path, 'Được {{ share("test.a") }}.', a=unread)

    assert said(made)[1] == "Mức A: chưa đọc được số văn bản.\nTheo văn bản đọc được đến 6/2026."
    assert said(made, language=Language.EN)[1].startswith("Not read.")


def test_checked_is_said_only_when_every_figure_was_confirmed(tmp_path: Path) -> None:
    confirmed = rows(
        f'from: 2020-01-01, value: 9, source: "NĐ 9", {SEEN}, confirmed: {{on: 2026-12-02, by_office: Sở Y tế}}'
    )
    whole = renderer(tmp_path / "a", 'Được {{ share("test.a") }}.', a=confirmed)
    half = renderer(tmp_path / "b", 'Được {{ share("test.a") }}, {{ share("test.rate") }}.', a=confirmed)

    assert said(whole)[1].endswith("Đã kiểm ngày 2/12/2026, bởi Sở Y tế.")
    assert "Đã kiểm" not in said(half)[1]


def test_the_counter_is_named_once_the_commune_is_known(tmp_path: Path) -> None:
    made = renderer(tmp_path, "Hỏi {{ counter }}.")

    assert said(made) == ["Hỏi bộ phận một cửa UBND xã, phường nơi bạn ở."]
    assert said(made, commune="22888") == ["Hỏi bộ phận một cửa UBND xã Phước Dinh."]
    assert said(made, commune="22888", language=Language.EN)[0].endswith("of Phước Dinh commune.")
    assert said(made, commune="99999") == ["Hỏi bộ phận một cửa UBND xã, phường nơi bạn ở."]


@pytest.mark.parametrize("value", ["**đậm**", "- mục", "[x](https://a.vn)", "a\n\n- b", "\\", "\x010\x03", "\x020\x03"])
def test_a_value_never_becomes_markup_nor_a_mark_of_a_figure(value: str, tmp_path: Path) -> None:
    made = renderer(tmp_path, "Hỏi xã.")

    text = made.render(Reply("talk.hello", {"name": value}), Language.VI, DAY).text

    bare = "".join(sign for sign in value if sign.isprintable() and not sign.isspace())
    assert "".join(plain(parse(text)).split()) == f"Chào{bare}!"


def test_a_reply_has_its_text_its_buttons_and_the_version_it_was_made_from(tmp_path: Path) -> None:
    made = renderer(tmp_path, "Hỏi xã.")
    buttons = (
        Button("t:health.coverage", "topic:health.coverage"),
        Button("p:health.coverage:where", "part:where"),
        Button("s:health", "subject:health"),
        Button("c:22888:22768", "place:22888:22768"),
        Button("c:22780:22768", "place:22780:22768"),
        Button("c:22888:", "place:22888:"),
    )

    reply = made.render(
        Reply("topic.part", {"topic": "health.coverage", "part": "answer"}, buttons, guarded=True), Language.VI, DAY
    )

    assert plain(parse(reply.text)) == "Hỏi xã."
    assert [button.label for button in reply.buttons] == [
        "Việc health.coverage",
        "Nộp ở đâu?",
        "Mục health",
        "Xã Phước Dinh (Đông Hải cũ, thôn Phú Thọ)",
        "Phường Đông Hải (Đông Hải cũ, trừ thôn Phú Thọ)",
        "Xã Phước Dinh",
    ]
    assert [button.action for button in reply.buttons] == [button.action for button in buttons]
    assert (reply.guarded, reply.version) == (True, made.catalogue.version)


@pytest.mark.parametrize(
    "reply",
    [
        Reply("talk.gone"),
        Reply("talk.hello"),
        Reply("topic.part", {"topic": "health.gone", "part": "answer"}),
        Reply("topic.part", {"topic": "health.coverage", "part": "where"}),
        Reply("talk.hello", {"name": "An"}, (Button("x", "topic:health.gone"),)),
        Reply("talk.hello", {"name": "An"}, (Button("x", "place:99999:"),)),
        Reply("talk.hello", {"name": "An"}, (Button("x", "subject:gone"),)),
    ],
    ids=lambda reply: f"{reply.key} {[*reply.params.values(), *(each.label for each in reply.buttons)]}",
)
def test_what_the_content_does_not_hold_is_an_error_that_says_what(reply: Reply, tmp_path: Path) -> None:
    made = renderer(tmp_path, "Hỏi xã.")

    with pytest.raises(ContentError):
        made.render(reply, Language.VI, DAY)


def test_english_is_written_as_english(tmp_path: Path) -> None:
    made = renderer(
        tmp_path, '{{ amount("test.amount") }}, {{ share("test.rate") }}, {{ date("test.amount", "from") }}.',
        one=parameter_yaml("one", "days", "from: 2020-01-01, value: 1"),
    )  # fmt: skip

    assert said(made, language=Language.EN) == [
        "2,530,000 VND, 4.5%, 1 July 2026.",
        "Source: NĐ 00/2049/NĐ-CP, Điều 3.\nAs far as documents were read, up to June 2026.",
    ]


def test_a_document_named_in_the_text_says_how_far_it_was_read(tmp_path: Path) -> None:
    made = renderer(tmp_path, 'Theo {{ law("NĐ 7/2026/NĐ-CP", "2026-03") }}.')

    assert said(made)[-1] == "Nguồn: NĐ 7/2026/NĐ-CP.\nTheo văn bản đọc được đến 3/2026."


def test_a_document_of_the_topic_is_named_only_on_the_days_it_holds(tmp_path: Path) -> None:
    more = 'sources: [{text: "NĐ 8/2026/NĐ-CP", from: 2026-10-05, until: 2026-12-31}]\n'
    made = renderer(tmp_path, "Thật.", more=more)

    named = [made.render_part("health.coverage", "answer", Language.VI, day).sources for day in (
        date(2026, 10, 4), date(2026, 10, 5), date(2026, 12, 31), date(2027, 1, 1),
    )]  # fmt: skip

    assert named == [(), ("NĐ 8/2026/NĐ-CP",), ("NĐ 8/2026/NĐ-CP",), ()]


def test_figures_that_end_on_one_day_end_in_one_sentence(tmp_path: Path) -> None:
    one = rows(f'from: 2020-01-01, until: 2026-12-31, value: 9, source: "NĐ 9", {SEEN}')
    two = one.replace("Mức A", "Mức B")
    made = renderer(tmp_path, '{{ share("test.a") }}, {{ share("test.b") }}.', a=one, b=two)

    (ending,) = [line for paragraph in said(made) for line in paragraph.split("\n") if line.startswith("Sắp hết hạn")]

    assert ending.startswith("Sắp hết hạn. Mức A; Mức B: mức trên dùng đến hết 31/12/2026.")
