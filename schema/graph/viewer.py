"""What a statement may know of the viewer: facts of the request that the declarations of visibility use."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from peewee import ColumnBase

from db.access.actor import FULL, Mandate
from db.access.models.access import TokenScope
from db.access.viewers import Rule, ViewerSql, Visibility
from db.kernel.codes import EVERYWHERE, CodeRange, SqlCodeRange
from db.kernel.expressions import Row
from schema.catalog.fields import FieldContext
from schema.engine.bindings import ACCOUNT_ID, NOW, Param, RequestFact, RequestValues


@dataclass(slots=True)
class ViewerValues(RequestValues):
    """A request with its viewer. mandate: of their token. reads: as `readable_range` returns it."""

    mandate: Mandate = FULL
    reads: CodeRange = EVERYWHERE

    @property
    def first_code(self) -> str:
        """The first division code for which the viewer's token is good."""
        return self.mandate.part.first

    @property
    def last_code(self) -> str:
        """The last division code for which the viewer's token is good."""
        return self.mandate.part.last

    @property
    def first_read(self) -> str:
        """The first division code whose issues the viewer may read by a role."""
        return self.reads.first

    @property
    def last_read(self) -> str:
        """The last division code whose issues the viewer may read by a role."""
        return self.reads.last

    @property
    def scopes(self) -> int:
        """The scopes of the viewer's token, as bits of a number."""
        return scope_bits(scope for scope in TokenScope if self.mandate.allows(scope))


def scope_bits(scopes: Iterable[TokenScope]) -> int:
    """Return the bits of scopes."""
    return sum(1 << _SCOPES.index(scope) for scope in scopes)


_SCOPES = tuple(TokenScope)
SCOPES = Param(RequestFact("scopes"), cast="bigint")


@cache
def _following_now(compute: Callable[[str], str]) -> Param:
    return Param(NOW.source, lambda now, request_values: compute(now))


ASKER = ViewerSql(
    ACCOUNT_ID,
    NOW,
    SqlCodeRange(Param(RequestFact("first_code")), Param(RequestFact("last_code"))),
    SqlCodeRange(Param(RequestFact("first_read")), Param(RequestFact("last_read"))),
    following=lambda now, compute: _following_now(compute),
)


def viewer_of(given: FieldContext) -> ViewerSql:
    """Return the viewer of a request, with how much they see."""
    return ASKER.seeing(Visibility(str(given.visibility)))


def seen_by(rule: Rule) -> Callable[[Row, FieldContext], ColumnBase | None]:
    """Declare who sees the rows of a type, by a rule of its context in `db`."""
    return lambda row, given: rule.condition(row, viewer_of(given))
