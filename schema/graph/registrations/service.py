"""Pledges, hours of service and appraisals; what is known of a person's depends on who asks."""

from peewee import Case, ColumnBase, Node, Value, fn

from db.kernel.expressions import Row
from db.registrations import visibility
from db.registrations.models import service
from schema.catalog.declare import column, computed, model_type, number, one
from schema.catalog.fields import Kind
from schema.graph.viewer import ASKER, seen_by


def _of_code(row: Row, division: Row) -> ColumnBase:
    return division.code == row.division_code


def _done_hours(pledge: Row) -> ColumnBase:
    record = service.HourRecord.alias("done")
    counted = (record.pledge == pledge.id) & (record.state == service.HourState.CONFIRMED.value)
    return number(record.select(fn.SUM(record.hours)).where(counted))


def _source_id(record: Row) -> Node:
    return record.source_type.concat("_").concat(record.source_id.cast("TEXT"))


@model_type(service.Pledge, "Something that a registered party promises to do by a day (承诺).")
class Pledge:
    """Everybody sees all of them."""

    registration = one("Registration", "The registration of the party that promised it.")
    division = one("Division", "The community that it was promised to.", on=_of_code)
    division_code = column("The 12-digit code of the community.")
    duty = column("The duty that the pledge serves.")
    text = column("What the party promised.")
    hours = column("How many hours the party promised; null where it is not about hours.")
    done_hours = computed(
        Kind.DECIMAL,
        lambda pledge: Case(None, [(visibility.knows_done_hours(pledge, ASKER), _done_hours(pledge))]),
        "The confirmed hours that were spent on the pledge; null to those who may not know a person's hours.",
        nullable=True,
        places=2,
        cost=2,
        queryable=False,
    )
    due_on = column("The day by which the pledge is to be kept.")
    need = one("Need", "The need that the pledge serves.")
    site = one("Site", "The site that the pledge is about.")
    state = column("The state of the pledge.")
    created_at = column("When the pledge was made.")
    version = column("The version, which grows by one with each step; send it as `expectedVersion`.")


@model_type(
    service.HourRecord,
    "Hours of service of a person on a day, for those who know whose they are (服务时长).",
    visible=seen_by(visibility.HOURS),
)
class HourRecord:
    """For the person, their unit's contact, the captain of the team, staff, and the offices above."""

    person = one("Person", "The person who served.")
    registration = one("Registration", "The registration that the hours count for.")
    team = one("VolunteerTeam", "The team that the person served with.")
    pledge = one("Pledge", "The pledge that the hours were spent on.")
    source_id = computed(
        Kind.CODE,
        _source_id,
        "The global id of what the hours follow from by themselves; null where somebody logged them.",
        nullable=True,
    )
    division = one("Division", "The community where the person served.", on=_of_code)
    division_code = column("The 12-digit code of the community.")
    day = column("The day of the service.")
    hours = column("The number of hours, in steps of half an hour.")
    duty = column("The duty that was served.")
    text = column("What the person did.")
    state = column("The state of the record.")
    reviewed_by_name = column("Who reviewed the hours.")
    review_note = column("Why the hours do not count, or what else the review noted.")
    created_at = column("When the hours were logged.")
    version = column("The version, which grows by one with each change; send it as `expectedVersion`.")


@model_type(
    service.Appraisal,
    "The grade of a registration for a year, with the figures as they were then (年度评议).",
    visible=seen_by(visibility.APPRAISAL),
)
class Appraisal:
    """A unit's is public; a person's is for them, their unit's contact, staff, and the offices above."""

    registration = one("Registration", "The registration that was appraised.")
    person = one("Person", "The person whose registration it is; null for a unit.")
    division = one("Division", "The community that appraised it.", on=_of_code)
    division_code = column("The 12-digit code of the community.")
    year = column("The year that was appraised.")
    grade = column("The grade of the year.")
    hours = column("The confirmed hours of the year, as they were when it was appraised.")
    pledges_kept = column("How many of the pledges that were due in the year were kept by then.")
    pledges_due = column("How many pledges were due in the year.")
    comment = column("What the community says about the year.")
    reported_at = column("When the contact of the unit was told; null where there was none.")
    created_at = column("When the registration was appraised.")


@model_type(
    service.HourRecord,
    "Hours of service as everybody may sum them: without whose they are (服务时长汇总).",
    is_node=False,
)
class Hour:
    """What is said here of a record names nobody."""

    duty = column("The duty that was served.")
    month = computed(
        Kind.CODE, lambda record: fn.substr(record.day, 1, 7), "The month of the service, such as 2026-01."
    )
    team_id = computed(
        Kind.CODE,
        lambda record: Case(
            None, [(record.team.is_null(False), Value("VolunteerTeam_").concat(record.team.cast("TEXT")))]
        ),
        "The global id of the team that was served with; null where there was none.",
        nullable=True,
    )
    division_code = column("The 12-digit code of the community.")
    hours = column("The number of hours.")
    state = column("The state of the record; CONFIRMED hours count.")
