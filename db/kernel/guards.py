"""Guards: facts that stand in the way of a step, each with the refusal that it leads to. Knows no noun."""

from collections.abc import Iterable, Sequence
from enum import Enum

from db.kernel.errors import DomainError, ErrorCode


class GuardEnum(Enum):
    """A fact that blocks a step, or makes it need more: code, message, message in Chinese, field of the input."""

    def __init__(self, code: ErrorCode, message: str, chinese: str, field: str = "") -> None:
        self.code = code
        self.message = message
        self.chinese = chinese
        self.field = field

    def refusal(self, *, message: str = "", chinese: str = "") -> DomainError:
        """Build the refusal. message, chinese: in place of the general ones, where a command knows more of the fact."""
        path = (self.field,) if self.field else ()
        return DomainError(self.code, message or self.message, path, chinese=chinese or self.chinese)


def bits_of(members: Iterable[Enum], known: Sequence[Enum]) -> int:
    """Return some guards as bits of a number. known: all those of a noun; the lowest bit is that of the first."""
    return sum(1 << known.index(member) for member in set(members))
