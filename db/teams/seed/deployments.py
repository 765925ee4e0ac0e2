"""Who was called out in the outbreak of October 2021 and came, as many as the article counts (F8)."""

from collections.abc import Sequence
from typing import Any

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import DAY, HOUR, MINUTE, midnight, utc
from db.organizations.models.organization import OrganizationKind
from db.organizations.seed.units import Units
from db.people.seed import Home
from db.places.seed.plan import Place
from db.settings.models import SettingKey
from db.teams.lifecycle import DEPLOYMENT_LIFECYCLE
from db.teams.models.deployment import Deployment, DeploymentState
from db.teams.seed.teams import Crew

A, S = JournalAction, DeploymentState
# How many organizations of each group came at scale 1, and how many people the organs, institutions and enterprises
# brought (F8).
_ORGANS, _CADRES, _FIRMS = 400, 23_000, 800
_ORGAN_KINDS = (OrganizationKind.GOVERNMENT_ORGAN, OrganizationKind.PUBLIC_INSTITUTION, OrganizationKind.ENTERPRISE)
_FIRM_KINDS = (OrganizationKind.NON_PUBLIC_ENTERPRISE, OrganizationKind.SOCIAL_ORGANIZATION)
# When the outbreak began, within how many days they were called, and how many days they stayed at most.
_BEGAN, _CALLED_WITHIN, _STAYED = "2021-10-18", 20, 30
_ANSWER_MINUTES = SettingKey.CALLOUT_ANSWER_MINUTES.default
_STAFF = Actor("社区两委工作人员1", Role.STAFF)
_CONTACT = Actor("单位联络人", Role.UNIT_CONTACT)


def add_deployments(
    rows: Rows, home: Home, place: Place, units: Units, crew: Crew, compounds: Sequence[int], incident: int
) -> int:
    """Add those of a community: its share of the organizations, and the veterans' team; return when the first came.

    crew: that team. incident: for which they came.
    """
    deployed = _Deployed(rows, home, place, compounds, incident)
    organs, firms = units.of(*_ORGAN_KINDS), units.of(*_FIRM_KINDS)
    for number in place.share(_ORGANS):
        deployed.add(_CONTACT, _brought(number), organization_id=organs[number % len(organs)].id)
    for number in place.share(_FIRMS):
        deployed.add(_CONTACT, 3 + number % 10, organization_id=firms[number % len(firms)].id)
    people = min(8 + place.index % 13, 1 + len(crew.veterans))
    deployed.add(Actor(crew.captain.name, Role.TEAM_CAPTAIN), people, team_id=crew.id)
    return min(deployed.arrivals)


def _brought(number: int) -> int:
    """Return how many people an organ brought: what one brings beyond its share, the next one lacks."""
    share = (number + 1) * _CADRES // _ORGANS - number * _CADRES // _ORGANS
    beyond = number // 2 * 7 % 41
    return share + (beyond if number % 2 == 0 else -beyond)


class _Deployed:
    """Adds the deployments of a community; each was answered in time, and has returned."""

    def __init__(self, rows: Rows, home: Home, place: Place, compounds: Sequence[int], incident: int) -> None:
        self.rows, self.home, self.place, self.compounds = rows, home, place, compounds
        self.incident = incident
        self.arrivals: list[int] = []

    def add(self, who: Actor, people: int, **party: Any) -> None:
        """Add the deployment of one party. who: answers for it. people: how many it brought."""
        turn = self.place.index * 5 + len(self.arrivals) * 3
        called = midnight(_BEGAN) + turn % _CALLED_WITHIN * DAY + (8 + turn % 9) * HOUR
        answered = called + (1 + turn % (_ANSWER_MINUTES - 1)) * MINUTE
        on_site = answered + (1 + turn % 3) * HOUR
        self.arrivals.append(on_site)
        ended = on_site + (1 + turn % _STAYED) * DAY
        steps = [
            Step(called, A.CREATE, S.CALLED, _STAFF),
            Step(answered, A.ACCEPT, S.ACCEPTED, who),
            Step(on_site, A.BEGIN, S.ON_SITE, who),
            Step(ended, A.COMPLETE, S.RETURNED, who),
        ]
        add_with_journal(
            self.rows, DEPLOYMENT_LIFECYCLE, Deployment, steps, division_id=self.home.division_id,
            division_code=self.home.code, incident_id=self.incident,
            site_id=self.compounds[turn % len(self.compounds)], place="小区疫情防控卡口", headcount=people,
            called_at=utc(called), answer_by=utc(called + _ANSWER_MINUTES * MINUTE), answered_at=utc(answered),
            on_site_at=utc(on_site), ended_at=utc(ended), caller_role=Role.STAFF, **party,
        )  # fmt: skip
