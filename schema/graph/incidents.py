"""Incidents, and the reports on them; what belongs to one names it by `OF_INCIDENT`."""

from peewee import SQL, Case, ColumnBase, Node, fn

from db.incidents import models
from db.incidents.visibility import INCIDENT, knows_place, sees
from db.kernel.expressions import Row
from schema.catalog.declare import column, computed, many, model_type, one
from schema.catalog.fields import FieldContext, Kind, Many
from schema.catalog.mutations import Argument
from schema.graph.viewer import ASKER, seen_by

# The nouns that can belong to an incident: how its list of them is called, what they are in words, and its order.
TIED = {
    "Issue": ("issues", "Issues", "-created_at"),
    "Deployment": ("deployments", "Deployments", "-called_at"),
    "Shift": ("shifts", "Shifts", "-starts_at"),
    "Visit": ("visits", "Visits", "-visited_at"),
    "Publication": ("publications", "Publications", "-valid_from"),
    "Donation": ("donations", "Donations", "-id"),
    "StockMove": ("stock_moves", "Moves of supplies", "-at"),
    "MonitoringCase": ("monitoring_cases", "Monitoring cases", "-starts_on"),
}
OF_INCIDENT = Argument(
    "incident_id",
    Kind.ID,
    "The incident that it belongs to, which is open and of the same part of the city.",
    required=False,
    of=("Incident",),
)
SUPPORTING = Argument(
    "incident_id", Kind.ID, "The incident that it is for, which is open.", required=False, of=("Incident",)
)


def in_incident(row: Row, given: FieldContext) -> Node:
    """Build the condition that a row belongs to the incident that a field was given, if it was given one.

    Nothing belongs to one that the viewer does not know of.
    """
    named = given.argument("incident_id")
    if named is None:
        return SQL("TRUE")
    incident = models.Incident.alias("named")
    known = incident.select(SQL("1")).where(incident.id == named, sees(incident, ASKER))
    return models.belongs_to(row, named) & fn.EXISTS(known)


def _place(incident: Row) -> ColumnBase:
    return Case(None, [(knows_place(incident, ASKER), incident.place)])


def _tied(noun: str) -> Many:
    _, words, order = TIED[noun]
    return many(
        noun,
        f"{words} of the incident and of those that are a part of it, as far as the viewer knows of them.",
        on=lambda incident, row: models.belongs_to(row, incident.id),
        order=order,
    )


@model_type(
    models.Incident,
    "Something that happened and that people deal with together, such as a fire or an outbreak (突发事件).",
    visible=seen_by(INCIDENT),
)
class Incident:
    """Public once graded; before, for whoever noticed it, staff, directors and the offices above."""

    number = column("The number of the incident, without gaps in its division and year (事件编号).")
    division = one("Division", "The community, or the larger part of the city, where it happened.")
    division_code = column("The 12-digit code of that division.")
    kind = column("What kind of thing happened.")
    title = column("The title of the incident.")
    parent = one("Incident", "The incident of a larger part of the city that this one is a part of.")
    site = one("Site", "The site where it happened, if it was at one.")
    place = computed(
        Kind.LINE,
        _place,
        "The place in words; for whoever noticed it, staff, directors and the offices above.",
        nullable=True,
        queryable=False,
    )
    emergency_number = computed(
        Kind.CODE,
        lambda incident: Case(
            incident.kind, [(kind.value, number) for kind, number in models.EMERGENCY_NUMBERS.items()]
        ),
        "The number that people call first, such as 119 (应急电话); null where there is none.",
        nullable=True,
        cost=0,
    )
    detected_at = column("When the incident was noticed (发现).")
    called_at = column("When teams and units were called out (呼叫).")
    graded_at = column("When the incident got its first grade (分级).")
    first_on_site_at = column("When the first of them was on site and the incident graded (到场).")
    stood_down_at = column("When the incident was over (解除).")
    grade = column("The grade of the incident, and with it the level whose office answers.")
    level = column("The level of the office that answers for the incident.")
    responsible_division = one(
        "Division",
        "The division whose office answers for the incident.",
        on=lambda incident, division: division.code == incident.responsible_code,
    )
    due_at = column("Until when the incident is to be graded, reported on or reviewed; null where nothing is due.")
    lessons = column("What is to be learned from the incident; null until it was reviewed.")
    state = column("The state of the incident.")
    created_at = column("When the incident was entered here.")
    version = column("The version, which grows by one with each step; send it as `expectedVersion`.")
    children = many("Incident", "The incidents that are a part of it.", on="parent", order="-detected_at")
    reports = many("SituationReport", "The reports on the incident, newest first.", on="incident", order="-at")
    issues = _tied("Issue")
    deployments = _tied("Deployment")
    shifts = _tied("Shift")
    visits = _tied("Visit")
    publications = _tied("Publication")
    donations = _tied("Donation")
    stock_moves = _tied("StockMove")
    monitoring_cases = _tied("MonitoringCase")


@model_type(models.SituationReport, "A report of the office in charge on an incident (情况报告).")
class SituationReport:
    """Everybody sees all of them: only an incident that is graded is reported on."""

    incident = one("Incident", "The incident that is reported on.", shares_visibility=True)
    division_code = column("The 12-digit code of the incident's division.")
    office_code = column("The 12-digit code of the division whose office reported.")
    at = column("When the report was made.")
    text = column("The words of the report.")
    new_cases = column("How many cases were new.")
    open_cases = column("How many cases were open.")
    tested = column("How many people were tested.")
    helped = column("How many people were helped.")


INCIDENT_TYPES = (Incident, SituationReport)
