"""The one policy for text that people type or import: how it is kept, and what is refused.

Text is kept in Unicode normal form C, without blanks around it, with line ends as a line feed, and with digits and
letters in their usual width, so that `３号楼` and `3号楼` are one text. Characters that show nothing are refused,
except where writing needs them: a joiner inside an emoji or an Arabic, Indic or Mongolian word, a variation selector
after what it varies. Why: docs/adr/0023.
"""

import re
import string
import unicodedata
from collections.abc import Sequence

from db.kernel.errors import DomainError, ErrorCode

# The full-width forms of these lie this far above them: ０ to ９, Ａ to Ｚ, ａ to ｚ.
_NARROW = {ord(character) + 0xFEE0: character for character in string.digits + string.ascii_letters}
# The characters with Unicode's property White_Space; `str.strip` alone would remove four control characters too.
BLANKS = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029"
    "\u202f\u205f\u3000"
)
_LINE_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")
# Control characters, Unicode's property Default_Ignorable_Code_Point, halves of surrogates, and noncharacters.
_HIDDEN = (
    "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
) + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(1, 17))
_EMOJI = "\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff"
# Arabic, Syriac, Indic, Tibetan, Burmese, Khmer, Mongolian and Arabic's presentation forms.
_JOINING = "\u0600-\u08ff\u0900-\u0fff\u1000-\u109f\u1780-\u18af\ufb50-\ufdcf\ufe70-\ufefc"
_NEEDED = re.compile(
    f"(?<=[{_EMOJI}])\u200d(?=[{_EMOJI}])"
    f"|(?<=[{_JOINING}])[\u200c\u200d]"
    "|(?<=[\u1800-\u18af])[\u180b-\u180f]"
    f"|(?<=[^\\s{_HIDDEN}])[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
# The flags of England and its like: a black flag, and letters that show nothing by themselves.
_REGION_FLAG = re.compile("(?<=\U0001f3f4)[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,10}\U000e007f")
_HIDDEN_CHARACTER = re.compile(f"[{_HIDDEN}]")
# Most texts are Chinese characters alone, which are in their one form and can be seen.
_PLAIN = re.compile("[\u4e00-\u9fff]+")
_UNFIT_CODE = re.compile(r"[^A-Za-z0-9_.:+-]")
# Letters and signs without a shape of their own.
_BLANK_SIGNS = "\u2800\U0001d159"


def folded(text: str) -> str:
    """Return a text in the form that texts are kept in, blanks and hidden characters left as they are.

    What is searched for is folded as well, so that it is found whichever way it was typed.
    """
    return text if text.isascii() or _PLAIN.fullmatch(text) else unicodedata.normalize("NFC", text.translate(_NARROW))


def normalized(text: str) -> str:
    """Return a text as it is kept: folded, without blanks around it, each line end a line feed."""
    return text if _PLAIN.fullmatch(text) else _LINE_BREAK.sub("\n", folded(text)).strip(BLANKS)


def shows_something(text: str) -> bool:
    """Return whether a text has a letter, digit or sign that can be seen."""
    return bool(_PLAIN.match(text)) or any(
        unicodedata.category(character)[0] in "LNPSC"
        for character in text
        if character not in _BLANK_SIGNS and character not in BLANKS and not _HIDDEN_CHARACTER.match(character)
    )


def hidden_character(text: str, *, has_lines: bool = True) -> int | None:
    """Find the first character that shows nothing and is not needed, and return its place. has_lines: may break."""
    if _PLAIN.fullmatch(text) or (text.isascii() and text.isprintable()):
        return None
    text = _REGION_FLAG.sub(lambda found: "x" * len(found[0]), text)
    for found in _HIDDEN_CHARACTER.finditer(text):
        if not _NEEDED.match(text, found.start()):
            return found.start()
    return None if has_lines else next((at for at, character in enumerate(text) if character in "\t\n"), None)


def without_hidden(text: str) -> str:
    """Return a text on one line, without what would be refused: for names that another system vouches for."""
    text = normalized(text)
    while (at := hidden_character(text, has_lines=False)) is not None:
        text = text[:at] + text[at + 1 :]
    return text.strip(BLANKS)


def read_text(text: str, field: Sequence[str], *, has_lines: bool = True) -> str:
    """Return a text that somebody gave, as it is kept. field: the path of the input, for the refusal.

    Raises:
        DomainError: INVALID_INPUT, it shows nothing, has a character that shows nothing, or more than one line.
    """
    text = normalized(text)
    if not shows_something(text):
        raise _shows_nothing(field)
    if not has_lines and "\n" in text:
        raise _invalid(field, "The text must be on one line.", "须为单行文字。")
    if (at := hidden_character(text, has_lines=has_lines)) is not None:
        character = f"U+{ord(text[at]):04X}"
        raise _invalid(
            field,
            f"The text must not contain the invisible character {character} (at position {at + 1}); remove it.",
            f"文字的第 {at + 1} 个字符 {character} 不可见，请删除。",
        )
    return text


def read_code(text: str, field: Sequence[str]) -> str:
    """Return a code that somebody gave, with digits and letters in their usual width.

    Raises:
        DomainError: INVALID_INPUT, it is empty, or has other characters than a code may have.
    """
    code = folded(text)
    if not code.strip(BLANKS):
        raise _shows_nothing(field)
    if _UNFIT_CODE.search(code):
        message = "Use only letters, digits and _ . : + -."
        raise _invalid(field, message, "只能使用字母、数字和 _ . : + - 字符。")
    return code


def _shows_nothing(field: Sequence[str]) -> DomainError:
    return _invalid(
        field,
        "The text has no visible characters; write something, or leave the field out where it is optional.",
        "内容为空或不可见，请填写；选填项可不填。",
    )


def _invalid(field: Sequence[str], message: str, chinese: str) -> DomainError:
    return DomainError(ErrorCode.INVALID_INPUT, message, field, chinese=chinese)
