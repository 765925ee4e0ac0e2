"""Entries of published editions, read out of their sealed text, so that they never differ from it."""

from collections.abc import Mapping
from functools import reduce

from peewee import SQL, Cast, ColumnBase, Node, Select, SelectQuery

from db.kernel.enumeration import DomainEnum
from db.kernel.expressions import Row
from db.kernel.json_items import JsonItems, item_day, item_hundredths, item_position, item_text
from schema.catalog.declare import computed, derived, part_type
from schema.catalog.fields import FieldArgument, FieldContext, Kind

MOST_ENTRIES = 200


class ListKind(DomainEnum):
    """One of the three lists (清单类别)."""

    NEEDS = "NEEDS", "The need list.", "需求清单"
    PROJECTS = "PROJECTS", "The project list.", "项目清单"
    RESOURCES = "RESOURCES", "The resource list.", "资源清单"


@part_type("One entry of a published edition (清单条目), as it was sealed.")
class ListEntry:
    """What the three lists have in common."""

    list = computed(ListKind, lambda row: row.list, "The list on which the entry stands.")
    position = computed(int, lambda row: row.position, "The place of the entry on its list, from 1.")
    title = computed(Kind.LINE, lambda row: row.title, "The need, the project, or the name of the resource.")
    unit = computed(
        Kind.LINE, lambda row: row.unit, "The unit of the quantities; 元 for the budget of a project.", nullable=True
    )
    quantity = computed(
        Kind.DECIMAL,
        lambda row: row.quantity,
        "How much is wanted or offered, or the budget of a project; null where nothing is counted.",
        nullable=True,
        places=2,
    )
    left = computed(
        Kind.DECIMAL,
        lambda row: row.left,
        "How much of a resource could still be claimed then; null for needs and projects.",
        nullable=True,
        places=2,
    )
    due_on = computed(
        Kind.DATE,
        lambda row: row.due_on,
        "The last day for claims on a need, or of a project; null for resources.",
        nullable=True,
    )
    state = computed(
        Kind.CODE, lambda row: row.state, "The state of the need or project then; null for resources.", nullable=True
    )


# What stands in the sealed text, by list: under which name, and each entry's columns.
_LISTS: Mapping[ListKind, tuple[str, Mapping[str, ColumnBase]]] = {
    ListKind.NEEDS: (
        "needs",
        {
            "title": item_text("title"), "unit": item_text("unit"), "quantity": item_hundredths("quantity"),
            "due_on": item_day("claimUntil"), "state": item_text("state"),
        },
    ),
    ListKind.PROJECTS: (
        "projects",
        {
            "title": item_text("title"), "unit": SQL("'元'"), "quantity": item_hundredths("budget"),
            "due_on": item_text("dueOn"), "state": item_text("state"),
        },
    ),
    ListKind.RESOURCES: (
        "resources",
        {
            "title": item_text("name"), "unit": item_text("unit"), "quantity": item_hundredths("quantity"),
            "left": item_hundredths("left"),
        },
    ),
}  # fmt: skip
_MAY_BE_MISSING: Mapping[str, str] = {"left": "BIGINT", "due_on": "TEXT", "state": "TEXT"}


def _entries(edition: Row, given: FieldContext) -> Node:
    parts = [_of_list(edition, given, rank, kind) for rank, kind in enumerate(ListKind)]
    everything = reduce(SelectQuery.union_all, parts)
    return everything.order_by(SQL("rank"), SQL("position")).limit(MOST_ENTRIES)


def _of_list(edition: Row, given: FieldContext, rank: int, kind: ListKind) -> Select:
    name, columns = _LISTS[kind]
    missing = {column: Cast(SQL("NULL"), type_) for column, type_ in _MAY_BE_MISSING.items() if column not in columns}
    shown = [column.alias(called) for called, column in sorted({**columns, **missing}.items())]
    entries = Select(columns=[SQL(f"'{kind}'").alias("list"), SQL(str(rank)).alias("rank"), *shown])
    wanted, after = given.argument("list"), given.argument("after_position")
    found = entries.select_extend(item_position().alias("position")).from_(JsonItems(edition.content, name))
    conditions = [] if wanted is None else [wanted == kind.value]
    conditions += [] if after is None else [item_position() > after]
    return found.where(*conditions) if conditions else found


ENTRIES = derived(
    "ListEntry",
    f"The entries of the edition, read from its sealed text: at most {MOST_ENTRIES}; ask list by list, and for those "
    "after the last position, where there are more.",
    query=_entries,
    bound=MOST_ENTRIES,
    arguments=(
        FieldArgument("list", ListKind, "The list; all three when left out."),
        FieldArgument(
            "after_position", Kind.INT, "Only entries after this position of their list.", between=(0, 2**31 - 1)
        ),
    ),
)
