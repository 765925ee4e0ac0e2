"""The outbreak of 18 October 2021: an incident of the city, of which that of each community is a part (F6 to F8)."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.committees.seed.committees import Committee
from db.incidents.lifecycle import INCIDENT_LIFECYCLE
from db.incidents.models import (
    LEVELS,
    Incident,
    IncidentGrade,
    IncidentKind,
    IncidentSerial,
    IncidentState,
    SituationReport,
)
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import DAY, HOUR, MINUTE, day, midnight, utc
from db.linkage.models.visit import Visit, VisitForm
from db.organizations.seed.units import Unit
from db.people.seed import Home
from db.places.seed.plan import CITY
from db.sites.models import SiteKind

A, S = JournalAction, IncidentState
# How many issues were resolved in it at scale 1 (F7).
RESOLVED = 2_038
_BEGAN, _OVER = midnight("2021-10-18"), midnight("2021-12-10")
# When the first party of all was on site: the city's incident is handled since then.
_FIRST_ON_SITE = _BEGAN + 9 * HOUR + MINUTE
_DAYS = (_OVER - _BEGAN) // DAY
_CITY, _STREET = Actor("市级经办干部", Role.CITY_OFFICER), Actor("街道经办干部", Role.SUBDISTRICT_OFFICER)
_STAFF = Actor("社区两委工作人员1", Role.STAFF)
_TITLE, _RETURNS = "10·18疫情", "外地返乡人员居家健康监测"
_REPORT = "各社区卡口值守、核酸采样和居家服务正常开展。"
_LESSONS = "提前建好队伍和点位台账，物资和人员调度到小区、楼院。"
_FOUND = ("已上门宣传并登记需求。", "卡口有人值守，消毒记录齐全。", "生活物资供应正常，暂无困难。")


def add_outbreak(rows: Rows, division_id: int) -> int:
    """Add the city's incident, with a report on every day, and return its id."""
    reports = [rows.new_id(SituationReport) for _ in range(_DAYS)]
    steps = [
        Step(_BEGAN + 5 * HOUR, A.CREATE, S.DETECTED, _CITY),
        Step(_BEGAN + 5 * HOUR + 20 * MINUTE, A.CALL, S.CALLED, _CITY, {"proposed_grade": "I"}),
        Step(_BEGAN + 5 * HOUR + 40 * MINUTE, A.GRADE, S.GRADED, _CITY, {"grade": "I"}, "本土疫情，全市响应。"),
        Step(_FIRST_ON_SITE, A.BEGIN, S.HANDLING),
        *(
            Step(_reported_at(at), A.REPORT, S.HANDLING, _CITY, {"report": f"SituationReport_{report}"})
            for at, report in enumerate(reports)
        ),
        Step(_OVER + 18 * HOUR, A.COMPLETE, S.STOOD_DOWN, _CITY, None, "全市解除响应。"),
        Step(_OVER + 15 * DAY, A.REVIEW, S.REVIEWED, _CITY),
    ]
    code = CITY[0]
    incident = _add(rows, steps, IncidentGrade.I, division_id=division_id, division_code=code, parent_id=None)
    for at, report in enumerate(reports):
        rows.add(
            SituationReport, id=report, incident_id=incident, division_code=code, office_code=code,
            at=utc(_reported_at(at)), text=_REPORT,
        )  # fmt: skip
    return incident


def _reported_at(number: int) -> int:
    return _BEGAN + (1 + number) * DAY + 8 * HOUR


def add_part(rows: Rows, home: Home, incident: int, outbreak: int, first_on_site: int) -> None:
    """Add the incident of a community. incident, outbreak: its id, and that of the city's. first_on_site: there."""
    steps = [
        Step(_BEGAN + 6 * HOUR, A.CREATE, S.DETECTED, _STAFF),
        Step(_BEGAN + 6 * HOUR + 20 * MINUTE, A.CALL, S.CALLED, _STAFF),
        Step(_BEGAN + 6 * HOUR + 40 * MINUTE, A.GRADE, S.GRADED, _STAFF, {"grade": "IV"}, "按全市部署响应。"),
        Step(first_on_site, A.BEGIN, S.HANDLING),
        Step(_OVER + 10 * HOUR, A.COMPLETE, S.STOOD_DOWN, _STAFF, None, "人员撤回，卡口撤除。"),
        Step(_OVER + 10 * DAY, A.REVIEW, S.REVIEWED, _STREET),
    ]
    where = {"division_id": home.division_id, "division_code": home.code}
    _add(rows, steps, IncidentGrade.IV, id=incident, parent_id=outbreak, **where)


def add_returns(rows: Rows, home: Home, began: int) -> int:
    """Add the incident that somebody came to a community from an outbreak elsewhere: it is graded, and open."""
    steps = [
        Step(began, A.CREATE, S.DETECTED, _STAFF),
        Step(began + 20 * MINUTE, A.CALL, S.CALLED, _STAFF),
        Step(began + 40 * MINUTE, A.GRADE, S.GRADED, _STAFF, {"grade": "IV"}, "居家健康监测，志愿服务队上门服务。"),
    ]
    where = {"division_id": home.division_id, "division_code": home.code}
    return _add(rows, steps, IncidentGrade.IV, title=_RETURNS, **where)


def _add(rows: Rows, steps: list[Step], grade: IncidentGrade, *, title: str = _TITLE, **values: Any) -> int:
    """Add the first incident of a year in a division, with its journal, and the last number of that."""
    code, at = values["division_code"], {step.action: utc(step.at) for step in steps}
    year = day(steps[0].at)[:4]
    rows.add(IncidentSerial, division_code=code, year=int(year), last=1)
    return add_with_journal(
        rows, INCIDENT_LIFECYCLE, Incident, steps, number=f"TF-{code}-{year}-000001", kind=IncidentKind.EPIDEMIC,
        title=title, grade=grade, level=LEVELS[grade], responsible_code=code, detected_at=at[A.CREATE],
        called_at=at[A.CALL], graded_at=at[A.GRADE], first_on_site_at=at.get(A.BEGIN),
        stood_down_at=at.get(A.COMPLETE), lessons=_LESSONS if A.REVIEW in at else None, created_at=at[A.CREATE],
        **values,
    )  # fmt: skip


def add_visits(
    rows: Rows,
    home: Home,
    incident: int,
    committee: Committee,
    sites: Mapping[SiteKind, Sequence[int]],
    units: Sequence[Unit],
) -> None:
    """Add that a member of the committee was at each site and each target unit in the outbreak (F6)."""
    visitors = cycle(committee.members)
    targets = [{"site_id": site} for of_kind in sites.values() for site in of_kind]
    targets += [{"organization_id": unit.id} for unit in units]
    for number, target in enumerate(targets):
        at = _BEGAN + (1 + number * 7 % (_DAYS - 2)) * DAY + (9 + number % 8) * HOUR
        rows.add(
            Visit, division_id=home.division_id, division_code=home.code, **target, incident_id=incident,
            visitor_id=next(visitors).person_id, visited_at=utc(at), visited_on=day(at), form=VisitForm.ON_SITE,
            findings=_FOUND[number % len(_FOUND)], created_at=utc(at),
        )  # fmt: skip
