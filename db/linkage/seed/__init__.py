"""Linkage in the demo city: both bodies in every subdistrict, leaders, patches and units, each with a first visit.

In nearly every community a visit to a compound brought an issue.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from db.access.models.access import RoleGrant
from db.access.models.account import Account, Role
from db.access.models.journal import JournalAction
from db.access.seed.accounts import CONTACTS, NAMES
from db.access.seed.journal import Actor, Step, add_with_journal
from db.issues.seed.story import Story
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import HOUR, Present, day, midnight, utc
from db.linkage.lifecycle import SPONSORSHIP_LIFECYCLE, TASK_FORCE_LIFECYCLE
from db.linkage.models.helper import SponsorshipHelper
from db.linkage.models.sponsorship import Sponsorship, SponsorshipKind, SponsorshipState
from db.linkage.models.task_force import TaskForce, TaskForceKind, TaskForceMember, TaskForceRole, TaskForceState
from db.linkage.models.visit import Visit, VisitForm, VisitIssue
from db.linkage.seed.plan import Shares
from db.organizations.seed.units import Unit
from db.people.seed import Home, add_person
from db.places.seed.plan import Place, Subdistrict
from db.registrations.models.agreement import AgreementItemKind, AgreementSide
from db.registrations.seed import Cadre, add_agreement
from db.settings.models import SettingKey
from db.sites.models import SiteKind

K = SponsorshipKind
# Since when leaders, patches and units answer; a leader's account is no older.
_LEADERS_SINCE, _SINCE, _AGREED = "2022-01-04", "2021-03-01", "2021-02-01"
_UNTIL = "2024-01-31"
# In these districts committees are supervised by patch (R5), so many of them to a patch.
_BY_PATCH, _A_PATCH = ("620102", "620103", "620104", "620105"), 4
_STREET, _DISTRICT = Actor("街道干部", Role.SUBDISTRICT_OFFICER), Actor("区县干部", Role.DISTRICT_OFFICER)
_STAFF = Actor("社区两委工作人员1", Role.STAFF)
_DAYS = {
    K.LEADER_CONTACT: SettingKey.VISIT_LEADER_DAYS.default,
    K.PATCH: SettingKey.VISIT_PATCH_DAYS.default,
    K.TARGET: SettingKey.VISIT_SPONSOR_DAYS.default,
}
_FINDINGS = (
    "楼道杂物已清理，居民反映停车位不足。",
    "与楼栋长座谈，独居老人有人照看。",
    "消防通道畅通，路灯有一处不亮。",
)
_BODIES = {TaskForceKind.TASK_FORCE: "社区建设工作专班", TaskForceKind.COORDINATION_BODY: "社区建设议事协调机构"}
_PLACES = (
    (TaskForceRole.LEAD, "全面负责"), (TaskForceRole.DEPUTY, "组织协调"), (TaskForceRole.DEPUTY, "督促检查"),
    (TaskForceRole.MEMBER, "信息报送"), (TaskForceRole.MEMBER, "物资保障"),
)  # fmt: skip


@dataclass(frozen=True)
class Community:
    """A community with what can be sponsored in it. sites: their ids by kind. cadres: by their unit.

    found: by their sites, the issues that visits there brought.
    """

    place: Place
    division: int
    committee: int
    sites: Mapping[SiteKind, Sequence[int]]
    target_units: Sequence[Unit]
    units: Sequence[Unit]
    cadres: Mapping[int, Sequence[Cadre]]
    found: Mapping[int, Story]

    @property
    def home(self) -> Home:
        """Where people live there."""
        return Home(self.division, self.place.code)

    @property
    def where(self) -> dict[str, Any]:
        """The columns that say where a row lies."""
        return {"division_id": self.division, "division_code": self.place.code}


class Linkage:
    """Adds the rows of one subdistrict after the other.

    leader: the account of the demonstration's leader, who is in contact with the committees of `CONTACTS`.
    """

    def __init__(self, rows: Rows, shares: Mapping[str, Shares], leader: int, present: Present) -> None:
        self.rows, self.shares, self.present = rows, shares, present
        self.demo_account, self.demo_leader = leader, 0
        self.visits = 0

    def add(self, subdistrict: Subdistrict, division: int, communities: Sequence[Community]) -> None:
        """Add the rows of a subdistrict. division: its own id."""
        staff = self._task_forces(subdistrict, division, communities[0].home)
        self._leaders(subdistrict, communities)
        if subdistrict.code.startswith(_BY_PATCH):
            for at, community in enumerate(communities):
                patch, chief = at // _A_PATCH, staff[at // _A_PATCH % len(staff)]
                values = {"patch_name": f"第{patch + 1}片区", "sponsor_person_id": chief}
                self._sponsor(K.PATCH, community, _SINCE, chief, committee_id=community.committee, **values)
        self._targets(subdistrict, division, communities)

    def _task_forces(self, subdistrict: Subdistrict, division: int, home: Home) -> list[int]:
        """Add both bodies, with the same people; return who leads and who stands in."""
        people = [
            add_person(self.rows, home, f"{subdistrict.name}干部{at}", _SINCE) for at in range(1, len(_PLACES) + 1)
        ]
        formed = [Step(midnight(_SINCE), JournalAction.CREATE, TaskForceState.ACTIVE, _STREET)]
        for kind, name in _BODIES.items():
            force = add_with_journal(
                self.rows, TASK_FORCE_LIFECYCLE, TaskForce, formed, division_id=division,
                division_code=subdistrict.code, kind=kind, name=f"{subdistrict.name}{name}", formed_on=_SINCE,
                ended_on=None, created_at=utc(midnight(_SINCE)),
            )  # fmt: skip
            for person, (role, work) in zip(people, _PLACES, strict=True):
                self.rows.add(
                    TaskForceMember, task_force_id=force, person_id=person, division_code=subdistrict.code, role=role,
                    work=work,
                )  # fmt: skip
        return people[:3]

    def _leaders(self, subdistrict: Subdistrict, communities: Sequence[Community]) -> None:
        """Put the committees in contact with a leader of the district: one for the subdistrict, and the demo's own."""
        name, since = f"{communities[0].place.district}县级领导（{subdistrict.name}）", utc(midnight(_LEADERS_SINCE))
        account = self.rows.add(Account, name=name, subject=None, is_active=True, created_at=since)
        leader = add_person(self.rows, communities[0].home, name, _LEADERS_SINCE, account=account)
        for community in communities:
            is_demo = community.place.name in CONTACTS
            if is_demo and not self.demo_leader:
                demo = NAMES[Role.LEADER]
                self.demo_leader = add_person(
                    self.rows, community.home, demo, _LEADERS_SINCE, account=self.demo_account
                )
            person = self.demo_leader if is_demo else leader
            grant = self.rows.add(
                RoleGrant, account_id=self.demo_account if is_demo else account, role=Role.LEADER,
                division_code=community.place.code, last_code=community.place.code, starts_at=since,
            )  # fmt: skip
            self._sponsor(
                K.LEADER_CONTACT, community, _LEADERS_SINCE, person, committee_id=community.committee,
                sponsor_person_id=person, grant_id=grant,
            )  # fmt: skip

    def _targets(self, subdistrict: Subdistrict, division: int, communities: Sequence[Community]) -> None:
        """Let the units take targets, their own community's first, as many as the plan has for each."""
        taken_by: dict[int, list[int]] = {}
        open_targets = {one.place.code: list(self._sponsored(one)) for one in communities}
        left: list[tuple[Community, Unit, int, int]] = []
        for community in communities:
            own = open_targets[community.place.code]
            for unit, quota in zip(community.units, self.shares[community.place.code].quotas, strict=True):
                lead = add_person(self.rows, community.home, f"{unit.name}联络员", _SINCE, work_unit=unit.id)
                taken, own[:] = own[:quota], own[quota:]
                taken_by[unit.id] = self._take(unit, lead, community, taken)
                if len(taken) < quota:
                    left.append((community, unit, lead, quota - len(taken)))
        rest = [(one, target) for one in communities for target in open_targets[one.place.code]]
        for _, unit, lead, missing in left:
            self._agree(subdistrict, division, unit)
            for there, target in rest[:missing]:
                taken_by[unit.id] += self._take(unit, lead, there, [target])
            del rest[:missing]
        assert not rest, "the plan has a unit for every target"
        for community in communities:
            for unit_id, cadres in community.cadres.items():
                for at, cadre in enumerate(cadres):
                    helped = taken_by[unit_id][at % len(taken_by[unit_id])]
                    self.rows.add(SponsorshipHelper, registration_id=cadre.registration, sponsorship_id=helped)

    def _sponsored(self, community: Community) -> Iterator[dict[str, int]]:
        """List the targets of a community that have a sponsor, by the column that names each."""
        for kind, count in self.shares[community.place.code].targets.items():
            if kind is None:
                yield from ({"organization_id": unit.id} for unit in community.target_units[:count])
            else:
                yield from ({"site_id": site} for site in community.sites[kind][:count])

    def _take(self, unit: Unit, lead: int, community: Community, targets: Sequence[dict[str, int]]) -> list[int]:
        by = {"sponsor_organization_id": unit.id, "lead_person_id": lead}
        return [self._sponsor(K.TARGET, community, _SINCE, lead, **by, **target) for target in targets]

    def _agree(self, subdistrict: Subdistrict, division: int, unit: Unit) -> None:
        """Let a unit agree with its subdistrict, so that it can sponsor in another community."""
        items = ((AgreementSide.UNIT, AgreementItemKind.PROJECT, "参与街道内社区包抓走访"),)
        add_agreement(self.rows, Home(division, subdistrict.code), unit.id, _AGREED, _UNTIL, items)

    def _sponsor(self, kind: SponsorshipKind, community: Community, since: str, visitor: int, **values: Any) -> int:
        """Add a sponsorship and the sponsor's last visit; some are overdue for the next."""
        actor = {K.LEADER_CONTACT: _DISTRICT, K.PATCH: _STREET, K.TARGET: _STAFF}[kind]
        # The days since the last visit, spread evenly up to a little more than the period.
        days = 1 + self.visits * 7 % (_DAYS[kind] + 3)
        self.visits += 1
        # What brought an issue was logged with it.
        issue = community.found.get(values.get("site_id", 0))
        at = issue.created_at if issue else self._hour(days)
        visit_by = date.fromisoformat(day(at)) + timedelta(days=_DAYS[kind])
        assigned = [Step(midnight(since), JournalAction.CREATE, SponsorshipState.ACTIVE, actor)]
        row = add_with_journal(
            self.rows, SPONSORSHIP_LIFECYCLE, Sponsorship, assigned, **community.where, kind=kind, starts_on=since,
            visit_by=visit_by.isoformat(), remind_on=(visit_by + timedelta(days=1)).isoformat(),
            created_at=utc(midnight(since)), **values,
        )  # fmt: skip
        target = {name: values[name] for name in ("committee_id", "site_id", "organization_id") if name in values}
        visit = self.rows.add(
            Visit, **community.where, **target, sponsorship_id=row, visitor_id=visitor, visited_at=utc(at),
            visited_on=day(at), form=VisitForm.TALK if self.visits % 5 == 0 else VisitForm.ON_SITE,
            findings=f"现场发现：{issue.title}。" if issue else _FINDINGS[self.visits % len(_FINDINGS)],
            created_at=utc(at),
        )  # fmt: skip
        if issue is not None:
            self.rows.add(VisitIssue, issue_id=issue.id, visit_id=visit)
        return row

    def _hour(self, days: int) -> int:
        """Return when a visit was so many days before the present."""
        return midnight(self.present.day_after(-days)) + (9 + self.visits % 8) * HOUR
