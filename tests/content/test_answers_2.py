"""The shipped answers on housing, loans, school, livelihoods, work and offices, held against the fact files.

Every expectation is taken from the facts, never from a rendered text. Figures are written as in Vietnamese; the
English answer must hold the same ones. `said` is looked for in one part, `unsaid` in every part of the topic.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from bot.content.figures import spell_day, spell_month
from bot.content.load import load
from bot.content.render import Renderer
from bot.core.markup import parse, plain
from bot.core.types import Language

LAST_YEAR = date(2025, 6, 30)  # the old province, the programme of 2021 to 2025
JUNE = date(2026, 6, 30)
TODAY = date(2026, 11, 24)
JANUARY = date(2027, 1, 15)
ALL = (JUNE, TODAY, JANUARY)
READ_JOBS, READ_LOANS = date(2025, 12, 1), date(2026, 3, 1)  # months up to which the fact files read

Figure = str | date


@dataclass(frozen=True, slots=True)
class Said:
    """On each of `days` the part holds every figure, names every document and says how far the reading goes."""

    topic: str
    part: str
    days: tuple[date, ...]
    figures: tuple[Figure, ...]
    documents: tuple[str, ...] = ()
    read: date | None = None


@dataclass(frozen=True, slots=True)
class Unsaid:
    """On each of `days` no part but those in `but` holds one of the figures or words."""

    topic: str
    days: tuple[date, ...]
    figures: tuple[Figure, ...]
    but: tuple[str, ...] = ()


SAID = (
    # housing: the grants of TT 01/2022 ended with the programme; the law on disaster-hit houses ended on 4/10/2026
    Said("housing.poor_district", "answer", ALL, (date(2025, 12, 31),), ("QĐ 417/QĐ-BNNMT",), READ_LOANS),
    Said(
        "housing.poor_district", "changes", ALL, ("nhiều nhất 40.000.000", "nhiều nhất 20.000.000", date(2025, 12, 31)),
        ("TT 01/2022/TT-BXD",), READ_LOANS,
    ),
    Said("housing.poor_district", "answer", (date(2025, 12, 31),), ("nhiều nhất 40.000.000", "nhiều nhất 20.000.000")),
    Said("housing.poor_district", "answer", (date(2026, 1, 30),), (date(2025, 12, 31),), ("NQ 257/2025/QH15",)),
    Said("housing.poor_district", "who", ALL, (date(2025, 12, 31),), ("TT 01/2022/TT-BXD",)),
    Said(
        "housing.social_fund", "how_much", (JUNE, date(2026, 10, 4)),
        ("ít nhất 40.000.000", "ít nhất 30.000.000", "ít nhất 20.000.000"), ("NĐ 20/2021/NĐ-CP, Điều 15",),
    ),
    Said(
        "housing.social_fund", "how_much", (date(2026, 10, 5), TODAY, JANUARY), (date(2026, 10, 4),),
        ("NĐ 335/2026/NĐ-CP",),
    ),
    # water: a loan; the gifts ended
    Said(
        "water.sanitation", "answer", ALL, ("nhiều nhất 25.000.000", "7.000", date(2025, 12, 31)),
        ("QĐ 10/2024/QĐ-TTg", "QĐ 2553/QĐ-TTg"), READ_LOANS,
    ),
    Said(
        "water.sanitation", "how_much", ALL,
        ("nhiều nhất 25.000.000", "nhiều nhất 50.000.000", "nhiều nhất 175.000", "nhiều nhất 5 năm"),
    ),
    # loans: rates fell on 1/12/2025 (QĐ 2553), NĐ 338/2025 from 1/1/2026
    Said(
        "credit.production", "answer", ALL,
        (
            "nhiều nhất 100.000.000", "nhiều nhất 10 năm", "nhiều nhất 3 năm",
            "6,24%", "5.200", "7,488%", "6.240", "7,8%", "6.500",
        ),
        ("QĐ 12 năm 2019", "QĐ 2553/QĐ-TTg", "QĐ 28/2015/QĐ-TTg", "QĐ 02/2021/QĐ-TTg"), READ_LOANS,
    ),
    Said(
        "credit.production", "answer", (date(2025, 11, 30),), ("6,6%", "5.500", "7,92%", "6.600", "8,25%", "6.875")
    ),
    Said("credit.production", "answer", (date(2025, 12, 1),), ("6,24%", "7,488%", "7,8%")),
    Said(
        "credit.production", "how_much", ALL,
        ("nhiều nhất 100.000.000", "nhiều nhất 520.000", "nhiều nhất 650.000", "5.200", "6.240", "6.500"),
    ),
    Said(
        "credit.production", "who", ALL, ("nhiều nhất 100.000.000", "6.500"),
        ("QĐ 31/2007/QĐ-TTg", "QĐ 17/2023/QĐ-TTg"),
    ),
    Said("credit.production", "steps", ALL, ("nhiều nhất 3 ngày làm việc",)),
    Said(
        "credit.production", "changes", (TODAY,),
        (
            date(2025, 12, 1), date(2026, 12, 31), "nhiều nhất 1.500.000", "nhiều nhất 2.000.000",
            date(2027, 1, 1), "nhiều nhất 2.200.000", "nhiều nhất 2.800.000",
        ),
        ("NĐ 351/2025/NĐ-CP",),
    ),
    Said("credit.production", "changes", (JANUARY,), (date(2025, 12, 1), date(2027, 1, 1)), ("NĐ 351/2025/NĐ-CP",)),
    Said(
        "credit.job_creation", "answer", (date(2026, 1, 1), *ALL),
        ("nhiều nhất 200.000.000", "nhiều nhất 10 năm", "7,9248%", "6.604", "5.200"),
        ("NĐ 338/2025/NĐ-CP, Điều 5", "QĐ 2553/QĐ-TTg"), READ_LOANS,
    ),
    Said("credit.job_creation", "answer", (date(2025, 12, 31),), ("nhiều nhất 100.000.000", "7,488%", "6.240")),
    Said("credit.job_creation", "answer", (date(2025, 11, 30),), ("nhiều nhất 100.000.000", "7,92%", "3,96%")),
    Said(
        "credit.job_creation", "how_much", ALL,
        ("nhiều nhất 200.000.000", "nhiều nhất 10.000.000.000", "130%", "nhiều nhất 1.320.800"),
        ("NĐ 338/2025/NĐ-CP",),
    ),
    Said("credit.job_creation", "who", ALL, ("15",), ("NĐ 338/2025/NĐ-CP, Điều 5",)),
    Said(
        "credit.overseas_work", "answer", (date(2026, 1, 1), *ALL),
        ("nhiều nhất 100%", "200.000.000", "7,9248%", "6.604", "1.320.800", "130%"), ("NĐ 338/2025/NĐ-CP",), READ_LOANS,
    ),
    Said("credit.overseas_work", "answer", (date(2025, 12, 1), date(2025, 12, 31)), ("6,24%", "5.200")),
    Said("credit.overseas_work", "answer", (date(2025, 11, 30),), ("6,6%", "5.500")),
    Said("credit.overseas_work", "changes", ALL, ("6,24%", date(2025, 12, 31), "7,9248%"), ("QĐ 2553/QĐ-TTg",)),
    Said(
        "credit.student", "answer", ALL, ("nhiều nhất 4.000.000", "6,24%", "5.200", "12 tháng", "4,8%"),
        ("QĐ 157/2007/QĐ-TTg", "QĐ 05/2022/QĐ-TTg", "QĐ 2553/QĐ-TTg", "QĐ 29/2025/QĐ-TTg"), READ_LOANS,
    ),
    Said("credit.student", "answer", (date(2022, 5, 18),), ("nhiều nhất 2.500.000",), ("QĐ 1656/QĐ-TTg",)),
    Said("credit.student", "answer", (date(2022, 5, 19),), ("nhiều nhất 4.000.000", "6,6%")),
    Said(
        "credit.student", "how_much", ALL,  # a year of the full sum: 12 x 4 million, 6,24 % of it a year
        ("nhiều nhất 48.000.000", "nhiều nhất 249.600", "nhiều nhất 5.000.000", "4,8%", "4.000", "500.000.000"),
    ),
    Said("credit.student", "who", ALL, ("ít nhất 8",), ("QĐ 29/2025/QĐ-TTg",)),
    Said(
        "credit.water_sanitation", "answer", ALL,
        ("nhiều nhất 25.000.000", "nhiều nhất 50.000.000", "8,4%", "7.000", "nhiều nhất 175.000", "nhiều nhất 5 năm"),
        ("QĐ 10/2024/QĐ-TTg", "QĐ 2553/QĐ-TTg"), READ_LOANS,
    ),
    Said(
        "credit.water_sanitation", "answer", (date(2024, 9, 1),),
        ("nhiều nhất 10.000.000", "nhiều nhất 20.000.000", "9%", "7.500"), ("QĐ 1205/QĐ-TTg",),
    ),
    Said("credit.water_sanitation", "answer", (date(2024, 9, 2),), ("nhiều nhất 25.000.000", "9%")),
    # school: no fee since 3/9/2025; the student aid follows the base salary of 1/7/2026
    Said(
        "education.tuition", "answer", (date(2026, 7, 1), TODAY, JANUARY),
        ("0", "100%", "70%", "1.518.000", "10 tháng", "150.000", "nhiều nhất 9 tháng"),
        ("NQ 217/2025/QH15", "NĐ 238/2025/NĐ-CP, Điều 15", "NĐ 277/2025/NĐ-CP", "QĐ 66/2013/QĐ-TTg"), READ_LOANS,
    ),
    Said("education.tuition", "answer", (date(2026, 3, 31), JUNE), ("0", "100%", "70%", "1.404.000", "10 tháng")),
    Said(
        "education.tuition", "how_much", (TODAY, JANUARY), ("60%", "2.530.000", "1.518.000", "nhiều nhất 1.350.000"),
        ("NĐ 161/2026/NĐ-CP",),
    ),
    Said("education.tuition", "how_much", (JUNE,), ("60%", "2.340.000", "1.404.000"), ("NĐ 73/2024/NĐ-CP",)),
    Said("education.tuition", "papers", ALL, (), ("NĐ 238/2025/NĐ-CP, Phụ lục IV",)),
    Said("education.tuition", "changes", ALL, (date(2025, 9, 3),), ("NQ 217/2025/QH15",)),
    Said(
        "education.boarding", "answer", ALL,
        ("936.000", "360.000", "15 kg", "nhiều nhất 9 tháng", "ít nhất 4 km", "ít nhất 7 km", "ít nhất 10 km"),
        ("NĐ 66/2025/NĐ-CP, Điều 6",), READ_LOANS,
    ),
    Said(
        "education.boarding", "how_much", (date(2025, 5, 1), *ALL),
        ("936.000", "nhiều nhất 8.424.000", "360.000", "1.080.000", "800.000", "600.000", "15 kg", "1 tháng"),
    ),
    Said("education.boarding", "changes", ALL, (date(2025, 5, 1),), ("QĐ 60/QĐ-BDTTG", "NĐ 339/2025/NĐ-CP")),
    Said("education.boarding", "how_much", (date(2025, 4, 30),), ("936.000", "234.000"), ("NĐ 116/2016/NĐ-CP",)),
    Said(
        "education.preschool_meals", "answer", ALL,
        ("360.000", "nhiều nhất 9 tháng", "nhiều nhất 3.240.000", "150.000", "510.000"),
        ("NĐ 277/2025/NĐ-CP", "NĐ 66/2025/NĐ-CP"), READ_LOANS,
    ),
    Said("education.preschool_meals", "how_much", ALL, ("360.000", "150.000", "510.000", "nhiều nhất 4.590.000")),
    Said("education.preschool_meals", "answer", (date(2025, 10, 19),), ("160.000",), ("NĐ 105/2020/NĐ-CP",)),
    # livelihoods and works: the programme ended, the merged one runs
    Said(
        "livelihood.models", "answer", ALL, (date(2025, 12, 31), date(2026, 1, 1)),
        ("QĐ 90/QĐ-TTg", "NQ 257/2025/QH15"), READ_JOBS,
    ),
    Said("livelihood.models", "who", ALL, (date(2025, 12, 31),), ("TT 09/2022/TT-BLĐTBXH",)),
    Said("livelihood.models", "who", (LAST_YEAR,), (), ("TT 09/2022/TT-BLĐTBXH",), READ_LOANS),
    Said(
        "livelihood.models", "how_much", (date(2025, 12, 31),),
        ("nhiều nhất 95%", "nhiều nhất 80%", "nhiều nhất 60%", "nhiều nhất 70%", "nhiều nhất 50%"),
        ("NĐ 27/2022/NĐ-CP, Điều 22", "NĐ 38/2023/NĐ-CP"),
    ),
    Said("livelihood.models", "changes", ALL, ("ít nhất 10",), ("Kế hoạch 1335/KH-UBND năm 2022",)),
    Said("livelihood.agriculture", "answer", ALL, (date(2025, 12, 31),), ("TT 04/2022/TT-BNNPTNT",)),
    Said("infrastructure.communes", "answer", ALL, (), ("QĐ 60/QĐ-BDTTG",)),
    Said("infrastructure.communes", "changes", ALL, (date(2025, 12, 31), date(2025, 7, 1)), ("QĐ 861/QĐ-TTg",)),
    Said("infrastructure.communes", "changes", (LAST_YEAR,), (), ("QĐ 861/QĐ-TTg năm 2021",), READ_LOANS),
    # work
    Said("jobs.register", "steps", ALL, (date(2026, 1, 1),), ("NĐ 318/2025/NĐ-CP, Điều 3",), READ_JOBS),
    Said("jobs.counselling", "answer", ALL, (), ("Luật Việc làm 74/2025/QH15, Điều 31 (đọc qua báo)",)),
    Said("jobs.counselling", "deadline", ALL, (date(2026, 3, 21),), (), READ_LOANS),
    Said("jobs.vacancies", "answer", ALL, (), ("NĐ 318/2025/NĐ-CP",)),
    Said(
        "jobs.vacancies", "how_much", ALL,
        (date(2026, 3, 21), "25", "ít nhất 6.400", "5.000.000", "ít nhất 30.000.000", "20.000.000", "40.000.000"), (),
        READ_LOANS,
    ),
    Said(
        "jobs.training", "answer", (date(2026, 1, 1), *ALL), ("nhiều nhất 4.000.000", "50.000", "200.000"),
        ("NĐ 338/2025/NĐ-CP, Điều 25",), READ_JOBS,
    ),
    Said(
        "jobs.training", "answer", (date(2025, 12, 31),), ("nhiều nhất 2.000.000", "30.000", "200.000"),
        ("QĐ 46/2015/QĐ-TTg",),
    ),
    Said("jobs.training", "how_much", (JUNE,), ("nhiều nhất 28.080.000",), ("NĐ 73/2024/NĐ-CP",)),
    Said(
        "jobs.training", "how_much", (date(2026, 7, 1), TODAY, JANUARY), ("nhiều nhất 30.360.000",),
        ("NĐ 161/2026/NĐ-CP",), READ_JOBS,
    ),
    Said("jobs.training", "who", ALL, (), ("NĐ 338/2025/NĐ-CP, Điều 25",), READ_JOBS),
    Said("jobs.training", "who", (LAST_YEAR,), (), ("QĐ 46/2015/QĐ-TTg",), READ_JOBS),
    Said("jobs.training", "where", ALL, ("Lào Cai",), ("Thủ tục 2.002821",), READ_JOBS),  # of another province: named
    Said("jobs.training", "deadline", ALL, ("nhiều nhất 7 ngày làm việc", "Lào Cai"), ("Thủ tục 2.002821",)),
    Said(
        "jobs.overseas", "answer", ALL, ("nhiều nhất 530.000", "50.000", "400.000"),
        ("NĐ 338/2025/NĐ-CP, Điều 30", "Luật Việc làm 74/2025/QH15, Điều 14"), READ_JOBS,
    ),
    Said(
        "jobs.overseas", "how_much", ALL,
        ("1.000.000", "nhiều nhất 6 tháng", "nhiều nhất 6.000.000", "10.000.000", "30.000.000"),
        ("QĐ 34/2025/QĐ-TTg",),
    ),
    Said("jobs.overseas", "where", ALL, ("Lào Cai",), ("Thủ tục 2.002820",), READ_JOBS),
    Said("jobs.overseas", "deadline", ALL, ("nhiều nhất 7 ngày làm việc", "Lào Cai"), ("Thủ tục 2.002820",)),
    # the programme, offices, this service
    Said(
        "programme.about", "answer", ALL, (date(2025, 12, 31), date(2026, 1, 1), date(2035, 12, 31)),
        ("QĐ 90/QĐ-TTg", "NQ 257/2025/QH15"), READ_JOBS,
    ),
    Said(
        "programme.about", "how_much", ALL,
        ("1,5%", "100%", "ít nhất 98%", "ít nhất 92%", "ít nhất 10", "ít nhất 200", "11,24%", "9,24%"),
        ("Kế hoạch 1335/KH-UBND năm 2022", "QĐ 417/QĐ-BNNMT"),
    ),
    Said("programme.complaint", "answer", ALL, (), ("Luật Khiếu nại 02/2011/QH13, Điều 2",), READ_JOBS),
    Said("programme.complaint", "changes", (date(2026, 1, 15), *ALL), (date(2026, 7, 1),)),  # passed on 10/12/2025
    Said(
        "programme.complaint", "steps", (TODAY, JANUARY), (date(2026, 7, 1),),
        ("Luật sửa Luật Tiếp công dân, Luật Khiếu nại, Luật Tố cáo",),
    ),
    Said(
        "programme.offices", "answer", ALL, ("24", "111", "113", "114", "115", date(2025, 7, 1)),
        ("NQ 202/2025/QH15", "NQ 1667/NQ-UBTVQH15"), READ_JOBS,
    ),
    Said("programme.offices", "changes", ALL, ("5", "19", date(2025, 7, 1))),
    Said("programme.offices", "where", ALL, ("1900 9068",)),
    Said(
        "service.privacy", "deadline", ALL, ("nhiều nhất 2 ngày làm việc", "nhiều nhất 15 ngày"),
        ("NĐ 356/2025/NĐ-CP, Điều 5", "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15"), READ_JOBS,
    ),
    Said("service.privacy", "answer", ALL, ("30 ngày", "nhiều nhất 365 ngày", "7 ngày")),
    Said("service.subscription", "answer", ALL, (), ("Quy định của dịch vụ này",)),
)  # fmt: skip

# Dead, unconfirmed, of another province or of one event: no household may hear them as today's.
UNSAID = (
    Unsaid("housing.poor_district", ALL, ("40.000.000", "20.000.000"), but=("changes",)),
    Unsaid("housing.poor_district", (date(2026, 1, 30),), ("417/QĐ-BNNMT",)),  # signed the day after
    Unsaid("housing.poor_district", ALL, ("60.000.000", "4.000.000", "30 m²", "18 m²", "8 m²")),
    Unsaid("housing.social_fund", ALL, ("60.000.000", "50.000.000", "1.000.000", "500.000")),
    Unsaid("housing.social_fund", (TODAY, JANUARY), ("40.000.000", "30.000.000", "20.000.000")),
    Unsaid("water.sanitation", ALL, ("3.000.000", "10.000.000", "20.000.000", "9%")),
    Unsaid("credit.production", ALL, ("6,6%", "7,92%", "8,25%", "9%", "2%", "3%", "3,12%", "130%", "50.000.000")),
    Unsaid(
        "credit.job_creation", ALL,
        (
            "100.000.000", "2.000.000.000", "7,488%", "7,92%", "3,96%", "3,744%", "15 ngày làm việc", "hợp tác xã",
            "cooperative",
        ),
    ),
    Unsaid("credit.overseas_work", ALL, ("6,24%",), but=("changes",)),
    Unsaid("credit.overseas_work", ALL, ("6,6%", "3,3%", "7 ngày làm việc")),
    Unsaid("credit.student", ALL, ("2.500.000", "6,6%", "khoa học mà", "or science")),  # QĐ 29/2025: natural science
    Unsaid("credit.water_sanitation", ALL, ("10.000.000", "20.000.000", "9%")),
    Unsaid("education.tuition", ALL, ("160.000", "45 ngày", "894.000", "1.080.000", "50%")),
    Unsaid("education.tuition", (date(2026, 3, 31),), ("1.518.000", "2.530.000")),
    Unsaid("education.tuition", (date(2026, 7, 1), TODAY, JANUARY), ("1.404.000", "2.340.000")),
    Unsaid("education.tuition", (date(2025, 12, 9),), ("Luật Giáo dục",)),  # changed the day after
    Unsaid("education.boarding", (date(2026, 1, 28),), ("60/QĐ-BDTTG",)),
    Unsaid(
        "education.boarding", ALL,
        ("596.000", "720.000", "149.000", "234.000", "2.024.000", "1.872.000", "450.000", "8 kg", "80%", "40%", "10%"),
    ),
    Unsaid("education.preschool_meals", ALL, ("160.000", "7 ngày làm việc", date(2025, 10, 20))),
    Unsaid(
        "livelihood.models", ALL, ("95%", "80%", "70%", "60%", "50%", "36 tháng", "22.500.000", "40", "1%")
    ),
    Unsaid("livelihood.agriculture", ALL, ("95%", "80%", "70%", "60%", "50%", "22.500.000")),
    Unsaid(
        "infrastructure.communes", ALL,
        ("Phước Dinh", "Ma Nới", "Phước Bình", "Vĩnh Hải", "Lợi Hải", "Bác Ái", "An Hải", "15%", date(2026, 1, 29)),
    ),
    Unsaid("jobs.register", ALL, ("15", "Mẫu số 01", "3.526")),
    Unsaid("jobs.counselling", ALL, ("9.589", "3.526", "1.815", "1.269", "Hoàng Hoa Thám")),
    Unsaid(
        "jobs.training", ALL, ("6.000.000", "3.000.000", "2.500.000", "2.000.000", "30.000", "300.000", "15 km", "5 km")
    ),
    Unsaid("jobs.training", (TODAY, JANUARY), ("28.080.000",)),
    Unsaid("jobs.training", (date(2026, 3, 31),), ("30.360.000",)),
    Unsaid("jobs.overseas", ALL, ("4.000.000", "750.000", "600.000", "200.000", "300.000", "1.333")),
    Unsaid("jobs.overseas", (LAST_YEAR,), ("74/2025/QH15",)),  # in force since 1/1/2026
    Unsaid("programme.about", ALL, ("7,28%", "7,09%", "14.208", "12.887")),
    Unsaid(
        "programme.complaint", ALL,
        ("90 ngày", "10 ngày", "30 ngày", "45 ngày", "60 ngày", "Hùng Vương", "136/2025/QH15"),
    ),
    Unsaid("programme.information", ALL, (date(2026, 7, 20), "1900 9095", "1800 1096", "1022")),
    Unsaid("programme.offices", ALL, ("1900 9095", "1800 1096", "1022", "Hoàng Hoa Thám", "Hùng Vương")),
    Unsaid("service.privacy", ALL, ("10 ngày", "20 ngày", "72")),
    Unsaid("service.subscription", ALL, ("5656",)),
)  # fmt: skip

# What a part says in the words of the two languages, longest first.
WORDS = (
    ("nhiều nhất", "at most"), ("ít nhất", "at least"), ("ngày làm việc", "working days"), ("ngày", "days"),
    ("1 tháng", "1 month"), ("tháng", "months"), ("năm", "years"),
)  # fmt: skip


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(load(Path(__file__).parents[2] / "content"))


def read_aloud(renderer: Renderer, topic: str, part: str, day: date, language: Language) -> str:
    return plain(parse(renderer.render_part(topic, part, language, day).text))


def written(figure: Figure, language: Language) -> str:
    """The figure as it stands in a text of that language."""
    if isinstance(figure, date):
        return spell_day(figure, language)
    if language is Language.VI:
        return figure
    if re.fullmatch(r"[^\d]+|.*/.*", figure):  # a name, a document
        return figure
    words = figure.translate(str.maketrans(",.", ".,"))
    for vietnamese, english in WORDS:
        words = words.replace(vietnamese, english)
    return words


def holds(text: str, figure: str) -> bool:
    """Whether the figure stands there whole: 40.000 is not in 1.40.000 or 40.000.000, 5 not in 15."""
    return re.search(rf"(?<![\d\w])(?<!\d[.,/]){re.escape(figure)}(?![\d\w]|[.,/]\d)", text) is not None


def cases(table: tuple[Said, ...] | tuple[Unsaid, ...]) -> Iterator[object]:
    for case in table:
        part = f".{case.part}" if isinstance(case, Said) else ""
        for day in case.days:
            for language in Language:
                yield pytest.param(case, day, language, id=f"{case.topic}{part}-{day}-{language}")


@pytest.mark.parametrize(("case", "day", "language"), list(cases(SAID)))
def test_a_household_hears_the_figures_of_the_day_and_where_they_stand(
    renderer: Renderer, case: Said, day: date, language: Language
) -> None:
    rendered = renderer.render_part(case.topic, case.part, language, day)

    text = plain(parse(rendered.text))

    assert [figure for figure in case.figures if not holds(text, written(figure, language))] == []
    assert [name for name in case.documents if not any(one.startswith(name) for one in rendered.sources)] == []
    if case.read is not None:
        assert holds(text, spell_month(case.read, language))


@pytest.mark.parametrize(("case", "day", "language"), list(cases(UNSAID)))
def test_no_part_says_a_dead_or_unread_figure(renderer: Renderer, case: Unsaid, day: date, language: Language) -> None:
    parts = [part for part in renderer.catalogue.topics[case.topic].parts if part not in case.but]

    said = [
        (part, figure)
        for part in parts
        for figure in case.figures
        if holds(read_aloud(renderer, case.topic, part, day, language), written(figure, language))
    ]

    assert said == []


@pytest.mark.parametrize("day", ALL)
@pytest.mark.parametrize(
    ("topic", "part", "starts", "figure"),
    [
        # recalled or of one file only: HCEL credit.production, education.tuition, education.boarding; JOR jobs.overseas
        ("credit.production", "answer", "Hộ cận nghèo", "100.000.000"),
        ("credit.production", "how_much", "Hộ cận nghèo: vay", "100.000.000"),
        ("credit.overseas_work", "answer", "Có hợp đồng đi làm nước ngoài", "6,24%"),
        ("credit.water_sanitation", "answer", "Nhà ở phường", "25.000.000"),
        ("education.tuition", "answer", "Lớp 1 đến lớp 12", "150.000"),
        ("education.boarding", "how_much", "Học bổng", "2.024.000"),
        ("jobs.overseas", "how_much", "Học tiếng", "4.000.000"),
    ],
)
def test_what_was_not_read_is_said_to_be_unread_in_its_own_line(
    renderer: Renderer, topic: str, part: str, starts: str, figure: str, day: date
) -> None:
    lines = [line.lstrip("• ") for line in read_aloud(renderer, topic, part, day, Language.VI).split("\n")]

    line = next(line for line in lines if line.startswith(starts))

    assert "chưa đọc được" in line
    assert not holds(line, figure)


def test_no_answer_of_these_topics_gives_a_phone_number_that_nobody_has_rung(renderer: Renderer) -> None:
    """Only 111, 113, 114, 115 and the social insurance line are firm (JOR programme.offices)."""
    topics = sorted({case.topic for case in (*SAID, *UNSAID)})

    numbers = {
        number
        for topic in topics
        for part in renderer.catalogue.topics[topic].parts
        for number in re.findall(
            r"\b(?:0\d{8,10}|1[89]00[ .]?\d{4,6})\b", read_aloud(renderer, topic, part, TODAY, Language.VI)
        )
    }

    assert numbers == {"1900 9068"}
