"""Published figures: the snapshots, how they compare with what is counted now, and how they are recorded."""

from peewee import Node

from db.access.models.access import TokenScope
from db.figures.comparing import newest
from db.kernel.calendar import today
from db.kernel.expressions import Row
from schema.catalog.declare import Taking, every
from schema.catalog.fields import FieldArgument, FieldContext, Kind
from schema.catalog.registry import Context
from schema.graph.figures.mutations import MUTATIONS
from schema.graph.figures.types import LiveFigure, StatisticsSnapshot
from schema.graph.viewer import ASKER

_DIVISION = FieldArgument(
    "division_code", Kind.CODE, "The 12-digit code of the division that the figures describe.", required=True
)
_AS_OF = FieldArgument("as_of", Kind.DATE, "The last day of what is compared; today when left out.")


def _compared(snapshot: Row, given: FieldContext) -> Node:
    day = given.argument("as_of")
    is_newest = newest(snapshot, ASKER.when(today) if day is None else day)
    return (snapshot.division_code == given.argument("division_code")) & is_newest


CONTEXT = Context(
    types=(LiveFigure, StatisticsSnapshot),
    roots={
        "statistics_snapshots": every(
            "StatisticsSnapshot", "All published figures, by name and day.", order="figure as_of"
        ),
        "figure_comparison": every(
            "StatisticsSnapshot",
            "The newest snapshot of each figure of a division by a day; its `live` is what is counted now. What "
            "somebody published goes before what the system kept, and of one day the last that was recorded counts "
            "(数据比对).",
            order="figure",
            taking=Taking((_DIVISION, _AS_OF), _compared),
        ),
    },
    mutations={TokenScope.FIGURES: MUTATIONS},
)
