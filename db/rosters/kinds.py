"""How a noun is imported from rosters: its columns with their usual headings, and the command that takes a row."""

import unicodedata
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from db.access.commands import Call, CommandResult
from db.kernel.refusals import camel
from db.rosters.values import Read

Inputs = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a roster.

    field: its name, by which `--map` names it; usually that of an input of the command. headings: what it is usually
    called in Chinese, the best name first; its field is a heading too. meaning: a sentence in English and Chinese for
    the template. read: what a cell of it means. example: for the template. inputs: those of the command that follow
    from it, where they have another name.
    """

    field: str
    headings: tuple[str, ...]
    meaning: tuple[str, str]
    read: Read
    example: str = ""
    is_required: bool = False
    inputs: tuple[str, ...] = ()

    @property
    def answers_for(self) -> set[str]:
        """The inputs of a refusal that this column has to do with, as the API names them."""
        return {camel(name) for name in (self.field, *self.inputs)}


def _same(call: Call, inputs: Inputs) -> Inputs:
    return inputs


def _never(call: Call, inputs: Inputs) -> bool:
    return False


def _no_key(inputs: Inputs) -> Hashable:
    return None


class FinishWords(NamedTuple):
    """How a report counts where the last step was done, where a dry run found that it can be, and where it cannot.

    Each for one and for several.
    """

    did: tuple[str, str] = ("", "")
    can: tuple[str, str] = ("", "")
    cannot: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class RosterKind:
    """A noun that rosters bring along.

    name: as `--as` names it. title: in English and Chinese. command: takes a row; what a bulk mutation runs too.
    inputs: makes the inputs of the command of what was read, and refuses by `DomainError`. is_there: whether exactly
    this is in the city already. key: what no two rows of a file may share; None where it has none. key_words: what
    that is, in both languages. shows: the field that names a row in reports. finish: what is done with a community once
    all its rows are there; it names no row where there is nothing to do. finish_words: how a report counts these.
    """

    name: str
    title: tuple[str, str]
    columns: tuple[Column, ...]
    command: Callable[..., CommandResult]
    inputs: Callable[[Call, Inputs], Inputs] = _same
    is_there: Callable[[Call, Inputs], bool] = _never
    key: Callable[[Inputs], Hashable] = _no_key
    key_words: tuple[str, str] = ("name", "名称")
    shows: str = "name"
    # Headings that its rosters often have and nothing is read of.
    ignored: tuple[str, ...] = field(default=())
    finish: Callable[[Call, str], CommandResult] | None = None
    finish_words: FinishWords = field(default_factory=FinishWords)

    @cached_property
    def by_field(self) -> Mapping[str, Column]:
        """Its columns by name."""
        return {column.field: column for column in self.columns}

    @cached_property
    def by_heading(self) -> Mapping[str, Column]:
        """Its columns by all that they are called.

        Raises:
            ValueError: two columns share a heading.
        """
        found: dict[str, Column] = {}
        for column in self.columns:
            for heading in {heading_key(one) for one in (column.field, camel(column.field), *column.headings)}:
                if heading in found:
                    raise ValueError(f"{self.name}: {heading} is {found[heading].field} and {column.field}")
                found[heading] = column
        return found

    @cached_property
    def ignored_keys(self) -> frozenset[str]:
        """Headings that say nothing of a row."""
        return frozenset(heading_key(one) for one in (*_IGNORED, *self.ignored))


# Numbers of rows, and what a file of refused rows has beside each of them.
REASON, REFUSED_SHEET, REFUSED_ROW = "拒绝原因 Reason", "原工作表 Sheet", "原行号 Row"
_IGNORED: Sequence[str] = ("序号", "序列", "编号序号", "No", "No.", "#", REASON, REFUSED_SHEET, REFUSED_ROW)


def heading_key(text: str) -> str:
    """Return a heading as it is compared: given `* 姓 名：`, it is 姓名."""
    kept = (char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum() or char in "#()")
    return "".join(kept)
