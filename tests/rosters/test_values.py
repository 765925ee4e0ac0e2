"""What cells mean, as people and spreadsheet programs write them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from db.people.models.person import PeopleGroup
from db.rosters import values
from db.rosters.values import BadValue, OneOf, Read, SeveralOf

DAY = date(2022, 2, 10)
READ: list[tuple[Read, Any, Any]] = [
    (values.name, "张　三", "张三"),
    (values.name, " 欧阳 娜娜\u3000", "欧阳娜娜"),
    (values.name, "阿依•买买提", "阿依·买买提"),
    (values.name, "阿依 ・ 买买提", "阿依·买买提"),
    (values.name, "'𠅤𫖯", "𠅤𫖯"),
    (values.name, "Ada   Lovelace", "Ada Lovelace"),
    (values.phone, 13893100001.0, "13893100001"),
    (values.phone, "１３８９３１００００１", "13893100001"),
    (values.phone, " 138 9310 0001　", "13893100001"),
    (values.phone, "'13893100001", "13893100001"),
    (values.phone, "0931—8888888", "0931-8888888"),
    (values.phone, "+86 13893100001", "+8613893100001"),
    (values.code, 620102001005, "620102001005"),
    (values.code, 620102001005.0, "620102001005"),
    (values.code, "620102001005.0", "620102001005"),
    (values.code, "Ｇ－０３", "G-03"),
    (values.day, DAY, DAY),
    (values.day, datetime(2022, 2, 10, 8), DAY),
    (values.day, "2022.2.10", DAY),
    (values.day, "2022年2月10日", DAY),
    (values.day, "2022年02月10号", DAY),
    (values.day, "2022/2/10", DAY),
    (values.day, "２０２２．２．１０", DAY),
    (values.day, "2022-02-10 00:00:00", DAY),
    (values.day, 44602, DAY),
    (values.day, 44602.0, DAY),
    (values.day, "44602", DAY),
    (values.day, 20220210, DAY),
    (values.decimal, "1,234.50", Decimal("1234.50")),
    (values.decimal, "１，２３４", Decimal(1234)),
    (values.decimal, "85%", Decimal("0.85")),
    (values.decimal, 0.1, Decimal("0.1")),
    (values.whole, "1,234", 1234),
    (values.whole, 3.0, 3),
    (values.yes_no, "是", True),
    (values.yes_no, "√", True),
    (values.yes_no, "No", False),
    (values.yes_no, 0, False),
    (values.yes_no, True, True),
    (OneOf(PeopleGroup), "Police", PeopleGroup.POLICE),
    (SeveralOf(PeopleGroup), "党员、退役 军人，党员", [PeopleGroup.PARTY_MEMBER, PeopleGroup.VETERAN]),
]
BAD: list[tuple[Read, Any]] = [
    (values.name, "王\ufffd"),
    (values.name, "王?"),
    (values.name, "王\ue863"),
    (values.phone, "1.38931E+10"),
    (values.phone, "13893100001/13893100002"),
    (values.phone, "138****0001"),
    (values.phone, -5),
    (values.code, "6.20102E+11"),
    (values.code, DAY),
    (values.line, DAY),
    (values.day, "2022.2.30"),
    (values.day, "2022年2月"),
    (values.day, "22.2.10"),
    (values.day, 3),
    (values.day, float("nan")),
    (values.decimal, "十"),
    (values.decimal, "NaN"),
    (values.decimal, "1E999999999"),
    (values.whole, "1.5"),
    (values.whole, float("inf")),
    (values.yes_no, "也许"),
    (OneOf(PeopleGroup), "外星人"),
    (SeveralOf(PeopleGroup), "党员、外星人"),
]


def test_values_are_read_as_they_are_meant() -> None:
    read = [(reader, cell, reader(cell)) for reader, cell, _ in READ]

    assert read == READ


def test_what_is_none_is_refused_in_both_languages() -> None:
    for reader, cell in BAD:
        with pytest.raises(BadValue) as refused:
            reader(cell)
        assert refused.value.english.endswith(".")
        assert refused.value.chinese.endswith("。")
