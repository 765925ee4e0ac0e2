"""The base of every enumeration in the domain: a name, stored as it reads, with its one-sentence description."""

from enum import StrEnum


class DomainEnum(StrEnum):
    """A closed set of names; each member is declared as `NAME = "NAME", "Description."`."""

    description: str

    def __new__(cls, value: str, description: str) -> "DomainEnum":
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member

    @property
    def english(self) -> str:
        """The description without the Chinese term, and without a full stop."""
        return self.description.rpartition(" (")[0] or self.description.rstrip(".")

    @property
    def chinese(self) -> str:
        """The Chinese term, which stands in brackets at the end of the description."""
        return self.description.rpartition("(")[2].rstrip(").")
