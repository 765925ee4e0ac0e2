"""Incidents: what happened, how grave it is, when it was dealt with, and what the office in charge reported on it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    Check,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    NodeList,
)

from db.access.models.account import Account
from db.kernel.bounds import Between, Length
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.expressions import Row
from db.kernel.fields import CodeField, EnumField, LineField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.places.models.division import Division, DivisionLevel
from db.sites.models import Site

TITLE = Length(2, 60, has_lines=False)
# How many people or tests a report counts.
COUNTED = Between(0, 100_000_000)


class IncidentKind(GrowingEnum):
    """What kind of thing happened (突发事件类别)."""

    EPIDEMIC = "EPIDEMIC", "An outbreak of a disease.", "疫情"
    FIRE = "FIRE", "A fire in a building or outdoors.", "火灾"
    FLOOD = "FLOOD", "A flood, or a storm.", "洪涝"
    GEOLOGICAL = "GEOLOGICAL", "An earthquake or a landslide.", "地质灾害"
    UTILITY = "UTILITY", "Water, heat, gas or electricity failed.", "水电气热故障"
    SAFETY = "SAFETY", "An accident that hurts or endangers people.", "安全事故"
    PUBLIC_ORDER = "PUBLIC_ORDER", "Crime, or a danger to public order.", "治安事件"
    OTHER = "OTHER", "Something of another kind.", "其他"


# The number that people call first (rule A8).
EMERGENCY_NUMBERS: Mapping[IncidentKind, str] = {
    IncidentKind.FIRE: "119", IncidentKind.PUBLIC_ORDER: "110", IncidentKind.EPIDEMIC: "120",
    IncidentKind.SAFETY: "120",
}  # fmt: skip


class IncidentGrade(DomainEnum):
    """How grave an incident is, and with it which office answers for it (响应级别)."""

    IV = "IV", "The community answers for the incident.", "四级"
    III = "III", "The subdistrict answers for the incident.", "三级"
    II = "II", "The district answers for the incident.", "二级"
    I = "I", "The city answers for the incident.", "一级"  # noqa: E741


# The level whose office answers for an incident of each grade.
LEVELS: Mapping[IncidentGrade, DivisionLevel] = {
    IncidentGrade.IV: DivisionLevel.COMMUNITY, IncidentGrade.III: DivisionLevel.SUBDISTRICT,
    IncidentGrade.II: DivisionLevel.DISTRICT, IncidentGrade.I: DivisionLevel.CITY,
}  # fmt: skip


class IncidentState(DomainEnum):
    """The state of an incident (突发事件状态)."""

    DETECTED = "DETECTED", "Somebody noticed the incident.", "已发现"
    CALLED = "CALLED", "Teams and units were called out, and the incident waits for its grade.", "已呼叫"
    GRADED = "GRADED", "The incident has its grade, and nobody is on site yet.", "已分级"
    HANDLING = "HANDLING", "People are, or were, on site.", "处置中"
    STOOD_DOWN = "STOOD_DOWN", "The incident is over.", "已解除"
    REVIEWED = "REVIEWED", "The office above has said what is to be learned from the incident.", "已复盘"
    DISMISSED = "DISMISSED", "The alarm was false.", "已撤销"


S = IncidentState
# From its grade on everybody knows of an incident; something new can belong to it while it is open.
PUBLIC = (S.GRADED, S.HANDLING, S.STOOD_DOWN, S.REVIEWED)
OPEN = (S.DETECTED, S.CALLED, S.GRADED, S.HANDLING)


def _in(*states: IncidentState) -> str:
    return f"state IN ({', '.join(repr(state.value) for state in states)})"


class Incident(BaseModel):
    """Something that happened and that people deal with together (突发事件).

    parent: the incident of a larger part of the city that it is a part of; that one has no parent itself. level,
    responsible_code: of the office that answers for it. due_at: until when it is to be graded, reported on or
    reviewed; null where nothing is due. detected_by: who noticed it.
    """

    id = BigAutoField()
    number = CodeField(unique=True)
    division = ForeignKeyField(Division, backref="incidents", on_delete="RESTRICT")
    division_code = CodeField()
    kind = EnumField(IncidentKind)
    title = LineField()
    parent = ForeignKeyField("self", null=True, backref="children", on_delete="RESTRICT")
    site = ForeignKeyField(Site, null=True, backref="incidents", on_delete="RESTRICT")
    place = LineField(null=True)
    detected_by = ForeignKeyField(Account, null=True, on_delete="SET NULL")
    detected_at = UtcDateTimeField()
    called_at = UtcDateTimeField(null=True)
    graded_at = UtcDateTimeField(null=True)
    first_on_site_at = UtcDateTimeField(null=True)
    stood_down_at = UtcDateTimeField(null=True)
    grade = EnumField(IncidentGrade, null=True)
    level = EnumField(DivisionLevel)
    responsible_code = CodeField()
    due_at = UtcDateTimeField(null=True)
    lessons = ProseField(null=True)
    state = EnumField(IncidentState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        division_id: int
        parent_id: int | None
        site_id: int | None
        detected_by_id: int | None

    class Meta:
        indexes = (
            (("division_code", "detected_at", "id"), True),
            (("detected_at", "id"), True),
            (("state", "due_at"), False),
        )
        constraints = [
            Check(TITLE.sql("title")),
            Check("parent_id <> id"),
            # The times never run backwards, and no state is without its own (I42).
            Check("called_at >= detected_at"),
            Check("graded_at >= called_at"),
            Check("first_on_site_at >= graded_at"),
            Check("stood_down_at >= first_on_site_at"),
            Check("state <> 'DETECTED' OR called_at IS NULL"),
            Check(f"called_at IS NOT NULL OR {_in(S.DETECTED, S.DISMISSED)}"),
            Check(f"({_in(*PUBLIC)}) = (graded_at IS NOT NULL)"),
            Check("(graded_at IS NULL) = (grade IS NULL)"),
            Check(f"({_in(S.HANDLING, S.STOOD_DOWN, S.REVIEWED)}) = (first_on_site_at IS NOT NULL)"),
            Check(f"({_in(S.STOOD_DOWN, S.REVIEWED)}) = (stood_down_at IS NOT NULL)"),
            Check("(state = 'REVIEWED') = (lessons IS NOT NULL)"),
        ]


def belongs_to(row: Row, incident_id: Any) -> NodeList:
    """Build the condition that a row belongs to an incident, or to one that is a part of it. row: with an incident."""
    family = Incident.alias("family")
    rows = family.select(family.id).where((family.id == incident_id) | (family.parent == incident_id))
    # Not `in_`, which renders the rows once more to see whether there are any, and knows no bound parameter of ours.
    return NodeList((row.incident, SQL("IN"), rows), parens=True)


class SituationReport(BaseModel):
    """What the office in charge reported on an incident (情况报告): added once, and never changed."""

    id = BigAutoField()
    incident = ForeignKeyField(Incident, backref="reports", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    office_code = CodeField()
    at = UtcDateTimeField()
    text = ProseField()
    new_cases = IntegerField(null=True)
    open_cases = IntegerField(null=True)
    tested = IntegerField(null=True)
    helped = IntegerField(null=True)

    if TYPE_CHECKING:
        incident_id: int

    class Meta:
        indexes = ((("incident", "at", "id"), True), (("at", "id"), True))
        constraints = [Check(COUNTED.sql(name)) for name in ("new_cases", "open_cases", "tested", "helped")]


class IncidentSerial(BaseModel):
    """The last number given to an incident of a division in a year: as `LedgerSerial`."""

    division_code = CodeField()
    year = IntegerField()
    last = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("division_code", "year")
