"""The policy for text: the form that it is kept in, what is refused, and what has to survive."""

import pytest

from db.kernel.errors import DomainError, ErrorCode
from db.kernel.text import folded, read_code, read_text, shows_something, without_hidden


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  路灯不亮\u3000", "路灯不亮"),
        ("e\u0301cole", "école"),
        ("か\u3099", "が"),
        ("３号楼Ｂ座，ｌｉｆｔ", "3号楼B座，lift"),
        ("（一）“好”！～", "（一）“好”！～"),
        ("一\r\n二\r三\u2028四\x85五", "一\n二\n三\n四\n五"),
        ("\u00a0\u2003名\u205f", "名"),
    ],
)
def test_text_is_kept_in_one_form(given: str, kept: str) -> None:
    assert read_text(given, ("text",)) == kept


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d👧 家", "❤\ufe0f", "🏳\ufe0f\u200d🌈", "1\ufe0f\u20e3",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "辻\U000e0100", "می\u200cروم", "क्\u200dष", "ᠮᠣᠩᠭᠣᠯ\u180e\u1820",
        "🤦🏽\u200d♂\ufe0f", "བོད", "ھ\u200d", "\U00020bb7野家", "。",
    ],
)  # fmt: skip
def test_what_writing_needs_survives(text: str) -> None:
    assert read_text(text, ("text",)) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "\x00", "\x07", "\x0b", "\x7f", "\x9f", "\xad", "\u034f", "\u061c", "\u180e", "\u200b", "\u200c", "\u200d",
        "\u200e", "\u202e", "\u2060", "\u2066", "\u2069", "\u3164", "\uffa0", "\ufeff", "\ufff9", "\ufe0f\ufe0f",
        "\ufdd0", "\uffff", "\ud83d", "\U0001d173", "\U000e0001", "\U000e0041", "\U0010ffff",
    ],
)  # fmt: skip
def test_what_shows_nothing_is_refused_inside_a_text(hidden: str) -> None:
    with pytest.raises(DomainError, match=r"must not contain the invisible character U\+") as refused:
        read_text(f"路灯{hidden}不亮", ("title",))

    assert (refused.value.code, refused.value.field) == (ErrorCode.INVALID_INPUT, ("title",))
    assert "不可见" in refused.value.chinese


@pytest.mark.parametrize(
    "blank",
    ["", " ", "\u3000\u3000", "\n\n", "\u200b\u200b\u200b", "\u3164", "\u2800\u2800",
     "\u0301\u0308", "\ufe0f", "\u1160\u115f", "\U0001d159", "\u20dd"],
)  # fmt: skip
def test_a_text_has_to_show_something(blank: str) -> None:
    assert not shows_something(blank)
    with pytest.raises(DomainError, match="has no visible characters"):
        read_text(blank, ("title",))


@pytest.mark.parametrize("text", ["一\n二", "一\t二", "一\u2029二", "一\r二"])
def test_a_line_is_one_line(text: str) -> None:
    with pytest.raises(DomainError) as refused:
        read_text(text, ("title",), has_lines=False)

    assert refused.value.code is ErrorCode.INVALID_INPUT


def test_a_code_is_read_in_any_width() -> None:
    assert read_code("ＨＯＵ-０１", ("topicCode",)) == "HOU-01"


@pytest.mark.parametrize("code", ["", " ", "\u3000", "HOU 01", "HOU－01", "楼-01", "HOU-01\u200b"])
def test_a_code_has_no_other_characters(code: str) -> None:
    with pytest.raises(DomainError) as refused:
        read_code(code, ("topicCode",))

    assert refused.value.code is ErrorCode.INVALID_INPUT


def test_what_is_searched_for_keeps_its_blanks() -> None:
    assert folded(" Ｃａｆｅ\u0301 ") == " Café "


@pytest.mark.parametrize(
    ("given", "kept"),
    [("张\u200b三\x07", "张三"), ("\u202e李四\u202c", "李四"), ("王\n五\t", "王五"), ("\u3164\u200d", "")],
)
def test_a_name_of_another_system_loses_what_cannot_be_seen(given: str, kept: str) -> None:
    assert without_hidden(given) == kept
