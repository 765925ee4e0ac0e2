"""Mutations of published figures."""

from db.figures import commands
from db.figures.models import FigurePrecision
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

MUTATIONS = (
    Mutation(
        "recordSnapshot",
        "Record a figure that was published of a division, for officers of the city; it is never changed, and a "
        "correction is another snapshot (登记公布数据).",
        commands.record_snapshot,
        (
            Argument("figure", Kind.CODE, "The name of the figure, such as F1.communities."),
            Argument("as_of", Kind.DATE, "The day for which the figure holds."),
            Argument("value", Kind.DECIMAL, "The value of the figure, in its unit."),
            Argument("precision", FigurePrecision, "How exact the figure is."),
            Argument("source", Kind.LINE, "Where the figure was published."),
            Argument(
                "label", Kind.LINE, "What the figure counts, in words; a figure that is new needs it.", required=False
            ),
            Argument(
                "unit",
                Kind.LINE,
                "The unit of the figure; a figure that is new needs it, and another one keeps its own.",
                required=False,
            ),
            Argument("note", Kind.LINE, "A remark about the figure.", required=False),
        ),
        {"statisticsSnapshot": "StatisticsSnapshot"},
    ),
)
