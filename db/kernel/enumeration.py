"""The base of every enumeration in the domain: a name, stored as it reads, with what it means in two languages."""

from enum import StrEnum


class DomainEnum(StrEnum):
    """A closed set of names; each member is declared as `NAME = "NAME", "What it means.", "中文"`.

    english: the meaning without its full stop. chinese: the term; empty for what only programs read. What a subclass
    declares behind them is an argument of its own `__init__`.
    """

    english: str
    chinese: str

    def __new__(cls, value: str, english: str, chinese: str = "", *_more: object) -> "DomainEnum":
        member = str.__new__(cls, value)
        member._value_ = value
        member.english = english.removesuffix(".")
        member.chinese = chinese
        return member

    @property
    def description(self) -> str:
        """The sentence, with the Chinese term in brackets at its end."""
        return f"{self.english} ({self.chinese})." if self.chinese else f"{self.english}."


class GrowingEnum(DomainEnum):
    """An enumeration that gets new names from release to release.

    Its columns check the form of a name and not the name, so that a new one needs no migration. `EnumField` writes only
    names that this release knows, and `flask doctor` reports others.
    """
