"""The volunteer teams of a community and who belongs to them: as many as the article counts, all of them invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.accounts import HOME
from db.access.seed.journal import Actor, Step, add_with_journal
from db.committees.models.committee import MemberCategory
from db.committees.seed.committees import Committee, Member
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import midnight
from db.organizations.models.organization import OrganizationKind
from db.organizations.seed.units import Unit, Units
from db.people.models.person import PeopleGroup
from db.people.seed import Home, add_person
from db.places.seed.plan import Place
from db.teams.lifecycle import TEAM_LIFECYCLE
from db.teams.models.team import TeamMembership, TeamRole, TeamState, VolunteerTeam, VolunteerTeamKind

K, R = VolunteerTeamKind, TeamRole
# How many volunteers there are at scale 1, veterans and others (F8).
_VETERANS, _OTHERS = 17_000, 56_800
# How often a community has a team besides the veterans' (rule T2), and what it is called.
_OTHER_TEAMS = {
    K.PARTY: (0.6, "党员志愿服务队"),
    K.RESIDENT: (0.5, "居民志愿服务队"),
    K.HOME_MONITORING: (0.5, "居家健康监测志愿服务队"),
    K.GENERAL: (0.3, "综合志愿服务队"),
}
# The article's own case: a team of ten property companies, and fifteen keen residents in the team 畅大妈, in 畅家巷.
_CHANGJIAXIANG = "畅家巷社区"
_TEN_COMPANIES, _FIFTEEN_RESIDENTS = 10, 15
# Where somebody is monitored at home at the present.
_MONITORED = (HOME, K.HOME_MONITORING)
_FORMED = "2020-08-03"
_STAFF = Actor("社区两委工作人员1", Role.STAFF)
_LIFE = [
    Step(midnight(_FORMED), JournalAction.CREATE, TeamState.FORMING, _STAFF),
    Step(midnight(_FORMED), JournalAction.ACTIVATE, TeamState.ACTIVE),
]
_GROUPS = {K.VETERAN: (PeopleGroup.VETERAN,), K.PARTY: (PeopleGroup.PARTY_MEMBER,)}


@dataclass
class _Plan:
    """A team before it is added. volunteers: how many of them are no veterans."""

    kind: VolunteerTeamKind
    name: str
    captain: Member
    veterans: int = 0
    volunteers: int = 0
    weight: int = 0

    @property
    def is_led_by_veteran(self) -> bool:
        """Whether its captain counts among its veterans; of a team of companies only these count."""
        return self.captain.category is MemberCategory.VETERAN and self.kind is not K.RED_PROPERTY


@dataclass(frozen=True)
class Crew(Unit):
    """A team with its people. veterans, volunteers: persons, without the captain. companies: units of a team of these.

    instructor: the police officer of the veterans' team.
    """

    kind: VolunteerTeamKind
    captain: Member
    instructor: int | None = None
    veterans: tuple[int, ...] = ()
    volunteers: tuple[int, ...] = ()
    companies: tuple[int, ...] = ()


def add_teams(rows: Rows, units: Units, home: Home, place: Place, committee: Committee, rng: Random) -> list[Crew]:
    """Add the teams of a community, and its share of the volunteers; the first team is the veterans'."""
    teams = _plan(place, committee, rng)
    first, others = teams[0], teams[1:]
    leading = sum(team.is_led_by_veteran for team in others)
    first.veterans = len(place.share(_VETERANS)) - leading
    left = len(place.share(_OTHERS))
    # Veterans are the backbone of their team: at least half of it (rule T1).
    # Its police instructor is no veteran.
    first.volunteers = max(1, min(first.weight, first.veterans - 1))
    left -= first.volunteers
    if place.name == _CHANGJIAXIANG:
        others[0].volunteers, others[1].volunteers = _TEN_COMPANIES, _FIFTEEN_RESIDENTS
        left -= _TEN_COMPANIES + _FIFTEEN_RESIDENTS
        others = others[2:]
    _divide(others, left)
    people = _People(rows, home, place)
    crews = [_add(rows, units, home, team, people) for team in teams]
    units.teams.extend(crews)
    return crews


def _plan(place: Place, committee: Committee, rng: Random) -> list[_Plan]:
    """Choose the teams, who leads them, and how large they are beside each other."""
    veterans = rng.randint(25, 55)
    first = _Plan(K.VETERAN, f"{place.name}退役军人志愿服务队", committee.captain, weight=rng.randint(0, veterans))
    if place.name == _CHANGJIAXIANG:
        return [
            first,
            _Plan(K.RED_PROPERTY, "畅家巷社区红色物业志愿服务队", committee.director),
            _Plan(K.RESIDENT, "畅大妈志愿服务队", committee.members[-1]),
            _Plan(K.PARTY, f"{place.name}党员志愿服务队", committee.director, weight=1),
        ]
    teams = [first]
    for kind, (share, name) in _OTHER_TEAMS.items():
        if rng.random() < share or (place.name, kind) == _MONITORED:
            captain = rng.choice(committee.members)
            teams.append(_Plan(kind, f"{place.name}{name}", captain, weight=rng.randint(8, 60) + rng.randint(0, 4)))
    if len(teams) == 1:
        teams.append(_Plan(K.GENERAL, f"{place.name}综合志愿服务队", committee.director, weight=1))
    return teams


def _divide(teams: Sequence[_Plan], volunteers: int) -> None:
    """Divide volunteers among teams by their weights."""
    whole, taken = sum(team.weight for team in teams), 0
    for team in teams:
        upto = taken + team.weight
        team.volunteers = upto * volunteers // whole - taken * volunteers // whole
        taken = upto


@dataclass
class _People:
    """Invents the volunteers of a community, who are numbered."""

    rows: Rows
    home: Home
    place: Place
    count: int = 0

    def volunteer(self, *groups: PeopleGroup) -> int:
        """Add a person."""
        self.count += 1
        return add_person(self.rows, self.home, f"{self.place.name}志愿者{self.count}", _FORMED, groups=groups)


def _add(rows: Rows, units: Units, home: Home, team: _Plan, people: _People) -> Crew:
    where = {"division_id": home.division_id, "division_code": home.code}
    veterans = team.veterans or int(team.is_led_by_veteran)
    key = add_with_journal(
        rows, TEAM_LIFECYCLE, VolunteerTeam, _LIFE, **where, name=team.name, kind=team.kind,
        volunteer_count=team.volunteers + veterans, veteran_count=veterans,
    )  # fmt: skip

    def enrol(person: int, role: TeamRole = R.MEMBER) -> int:
        rows.add(TeamMembership, team_id=key, division_code=home.code, role=role, since=_FORMED, person_id=person)
        return person

    enrol(team.captain.person_id, R.CAPTAIN)
    if team.kind is K.RED_PROPERTY:
        companies = tuple(company.id for company in units.of(OrganizationKind.PROPERTY_COMPANY)[: team.volunteers])
        for company in companies:
            rows.add(
                TeamMembership, team_id=key, division_code=home.code, role=R.MEMBER, since=_FORMED,
                organization_id=company,
            )  # fmt: skip
        return Crew(key, team.name, team.kind, team.captain, companies=companies)
    others, officer = team.volunteers - int(not team.is_led_by_veteran), None
    led: list[int] = []
    if team.kind is K.VETERAN:
        officer = add_person(rows, home, f"示范民警{people.place.index + 1:04}", _FORMED, groups=(PeopleGroup.POLICE,))
        enrol(officer, R.INSTRUCTOR)
        others -= 1
        led = [enrol(people.volunteer(PeopleGroup.VETERAN)) for _ in range(veterans - 1)]
    groups = () if team.kind is K.VETERAN else _GROUPS.get(team.kind, ())
    volunteers = [enrol(people.volunteer(*groups)) for _ in range(others)]
    return Crew(key, team.name, team.kind, team.captain, officer, tuple(led), tuple(volunteers))
