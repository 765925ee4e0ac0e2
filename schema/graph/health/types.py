"""Sub-committees for health work, who belongs to them, and the figures of each month."""

from db.health.models import figure, sub_committee
from schema.catalog.declare import column, many, model_type, one


@model_type(
    sub_committee.SubCommittee,
    "A sub-committee for health work of a community's committee; one of each kind works at a time (下属委员会).",
)
class SubCommittee:
    """Everybody sees all of them, dissolved ones included."""

    kind = column("Whether it is the public-health or the patriotic health committee.")
    committee = one("Committee", "The committee that the sub-committee belongs to.")
    division = one("Division", "The community that the sub-committee works for.")
    division_code = column("The 12-digit code of the community.")
    formed_on = column("The day on which the sub-committee was formed.")
    dissolved_on = column("The day on which the sub-committee was dissolved with its committee.")
    state = column("The state of the sub-committee.")
    created_at = column("When the sub-committee was entered here.")
    version = column("Grows by one with each step of its life; its journal has an entry for each.")
    members = many(
        "SubCommitteeMember", "Who belongs to the sub-committee, and who once did; oldest first.", on="sub_committee"
    )


@model_type(
    sub_committee.SubCommitteeMember,
    "A person in a sub-committee and what they are in it, from one day to another (下属委员会成员).",
)
class SubCommitteeMember:
    """Named for everybody while they belong to it."""

    sub_committee = one("SubCommittee", "The sub-committee that the person belongs to.")
    person = one("Person", "The person who is the member.")
    division_code = column("The 12-digit code of the community.")
    role = column("The position of the member in the sub-committee.")
    since = column("The first day on which the person had this position.")
    until = column("The last day on which the person had this position; null while they have it.")


@model_type(
    figure.HealthFigure,
    "A figure of a community's health work for one month: a sum, and never about a person (健康数据).",
)
class HealthFigure:
    """Public."""

    division = one("Division", "The community that the figure is about.")
    division_code = column("The 12-digit code of the community.")
    month = column("The month that the figure is about, such as 2026-01.")
    indicator = column("What the figure counts.")
    value = column("The number that was recorded for the month.")
    created_at = column("When the figure was recorded first.")
    version = column("Grows by one each time the figure is recorded anew.")


HEALTH_TYPES = (SubCommittee, SubCommitteeMember, HealthFigure)
