"""The change feed in the graph: what was committed since a position, as far as the viewer may know of it (变更流)."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.access.actor import VISITOR, Actor, actor_of
from db.access.models.change import ChangeKind
from db.city import feed
from db.city.feed import Place, Position, PositionGone, Told
from db.kernel.enumeration import DomainEnum
from schema.catalog.declare import computed, derived, part_type
from schema.catalog.fields import FieldArgument, Kind, NodeOf, Resolved
from schema.catalog.registry import Context
from schema.errors import RequestErrorCode, RequestRefused
from schema.graph.viewer import ViewerValues
from schema.ids import global_id


def _upper(name: str) -> str:
    """Write the name of a type as one of an enumeration: given `AidTask`, it is `AID_TASK`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()


_NAMES = {_upper(name): name for name in sorted(feed.NOUNS)}
_MEMBERS = {upper: (upper, f"Changes of `{name}` objects.") for upper, name in _NAMES.items()}
ChangedType: type[DomainEnum] = DomainEnum("ChangedType", _MEMBERS)
ChangedType.__doc__ = "A type of which the change feed tells: each that has a `version` (变更对象类型)."


@dataclass(frozen=True, slots=True)
class _Line:
    """A change and the cursor after it."""

    told: Told
    cursor: str


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of the feed for a client."""

    lines: list[_Line]
    cursor: str
    has_more: bool


# --- Cursors ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cursors:
    """Writes and reads the cursors of one feed: of what it was asked about, and of who asked.

    What a viewer sees follows from their roles. After a change of these no feed tells what they see more or less of, so
    a cursor is good for as long as its viewer has the roles that they had.
    """

    asked: str
    rights: str

    def write(self, position: Position) -> str:
        """Write the cursor after a position: `xid~id~time~what was asked~who asked`."""
        at = re.sub(r"\D", "", position.at)
        return f"{position.xid}~{position.id}~{at}~{self.asked}~{self.rights}"

    def read(self, text: str) -> Position:
        """Read a position out of a cursor.

        Raises:
            RequestRefused: INVALID_CURSOR, it is of other arguments, or none; CURSOR_TOO_OLD, it was of other roles.
        """
        found = _CURSOR.fullmatch(text)
        if not found or found["asked"] != self.asked:
            raise RequestRefused(
                RequestErrorCode.INVALID_CURSOR,
                "The cursor belongs to other types, another division or scope, or is none; begin anew without it.",
                ("changes", "after"),
            )
        if found["rights"] != self.rights:
            raise _too_old("Your roles, or those of the token, have changed, and with them what you see")
        at = datetime.strptime(found["at"], "%Y%m%d%H%M%S")
        return Position(int(found["xid"]), int(found["id"]), f"{at.isoformat()}Z")


_CURSOR = re.compile(
    r"(?P<xid>\d{1,18})~(?P<id>\d{1,18})~(?P<at>\d{14})~(?P<asked>\w{10})~(?P<rights>\w{10})", re.ASCII
)


def _too_old(why: str) -> RequestRefused:
    message = f"{why}; ask for `changes` without `after`, read all that you need anew, and follow from that cursor."
    return RequestRefused(RequestErrorCode.CURSOR_TOO_OLD, message, ("changes",))


def _hashed(*facts: object) -> str:
    return hashlib.blake2b(repr(facts).encode(), digest_size=5).hexdigest()


# --- Pages ------------------------------------------------------------------------------------------------------------


def _changes(
    request_values: ViewerValues,
    *,
    first: int,
    scope: str,
    after: str | None = None,
    types: Sequence[str] | None = None,
    division_code: str | None = None,
) -> _Page:
    actor = _actor(request_values)
    nouns = sorted({_NAMES[name] for name in types or ()})
    place = Place(division_code, scope) if division_code is not None else None
    cursors = _Cursors(_hashed(nouns, place), _hashed(actor.account_id, actor.held, actor.mandate.part))
    if after is None:
        return _Page([], cursors.write(feed.now()), has_more=False)
    try:
        page = feed.read(cursors.read(after), actor, request_values.now, size=first, types=nouns, place=place)
    except (PositionGone, ValueError):
        raise _too_old("What came after the cursor is not kept any more") from None
    lines = [_Line(told, cursors.write(told.position)) for told in page.changes]
    return _Page(lines, cursors.write(page.position), page.has_more)


def _actor(request_values: ViewerValues) -> Actor:
    if not request_values.account_id:
        return VISITOR
    return actor_of(request_values.account_id, datetime.fromisoformat(request_values.now), request_values.mandate)


# --- Types ------------------------------------------------------------------------------------------------------------


@part_type("That a row was created or changed, or is gone for the viewer (变更).")
class Change:
    """One line of the feed."""

    cursor = computed(Kind.SYNC_CURSOR, lambda line: line.cursor, "The position after this change.")
    type = computed(ChangedType, lambda line: _upper(line.told.type), "The type of the row.")
    # Not `id`: caches of clients would take all changes of a row for the same object.
    node_id = computed(Kind.ID, lambda line: global_id(line.told.type, line.told.id), "The global id of the row.")
    version = computed(int, lambda line: line.told.version, "The version of the row after the change.")
    kind = computed(ChangeKind, lambda line: line.told.kind, "What became of the row for the viewer.")
    at = computed(Kind.DATETIME, lambda line: line.told.position.at, "When it happened, by the clock of the database.")
    node = NodeOf(
        targets=tuple(sorted(feed.NOUNS)),
        key=lambda line: None if line.told.kind is ChangeKind.GONE else global_id(line.told.type, line.told.id),
        description="The row as it is now, which may be newer than the change; null when it is gone. What goes while "
        "the page is read is null already, and a later change tells that it is gone.",
    )


@part_type("A page of the change feed, oldest change first.")
class ChangePage:
    """What `changes` answers."""

    changes = derived(
        "Change",
        "The changes that the viewer may know of; there may be none on a page although more follow.",
        query=lambda page: page.lines,
        bound=200,
    )
    cursor = computed(
        Kind.SYNC_CURSOR, lambda page: page.cursor, "Where the next page begins: send it as `after`. Always given."
    )
    has_more = computed(bool, lambda page: page.has_more, "Whether to ask for the next page at once.")


CONTEXT = Context(
    types=(Change, ChangePage),
    roots={
        "changes": Resolved(
            target="ChangePage",
            value=_changes,
            cost=10,
            scoped=True,
            is_paged=True,
            arguments=(
                FieldArgument(
                    "after",
                    Kind.SYNC_CURSOR,
                    "The cursor that the feed goes on after; without it the page is empty and has the cursor of now.",
                ),
                FieldArgument("types", ChangedType, "The types to tell of; all when left out.", is_list=True),
                FieldArgument("division_code", Kind.CODE, "The 12-digit code of the division to tell of."),
            ),
            description="What was committed since a cursor, in one order, as far as the viewer sees it. To keep a copy "
            "up to date, ask for the cursor of now, read all that you need, and then follow from that cursor: write "
            "each `node`, and delete what is `GONE`. What is not kept any more is refused with CURSOR_TOO_OLD.",
        ),
    },
)
