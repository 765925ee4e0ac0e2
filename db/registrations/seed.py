"""Registrations of the demo city (F5): the party organization of each partner unit, and its 14 or 15 cadres."""

from datetime import timedelta
from random import Random

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
from db.registrations.lifecycle import PLEDGE_LIFECYCLE, REGISTRATION_LIFECYCLE
from db.registrations.models.registration import Registration, RegistrationKind, RegistrationState
from db.registrations.models.service import HourRecord, HourState, Pledge, PledgeState

# How many party members the partner units registered, and how many units these are, at scale 1.
_CADRES, _UNITS = 32_132, 2_249
_DUTIES = tuple(Duty)
_STAFF = Actor("社区两委工作人员1", Role.STAFF)
_CONTACT = Actor("单位联络人", Role.UNIT_CONTACT)
# A registration is confirmed within these days before the present, so that none is due there.
_FIRST, _LAST = 320, 20
_RENEW_DAYS = 365


def add_registrations(rows: Rows, place: Place, division_id: int, present: Present, units: list[Unit]) -> None:
    """Add the registrations of the partner units of a community and of who works for them. units: these, in order."""
    rng = Random(f"{place.code} registrations")
    community = _Community(rows, Home(division_id, place.code), present, rng)
    for number, unit in enumerate(units, start=place.partner_units_before):
        organization = community.add(RegistrationKind.PARTY_ORG, organization=unit.id, name=f"{unit.name}党支部")
        community.pledge(organization)
        cadres = (number + 1) * _CADRES // _UNITS - number * _CADRES // _UNITS
        for cadre in range(cadres):
            community.add_cadre(unit, cadre, has_served=cadre == 0)


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

    def add_cadre(self, unit: Unit, number: int, *, has_served: bool) -> None:
        """Add somebody who works for a unit, with their registration, and the hours of one who served."""
        days = self.draw_days()
        since = (self.present.date - timedelta(days=days + 1)).isoformat()
        person = add_person(
            self.rows, self.home, f"示范党员{number + 1}", since, groups=(PeopleGroup.PARTY_MEMBER,), work_unit=unit.id
        )
        registration = self.add(RegistrationKind.PARTY_MEMBER, person=person, work_unit=unit.id, days=days)
        if has_served:
            day = self.present.date - timedelta(days=self.rng.randint(1, _LAST - 1))
            self.rows.add(
                HourRecord, division_code=self.home.code, person_id=person, registration_id=registration,
                day=day.isoformat(), hours=self.rng.randint(2, 8) * 50, duty=Duty.PUBLIC_BENEFIT_SERVICE,
                text="参加社区志愿服务", state=HourState.CONFIRMED, reviewed_by_name=_STAFF.name,
                created_at=utc(midnight(day.isoformat())), version=2,
            )  # fmt: skip

    def pledge(self, registration: int) -> None:
        """Add what a party organization promised and has still time for."""
        day = self.present.date - timedelta(days=self.rng.randint(1, _LAST - 1))
        at = midnight(day.isoformat()) + 9 * HOUR
        add_with_journal(
            self.rows, PLEDGE_LIFECYCLE, Pledge, [Step(at, JournalAction.CREATE, PledgeState.OPEN, _CONTACT)],
            registration_id=registration, division_code=self.home.code, duty=Duty.PUBLIC_BENEFIT_SERVICE,
            text="组织党员到社区开展志愿服务", hours=2_400,
            due_on=(self.present.date + timedelta(days=60)).isoformat(), created_at=utc(at),
        )  # fmt: skip
