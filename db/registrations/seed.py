"""Registrations of the demo city (F5): the party organization of each partner unit, and its 14 or 15 cadres.

The first cadre of a unit is the member of the committee who works for it, if one does. Beside them every fifth unit has
an agreement with its community, and who was registered for long enough was appraised.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.issues.models.duty import Duty
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import DAY, HOUR, Present, midnight, utc
from db.organizations.seed.units import Unit
from db.people.models.person import PeopleGroup
from db.people.seed import Home, add_person
from db.places.seed.plan import Place
from db.registrations.lifecycle import AGREEMENT_LIFECYCLE, PLEDGE_LIFECYCLE, REGISTRATION_LIFECYCLE
from db.registrations.models.agreement import (
    AgreementItem,
    AgreementItemKind,
    AgreementSide,
    AgreementState,
    PartnershipAgreement,
)
from db.registrations.models.registration import Registration, RegistrationKind, RegistrationState
from db.registrations.models.service import (
    Appraisal,
    AppraisalGrade,
    HourRecord,
    HourState,
    Pledge,
    PledgeState,
)
from db.settings.models import SettingKey

# How many party members the partner units registered, and how many units these are, at scale 1.
_CADRES, _UNITS = 32_132, 2_249
_DUTIES = tuple(Duty)
_STREET = Actor("街道干部", Role.SUBDISTRICT_OFFICER)
_STAFF = Actor("社区两委工作人员1", Role.STAFF)
_CONTACT = Actor("单位联络人", Role.UNIT_CONTACT)
# A registration is confirmed within these days before the present, so that none is due there.
_FIRST, _LAST = 320, 20
_RENEW_DAYS = 365
# One of so many units has an agreement, since and for so many days from the present.
_AN_AGREEMENT, _AGREED_DAYS, _AGREED_FOR = 5, 300, 600
_ITEMS = (
    (AgreementSide.UNIT, AgreementItemKind.RESOURCE, "每月开放会议室两次，供居民议事使用"),
    (AgreementSide.COMMUNITY, AgreementItemKind.NEED, "需要党员志愿者协助老旧楼院环境整治"),
    (AgreementSide.UNIT, AgreementItemKind.PROJECT, "与社区共建“四点半课堂”，每周两次"),
)
# Who was active on so many days of a year is appraised, within the last days before the present.
_LEAST_DAYS, _APPRAISED_WITHIN = SettingKey.APPRAISAL_LEAST_DAYS.default, 10
_GRADES = (AppraisalGrade.PASS, AppraisalGrade.GOOD, AppraisalGrade.EXCELLENT)
_COMMENTS = {
    AppraisalGrade.PASS: "能够参加社区安排的服务。",
    AppraisalGrade.GOOD: "积极参加志愿服务，居民反映良好。",
    AppraisalGrade.EXCELLENT: "主动认领任务并按时完成，发挥了带头作用。",
}


class Cadre(NamedTuple):
    """Somebody who works for a partner unit, with their registration."""

    registration: int
    person: int


def add_registrations(
    rows: Rows, place: Place, division_id: int, present: Present, units: list[Unit], members: Mapping[int, int]
) -> dict[int, list[Cadre]]:
    """Add the registrations of the partner units of a community and of who works for them.

    units: these, in order. members: by the id of a unit, the person on the committee who works for it. Returns the
    cadres by the id of their unit; the first of each has served and was appraised.
    """
    rng = Random(f"{place.code} registrations")
    community = _Community(rows, Home(division_id, place.code), present, rng)
    registered: dict[int, list[Cadre]] = {}
    for number, unit in enumerate(units, start=place.partner_units_before):
        days = community.draw_days()
        organization = community.add(
            RegistrationKind.PARTY_ORG, organization=unit.id, name=f"{unit.name}党支部", days=days
        )
        due_on = community.pledge(organization)
        community.appraise(organization, None, days, [], due_on)
        cadres = (number + 1) * _CADRES // _UNITS - number * _CADRES // _UNITS
        first = community.add_cadre(unit, 0, person=members.get(unit.id), has_served=True)
        registered[unit.id] = [first, *(community.add_cadre(unit, cadre) for cadre in range(1, cadres))]
        if number % _AN_AGREEMENT == 0:
            since = present.day_after(-_AGREED_DAYS)
            add_agreement(rows, community.home, unit.id, since, present.day_after(_AGREED_FOR), _ITEMS)
    return registered


def add_agreement(
    rows: Rows, home: Home, organization: int, since: str, until: str,
    items: Sequence[tuple[AgreementSide, AgreementItemKind, str]],
) -> None:  # fmt: skip
    """Add an agreement that both sides signed on its first day. home: the community or subdistrict that agreed."""
    at = midnight(since)
    by = _STAFF if home.code[9:] != "000" else _STREET
    steps = [
        Step(at, JournalAction.CREATE, AgreementState.DRAFT, by),
        Step(at, JournalAction.SIGN, AgreementState.DRAFT, _CONTACT),
        Step(at, JournalAction.CONCLUDE, AgreementState.SIGNED, by),
    ]
    agreement = add_with_journal(
        rows, AGREEMENT_LIFECYCLE, PartnershipAgreement, steps, division_id=home.division_id, division_code=home.code,
        organization_id=organization, starts_on=since, ends_on=until, signed_by_community_at=utc(at),
        signed_by_unit_at=utc(at), created_at=utc(at),
    )  # fmt: skip
    for position, (side, kind, text) in enumerate(items, start=1):
        rows.add(
            AgreementItem, agreement_id=agreement, division_code=home.code, position=position, side=side, kind=kind,
            text=text,
        )  # fmt: skip


class _Community:
    """Adds the registrations of one community, each confirmed on a day of its own before the present."""

    def __init__(self, rows: Rows, home: Home, present: Present, rng: Random) -> None:
        self.rows, self.home, self.present, self.rng = rows, home, present, rng

    def add(
        self, kind: RegistrationKind, *, organization: int | None = None, person: int | None = None,
        work_unit: int | None = None, name: str | None = None, days: int = 0,
    ) -> int:  # fmt: skip
        """Add an active registration. days: how long ago it was confirmed; drawn where none is given."""
        days = days or self.draw_days()
        confirmed = self.present.date - timedelta(days=days)
        at = midnight(confirmed.isoformat())
        by = _CONTACT if person is None else _STAFF
        steps = [
            Step(at - DAY + 9 * HOUR, JournalAction.CREATE, RegistrationState.SUBMITTED, by),
            Step(at + 10 * HOUR, JournalAction.APPROVE, RegistrationState.ACTIVE, _STAFF),
        ]
        duty = self.rng.randrange(len(_DUTIES))
        return add_with_journal(
            self.rows, REGISTRATION_LIFECYCLE, Registration, steps, division_id=self.home.division_id,
            division_code=self.home.code, kind=kind, organization_id=organization, person_id=person,
            work_unit_id=work_unit, party_organization_name=name, duties=_DUTIES[duty].value,
            yearly_hours=2_400, confirmed_on=confirmed.isoformat(),
            renew_by=(confirmed + timedelta(days=_RENEW_DAYS)).isoformat(), created_at=utc(at - DAY + 9 * HOUR),
        )  # fmt: skip

    def draw_days(self) -> int:
        """Draw how many days ago something was confirmed."""
        return self.rng.randint(_LAST, _FIRST)

    def add_cadre(self, unit: Unit, number: int, *, person: int | None = None, has_served: bool = False) -> Cadre:
        """Add somebody who works for a unit, with their registration, and the hours and grade of one who served.

        person: who it is, if they are there already.
        """
        days = self.draw_days()
        since = (self.present.date - timedelta(days=days + 1)).isoformat()
        person = person or add_person(
            self.rows, self.home, f"示范党员{number + 1}", since, groups=(PeopleGroup.PARTY_MEMBER,), work_unit=unit.id
        )
        registration = self.add(RegistrationKind.PARTY_MEMBER, person=person, work_unit=unit.id, days=days)
        if has_served:
            late = self.present.date - timedelta(days=self.rng.randint(1, _LAST - 1))
            early = self.present.date - timedelta(days=days - 1)
            served = [(late, self.rng.randint(2, 8) * 50), (early, (2 + unit.id % 7) * 100)]
            for day, hours in served:
                self.rows.add(
                    HourRecord, division_code=self.home.code, person_id=person, registration_id=registration,
                    day=day.isoformat(), hours=hours, duty=Duty.PUBLIC_BENEFIT_SERVICE, text="参加社区志愿服务",
                    state=HourState.CONFIRMED, reviewed_by_name=_STAFF.name,
                    created_at=utc(midnight(day.isoformat())), version=2,
                )  # fmt: skip
            self.appraise(registration, person, days, served)
        return Cadre(registration, person)

    def appraise(
        self, registration: int, person: int | None, days: int, served: Sequence[tuple[date, int]],
        due_on: date | None = None,
    ) -> None:  # fmt: skip
        """Add the grade of the year in which a registration began, if it was active for long enough by the appraisal.

        days: how long ago it was confirmed. served: days and hours. due_on: when a pledge of it is to be kept.
        """
        began = self.present.date - timedelta(days=days)
        on = self.present.date - timedelta(days=1 + registration % _APPRAISED_WITHIN)
        last = min(date(began.year, 12, 31), on)
        if (last - began).days + 1 < _LEAST_DAYS:
            return
        hours = sum(hours for day, hours in served if began.year == day.year and day <= on)
        pledges = int(due_on is not None and due_on.year == began.year)
        at = utc(midnight(on.isoformat()) + 11 * HOUR)
        grade = _GRADES[min(hours // 400, len(_GRADES) - 1)] if person is not None else _GRADES[registration % 3]
        self.rows.add(
            Appraisal, registration_id=registration, division_code=self.home.code, person_id=person, year=began.year,
            grade=grade, hours=hours, pledges_kept=0, pledges_due=pledges, comment=_COMMENTS[grade], reported_at=None,
            created_at=at,
        )  # fmt: skip

    def pledge(self, registration: int) -> date:
        """Add what a party organization promised and has still time for; return the day by which it is due."""
        due_on = self.present.date + timedelta(days=60)
        day = self.present.date - timedelta(days=self.rng.randint(1, _LAST - 1))
        at = midnight(day.isoformat()) + 9 * HOUR
        add_with_journal(
            self.rows, PLEDGE_LIFECYCLE, Pledge, [Step(at, JournalAction.CREATE, PledgeState.OPEN, _CONTACT)],
            registration_id=registration, division_code=self.home.code, duty=Duty.PUBLIC_BENEFIT_SERVICE,
            text="组织党员到社区开展志愿服务", hours=2_400,
            due_on=due_on.isoformat(), created_at=utc(at),
        )  # fmt: skip
        return due_on
