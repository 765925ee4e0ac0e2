"""Rankings: the committees of an assessment in order, also by other weights than those of its scheme."""

from typing import Any

from peewee import Case, Node, Select, Value, fn

from db.assessment.computing import rank_of, ranked, scheme_weights, totals
from db.assessment.models import WEIGHT, CommitteeResult, Indicator, Score
from db.committees.models.committee import Committee
from db.kernel.codes import SqlCodeRange
from db.kernel.expressions import Row
from db.places.models.division import Division
from schema.catalog.declare import computed, derived, part_type
from schema.catalog.fields import FieldArgument, FieldContext, InputType, Kind

# A city has a few hundred committees, and the largest a few thousand.
MAX_RANKED = 10_000
_WEIGHTS = FieldArgument(
    "weights",
    InputType(
        "AssessmentWeightsFilter",
        "Weights of the indicators, in any measure; what is left out weighs nothing.",
        tuple(
            FieldArgument(
                one.value.lower(), Kind.INT, f"The weight of {one.value} ({one.chinese}).", default=0,
                between=(int(WEIGHT.least), int(WEIGHT.most)),
            )
            for one in Indicator
        ),
    ),
    "Other weights, to see what they would lead to (试算); those of the scheme when left out.",
)  # fmt: skip
_WITHIN = FieldArgument(
    "division_code",
    Kind.CODE,
    "The 12-digit code of a division whose committees alone are ranked, among themselves; all when left out.",
)
_FIRST = FieldArgument(
    "first", Kind.INT, "How many rows at most, from the top; all when left out.", between=(1, MAX_RANKED)
)


def _weights(scheme: Node, given: FieldContext) -> Any:
    """Select the weights that were asked for as one row, or those of the scheme."""
    asked = given.argument("weights")
    if asked is None:
        return scheme_weights(scheme)
    columns = [asked[one.value.lower()].cast("INTEGER").alias(one.value) for one in Indicator]
    return Select(columns=columns)


def _ranking(period: Row, given: FieldContext) -> Node:
    found: Any = totals(period.id, _weights(period.scheme, given)).alias("totals")
    result, committee = CommitteeResult.alias("ranked"), Committee.alias("whose")
    total = found.c.total
    columns = [
        ranked(total).alias("rank"), total.alias("total"), Value("Committee_").concat(committee.id).alias("committee"),
        committee.name.alias("name"), committee.division_code.alias("code"), result.id.alias("result"),
        period.scheme.alias("scheme"),
    ]  # fmt: skip
    rows: Any = Select(columns=columns).from_(found).join(result, on=result.id == found.c.result)
    rows = rows.join(committee, on=committee.id == result.committee)
    code, first = given.argument("division_code"), given.argument("first")
    if code is not None:
        over: Any = Division.alias("over")
        rows = rows.join(over, on=over.code == code)
        rows = rows.where(SqlCodeRange(over.code, over.last_code).covers(committee.division_code))
    rows = rows.order_by(fn.COALESCE(total, -1).desc(), committee.id)
    return rows if first is None else rows.limit(first)


def _parts(row: Row, given: FieldContext) -> Node:
    score: Any = Score.alias("part")
    weights = _weights(row.scheme, given).alias("weights")
    weight = Case(score.indicator, [(one.value, getattr(weights.c, one.value)) for one in Indicator])
    columns = (score.indicator.alias("indicator"), score.points.alias("points"), weight.alias("weight"))
    parts: Any = Select(columns=columns).from_(weights).join(score, "CROSS JOIN").where(score.result == row.result)
    return parts.order_by(rank_of(score.indicator))


@part_type("What an indicator contributes to the total of a ranking.")
class RankingPart:
    """An indicator of a row of a ranking."""

    indicator = computed(Indicator, lambda row: row.indicator, "The indicator that is weighed.")
    points = computed(
        Kind.DECIMAL, lambda row: row.points, "The points; null where there was too little to assess.",
        nullable=True, places=2,
    )  # fmt: skip
    weight = computed(int, lambda row: row.weight, "The weight that it has in this ranking.")


@part_type("A committee in a ranking (排名).")
class RankingRow:
    """A row of a ranking; equal totals share a rank, and the next one is skipped (1, 1, 3)."""

    rank = computed(int, lambda row: row.rank, "The rank, from 1; null without a total.", nullable=True)
    committee_id = computed(Kind.CODE, lambda row: row.committee, "The global id of the committee.")
    committee_name = computed(Kind.LINE, lambda row: row.name, "The name of the committee.")
    division_code = computed(Kind.CODE, lambda row: row.code, "The 12-digit code of its community.")
    total = computed(
        Kind.DECIMAL,
        lambda row: row.total,
        "The mean of the points by their weights, rounded half up to two decimals; null where nothing that weighs "
        "anything was assessed.",
        nullable=True,
        places=2,
    )
    parts = derived(
        "RankingPart", "The points and weights that make the total.", query=_parts, bound=len(Indicator), cost=5
    )


RANKING = derived(
    "RankingRow",
    "The committees in the order of their totals, best first, from the scores as they stand; by other weights it is a "
    "trial of which nothing is kept (排名).",
    query=_ranking,
    bound=MAX_RANKED,
    cost=200,
    arguments=(_WEIGHTS, _WITHIN, _FIRST),
)
TYPES = (RankingPart, RankingRow)
