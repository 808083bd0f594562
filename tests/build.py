"""Whole content folders from one changed file: small, invented, and right."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bot.content.check import FLOWS
from bot.core.topic_ids import LABEL_IDS, TOPIC_IDS

REAL: Final = Path(__file__).parents[1] / "content"
TOPIC: Final = "topics/health/coverage.yaml"  # the topic that tests change

PROGRAMME: Final = """\
topic: health.coverage
label: {vi: Khám bệnh, en: Seeing a doctor}
of: member
rules:
  - from: 2020-01-01
    source: "NĐ 00/2049/NĐ-CP, Điều 3"
    read_until: 2026-06
    when:
      all:
        - fact: age
          at_least: {amount: test.age}
          yes: {vi: 'Đã {{ age("test.age") }}.', en: 'Is {{ age("test.age") }}.'}
          no: {vi: Chưa đủ tuổi., en: Too young.}
        - {fact: household_class, is: poor, yes: {vi: Hộ nghèo., en: Poor.}, no: {vi: Không nghèo., en: Not poor.}}
    amounts:
      - {label: {vi: Mỗi tháng, en: A month}, amount: test.amount, payer: state}
"""

_LABELS: Final = "label: {{vi: Việc {id}, en: Matter {id}}}"
_PARAMETER: Final = """\
label: {{vi: Mức thử {name}, en: Test {name}}}
unit: {unit}
values:
{values}
"""
_FORMULA: Final = "label: {{vi: Tính {name}, en: Computed {name}}}\nunit: {unit}\nformula: {text}\n"
_SEEN: Final = 'source: "NĐ 00/2049/NĐ-CP, Điều 3", read_until: 2026-06, confidence: seen'

PARAMETERS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "amount": ("VND/month", ("from: 2020-01-01, value: 1490000", "from: 2026-07-01, value: 2530000")),
    "soon": ("VND/month", ("from: 2020-01-01, value: 1500000", "from: 2027-01-01, value: 2200000")),
    "least": ("percent", ("from: 2020-01-01, value: 70, bound: at_least",)),
    "most": ("percent", ("from: 2020-01-01, value: 40, bound: at_most",)),
    "rate": ("percent", ("from: 2020-01-01, value: 4.5",)),
    "ended": ("percent", ("from: 2020-01-01, until: 2025-12-31, value: 5",)),
    "term": ("months", ("from: 2020-01-01, value: 120, bound: at_most",)),
    "age": ("age", ("from: 2020-01-01, value: 75, bound: at_least",)),
    "span": ("days", ("from: 2020-01-01, low: 3, high: 10, bound: range",)),
    "many": ("count", ("from: 2020-01-01, low: 2, high: 5, bound: range",)),
    "deadline": ("date", ("from: 2020-01-01, value: 2026-12-14",)),
    "line": ("phone", ("from: 2020-01-01, value: 111",)),
}
FORMULAS: Final[Mapping[str, tuple[str, str]]] = {
    "pays": ("percent", "100 - test.least"),
    "premium": ("VND/month", "test.amount * test.rate / 100 * test.pays / 100"),
}


def write_content(folder: Path, changed: Mapping[str, str | None] | None = None) -> Path:
    """Write a content folder without a fault, then put `changed` files in place (None: take the file away)."""
    files: dict[str, str | None] = {**_good_files(), **(changed or {})}
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            file.write_text(text, encoding="utf-8")
        elif file.exists():
            file.unlink()
    return folder


def topic_yaml(answer_vi: str, answer_en: str | None = None, *, more: str = "", name: str = "health.coverage") -> str:
    """A topic whose answer is the given text; in English too where `answer_en` is not given."""
    both = {"vi": answer_vi, "en": answer_vi if answer_en is None else answer_en}
    said = "".join(f"    {language}: |\n{_indented(text)}\n" for language, text in both.items())
    examples = "".join(f"  - câu hỏi số {letter} về {name}\n" for letter in "abcdefgh")
    return f"{_LABELS.format(id=name)}\n{more}parts:\n  answer:\n{said}examples:\n{examples}review_by: 2027-01-31\n"


def parameter_yaml(name: str, unit: str, *values: str) -> str:
    """A parameter with the given rows (`from: …, value: …`), all of them seen in an invented decree."""
    return _PARAMETER.format(name=name, unit=unit, values="\n".join(f"  - {{{row}, {_SEEN}}}" for row in values))


def _good_files() -> dict[str, str]:
    topics = {
        f"topics/{name.replace('.', '/')}.yaml": topic_yaml("Hỏi {{ counter }}.", name=name) for name in TOPIC_IDS
    }
    parameters = {
        f"parameters/test/{name}.yaml": parameter_yaml(name, unit, *rows) for name, (unit, rows) in PARAMETERS.items()
    }
    formulas = {
        f"parameters/test/{name}.yaml": _FORMULA.format(name=name, unit=unit, text=text)
        for name, (unit, text) in FORMULAS.items()
    }
    labels = {f"labels/{name}.yaml": f"examples: [lời của {name}]\n" for name in LABEL_IDS}
    flows = (f"messages/{flow}.yaml" for flow in FLOWS)
    messages = {
        f"messages/{flow}.yaml": (REAL / "messages" / f"{flow}.yaml").read_text(encoding="utf-8")
        for flow in ("answer", "figure", "unit", "part")
    }
    return {
        **topics, **parameters, **formulas, **labels, **dict.fromkeys(flows, 'a: {vi: "Dạ", en: "Yes"}\n'), **messages,
        "messages/talk.yaml": 'hello: {params: [name], vi: "Chào {{ name }}!", en: "Hello {{ name }}!"}\n',
        "subjects.yaml": "".join(_subject(area) for area in dict.fromkeys(id.split(".")[0] for id in TOPIC_IDS)),
        "words.yaml": "commands: {menu: [Mục lục, menu]}\nabbreviations: {BHYT: bảo hiểm y tế}\n"
        "part_cues: {papers: [cần giấy gì]}\ndistress: [bị đánh]\n",
        "links.yaml": "hosts: [gov.vn]\n",
        "places.csv": _PLACES,
        "holidays.yaml": 'confirmed: yes\nhours: {mon: ["07:30-11:30", "13:30-17:00"]}\nclosed: [2026-11-30]\n',
        "trades.yaml": "anything: [việc gì cũng]\n"
        "trades: {building: {label: {vi: Xây, en: Building}, words: [phụ hồ]}}\n",
        "programmes/health/coverage.yaml": PROGRAMME,
        "facts.yaml": (REAL / "facts.yaml").read_text(encoding="utf-8"),
    }  # fmt: skip


def _subject(area: str) -> str:
    topics = ", ".join(name for name in TOPIC_IDS if name.startswith(f"{area}."))
    return f"- {{id: {area}, label: {{vi: Mục {area}, en: Subject {area}}}, topics: [{topics}]}}\n"


def _indented(text: str) -> str:
    return "\n".join(f"      {line}" if line else "" for line in text.split("\n"))


_PLACES: Final = """\
old_code,old_type,old_name,old_district,old_from,old_to,new_code,new_type,new_name,relation,note
22768,Phường,Đông Hải,Thành phố Phan Rang,,2025-06-30,22780,Phường,Đông Hải,part,all but thôn Phú Thọ
22768,Phường,Đông Hải,Thành phố Phan Rang,,2025-06-30,22888,Xã,Phước Dinh,part,thôn Phú Thọ only; ask for the thôn
22888,Xã,Phước Dinh,Huyện Thuận Nam,,2025-06-30,22888,Xã,Phước Dinh,whole,
"""
