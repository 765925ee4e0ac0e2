"""Activities are recorded by those who held them: captains, contacts, members and staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.officers import community_of
from db.access.subjects import command
from db.activities.models import HOURS, PARTICIPANTS, Activity, ActivityOrganization
from db.activities.standing import require_holder
from db.attachments.commands import AttachedFiles, attach
from db.issues.models.duty import Duty
from db.issues.models.issue import Issue
from db.issues.visibility import may_see
from db.kernel.bounds import Days, Items, Length
from db.kernel.refusals import invalid, not_found
from db.organizations.models.organization import Organization, OrganizationState
from db.places.models.division import Division
from db.registrations.models.agreement import AgreementState, PartnershipAgreement
from db.sites.finding import AtSite
from db.teams.models.team import TeamState, VolunteerTeam

_HALF_HOUR = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class What(Inputs):
    """What was done, when, and how many took part."""

    held_on: Annotated[date, Days(last=0)]
    title: Annotated[str, Length(2, 60, has_lines=False)]
    duty: Duty
    participant_count: Annotated[int, PARTICIPANTS]
    summary: Annotated[str, Length(1, 1000)]
    hours: Annotated[Decimal, HOURS] | None = None


@dataclass(frozen=True, slots=True)
class Holders(Inputs):
    """Who held it, and what it follows from."""

    team_id: int | None = None
    organization_ids: Annotated[Sequence[int], Items(0, 20)] = ()
    agreement_id: int | None = None
    issue_id: int | None = None

    def require(self, call: Call, home: Division) -> None:
        """Check that what is named is there, and belongs to a community where it must.

        Raises:
            DomainError: INVALID_INPUT, a unit is named twice; NOT_FOUND.
        """
        team = VolunteerTeam.find(id=self.team_id) if self.team_id is not None else None
        if self.team_id is not None and (
            team is None or team.division_code != home.code or team.state is TeamState.DISBANDED
        ):
            raise not_found("teamId", "The community has no such team; check the id.", "该社区没有此队伍，请核对 ID。")
        for unit_id in self.organization_ids:
            unit = Organization.find(id=unit_id)
            if unit is None or unit.state is not OrganizationState.ACTIVE:
                message = "There is no such organization in existence; check the ids."
                raise not_found("organizationIds", message, "没有此单位，或已注销，请核对 ID。")
        if len(set(self.organization_ids)) < len(self.organization_ids):
            raise invalid("organizationIds", "Name each organization once.", "同一单位请只填写一次。")
        self._require_agreement(home)
        issue = Issue.find(id=self.issue_id) if self.issue_id is not None else None
        if self.issue_id is not None and (issue is None or not may_see(call.actor, issue)):
            raise not_found("issueId", "There is no such issue; check the id.", "没有这个事项。")

    def _require_agreement(self, home: Division) -> None:
        """Check that an agreement was signed by one of the units, and for the community or what it lies in."""
        agreement = PartnershipAgreement.find(id=self.agreement_id) if self.agreement_id is not None else None
        is_theirs = (
            agreement is not None
            and agreement.organization_id in self.organization_ids
            and agreement.state not in (AgreementState.DRAFT, AgreementState.ENDED)
            and Division.get_by_id(agreement.division_id).last_code >= home.code >= agreement.division_code
        )
        if self.agreement_id is not None and not is_theirs:
            raise not_found(
                "agreementId",
                "None of the organizations has signed such an agreement here; check the id, or name the organization.",
                "所填单位没有与本社区签订此共建协议，请核对 ID 或补填单位。",
            )


@command()
def record_activity(
    call: Call,
    *,
    division_code: str,
    what: What,
    at_site: AtSite,
    holders: Holders,
    attachments: AttachedFiles = (),
) -> CommandResult:
    """Record an activity that was held in a community (活动记录).

    Raises:
        DomainError: NOT_FOUND, no such community, site, team, unit, agreement or issue; NOT_PERMITTED; INVALID_INPUT.
    """
    home = community_of(division_code)
    require_holder(call, division_code, holders.team_id, holders.organization_ids, "")
    site = at_site.find(division_code)
    holders.require(call, home)
    if what.hours is not None and what.hours % _HALF_HOUR:
        raise invalid("hours", "Give the hours in steps of half an hour.", "时长以半小时为单位。")
    activity = Activity.create(
        division=home.id, division_code=home.code, site=site and site.id, team=holders.team_id,
        agreement=holders.agreement_id, issue=holders.issue_id, created_at=call.at, **what.values(),
    )  # fmt: skip
    for unit_id in holders.organization_ids:
        ActivityOrganization.create(activity=activity.id, organization=unit_id)
    attach(call, activity, attachments)
    return CommandResult({"activity": activity.id})
