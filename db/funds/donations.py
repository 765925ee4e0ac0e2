"""Donations: pledged for a project or to a committee, received against a receipt, or called off (捐赠)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import RULE, By, begin, entry_of, move
from db.access.models.account import A_RESIDENT, Role
from db.access.models.journal import JournalAction
from db.access.steps import require
from db.access.subjects import command
from db.attachments.commands import AttachedFiles, attach
from db.committees.models.committee import CommitteeState, Member
from db.funds.lifecycle import DONATION_LIFECYCLE
from db.funds.models import AMOUNT, DONORS, RECIPIENTS, Donation, DonationKind, DonationSerial
from db.funds.standing import DONATION, ENDED, to_donation
from db.funds.visibility import UNNAMED, is_donor
from db.incidents.finding import OfIncident
from db.issues.models.claim import Claim, Project
from db.issues.need_and_project_lists import project_of, settle_project
from db.kernel.bounds import Days, Length, Prose
from db.kernel.calendar import SHANGHAI
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.kernel.serials import numbers_of
from db.organizations.models.organization import OrganizationState
from db.organizations.models.resource import CapacityModel, Resource
from db.people.models.person import Person
from db.places.models.division import Division
from db.stocks.moving import enter_donation
from db.teams.models.team import VolunteerTeam

A = JournalAction
MACHINE = DONATION_LIFECYCLE
_next_receipt = numbers_of("JZ", DonationSerial)


@dataclass(frozen=True, slots=True)
class Gift(Inputs):
    """What is given: an amount of money, or so much of an item."""

    kind: DonationKind
    amount: Annotated[Decimal, AMOUNT] | None = None
    item: Annotated[str, Length(1, 60, has_lines=False)] | None = None
    unit: Annotated[str, Length(1, 20, has_lines=False)] | None = None
    quantity: Annotated[Decimal, AMOUNT] | None = None
    value: Annotated[Decimal, AMOUNT] | None = None
    purpose_note: Annotated[str, Length(1, 1000)] | None = None

    def require_whole(self) -> None:
        """Check that what is said fits the kind.

        Raises:
            DomainError: INVALID_INPUT.
        """
        if self.kind is DonationKind.MONEY:
            needed, others = ("amount",), ("item", "unit", "quantity", "value")
        else:
            needed, others = ("item", "unit", "quantity"), ("amount",)
        of = self.kind.chinese
        for name in needed:
            if getattr(self, name) is None:
                raise invalid(name, f"A donation of {self.kind} needs {name}; give it.", f"{of}捐赠须填写 {name}。")
        for name in others:
            if getattr(self, name) is not None:
                raise invalid(name, f"A donation of {self.kind} has no {name}; leave it out.", f"{of}捐赠不填 {name}。")


@dataclass(frozen=True, slots=True)
class Donor(Inputs):
    """Who gives: a registered unit or person, or a name. donor_id: the type that the id names, and the row's id."""

    donor_id: tuple[str, int] | None = None
    donor_name: Annotated[str, Length(2, 60, has_lines=False)] | None = None
    is_name_hidden: bool = False

    def columns(self, call: Call) -> dict[str, Any]:
        """Return the columns that name the donor; it is the person that the actor is where nobody is named.

        Raises:
            DomainError: INVALID_INPUT; NOT_FOUND.
        """
        if self.donor_id is not None and self.donor_name is not None:
            raise invalid("donorId", "Send donorId or donorName, and not both.", "donorId 与 donorName 请只填写一个。")
        if self.donor_name is not None:
            return {"donor_name": self.donor_name}
        if self.donor_id is None:
            own = Person.find(account=call.actor.account_id) if call.actor.account_id is not None else None
            if own is None:
                message = "Your account is not registered as a person; name the donor, or register (`registerPerson`)."
                raise invalid(
                    "donorId", message, "您的账号尚未登记人员信息，请指明捐赠人，或先登记（registerPerson）。"
                )
            return {"person": own.id}
        column, row = _named(self.donor_id, DONORS)
        is_gone = row is not None and (
            row.is_erased if column == "person" else row.state is not OrganizationState.ACTIVE
        )
        if row is None or is_gone:
            raise not_found("donorId", "There is no such donor; check the id.", "没有此捐赠人，请核对 ID。")
        return {column: row.id}


@command()
def pledge_donation(
    call: Call,
    *,
    recipient_id: tuple[str, int],
    gift: Gift,
    donor: Donor,
    of_incident: OfIncident,
    attachments: AttachedFiles = (),
) -> CommandResult:
    """Promise money or goods for a project or to a committee (认捐).

    recipient_id: the type that the id names, and the row's id.

    Raises:
        DomainError: NOT_FOUND, no such project, committee or donor; NOT_PERMITTED, the donor, its contact and staff
            pledge; INVALID_INPUT; LIMIT_REACHED, the project has ended; as `OfIncident` refuses.
    """
    column, recipient = _named(recipient_id, RECIPIENTS)
    if recipient is None or recipient.state is CommitteeState.DISSOLVED:
        message = "There is no such project or committee; check the id."
        raise not_found("recipientId", message, "没有此项目或社工委，请核对 ID。")
    if recipient.state in ENDED:
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            "The project has ended; give to another project, or to the committee.",
            ("recipientId",),
            chinese="该项目已结束，请捐给其他项目或社工委。",
        )
    gift.require_whole()
    columns = {
        column: recipient.id, "incident": of_incident.find(call, recipient.division_code), **donor.columns(call),
        "is_name_hidden": donor.is_name_hidden,
    }  # fmt: skip
    asked = Donation(division_code=recipient.division_code, **columns)
    role = require(to_donation(call, asked), MACHINE.beginning[1].who)
    donation = _begin(call, _by(call, role, asked), asked, pledged_on=call.day, **gift.values())
    attach(call, donation, attachments)
    return CommandResult({"donation": donation.id, "event": entry_of(MACHINE, donation)})


def _lock_project(call: Call, inputs: Mapping[str, Any]) -> None:
    """Lock the project that a donation is for, before the donation itself: its money changes in one place at a time."""
    donation = Donation.find(id=inputs["donation_id"])
    if donation is not None and donation.project_id is not None:
        Project.lock(id=donation.project_id)


@command(DONATION, "receiveDonation", lock=_lock_project)
def receive_donation(
    call: Call,
    donation: Donation,
    role: Role,
    *,
    received_on: Annotated[date, Days(last=0)] | None = None,
    stock_id: int | None = None,
) -> CommandResult:
    """Record that a donation was received, which gives it its receipt (接收捐赠). received_on: today when left out.

    stock_id: of goods, the stock that all of them go into.

    Raises:
        DomainError: NOT_FOUND, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; NOT_PERMITTED, staff receive donations,
            and not those of their own or of a unit for which they speak; LIMIT_REACHED, the project has ended; as
            `enter_donation` refuses.
    """
    event = _receive(call, donation, _by(call, role, donation), received_on or call.day)
    rows = {"donation": donation.id, "event": event}
    if stock_id is not None:
        rows["move"] = enter_donation(call, stock_id, donation).id
    return CommandResult(rows)


@command(DONATION, "cancelDonation")
def cancel_donation(call: Call, donation: Donation, role: Role, *, reason: Prose) -> CommandResult:
    """Call a donation off that was not received yet (取消捐赠).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT.
    """
    event = move(call, MACHINE, donation, A.CANCEL, _by(call, role, donation), note=reason)
    return CommandResult({"donation": donation.id, "event": event})


def receive_claimed(call: Call, claim: Claim) -> None:
    """Make a fulfilled claim on money a received donation to the project that serves its issue, if one does."""
    resource = Resource.get_by_id(claim.resource_id) if claim.resource_id is not None else None
    if resource is None or resource.capacity_model is not CapacityModel.FUND or claim.quantity is None:
        return
    project_id = project_of(claim.issue_id)
    if project_id is None:
        return
    project = Project.lock(id=project_id)
    assert project is not None, "it serves the issue"
    asked = Donation(division_code=project.division_code, project=project.id, is_name_hidden=False, **_claimant(claim))
    pledged_on = claim.created_at.astimezone(SHANGHAI).date()
    columns = {"kind": DonationKind.MONEY, "amount": claim.quantity, "pledged_on": pledged_on, "claim": claim.id}
    donation = _begin(call, RULE, asked, **columns)
    _receive(call, donation, RULE, call.day)


def _begin(call: Call, by: By, asked: Donation, **columns: Any) -> Donation:
    home = Division.find(code=asked.division_code)
    assert home is not None, "the recipient belongs to it"
    return begin(call, MACHINE, Donation, by, division=home.id, created_at=call.at, **asked.__data__, **columns)


def _receive(call: Call, donation: Donation, by: By, day: date) -> int:
    """Receive a donation, whose project is locked; more money needs a new word on what is left."""
    receipt = _next_receipt(call.at, donation.division_code)
    event = move(call, MACHINE, donation, A.RECEIVE, by, received_on=day, receipt_number=receipt)
    if donation.project_id is not None and donation.amount is not None:
        project = Project.get_by_id(donation.project_id)
        project.change(balance_note=None)
        settle_project(call, project)
    return event


def _by(call: Call, role: Role, donation: Donation) -> By:
    """Return as whom the journal records a step: who gives and stays unnamed is not named there either."""
    if donation.is_name_hidden and is_donor(call.actor, donation):
        return By(role, name=UNNAMED)
    return By.actor(call, role, donation.division_code)


def _named(named: tuple[str, int], columns: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the column that a global id goes into, and the row that it names, None where there is none."""
    noun, row_id = named
    column = next(name for name, table in columns.items() if table.__name__ == noun)
    return column, columns[column].find(id=row_id)


def _claimant(claim: Claim) -> dict[str, Any]:
    """Return the column that names the claimant of a claim as a donor: a team by its name, a member as a person."""
    if claim.organization_id is not None:
        return {"organization": claim.organization_id}
    if claim.team_id is not None:
        return {"donor_name": VolunteerTeam.get_by_id(claim.team_id).name}
    if claim.member_id is not None:
        member = Member.get_by_id(claim.member_id)
        return {"person": member.person_id} if member.person_id is not None else {"donor_name": member.name}
    person = Person.find(account=claim.account_id)
    return {"person": person.id} if person is not None else {"donor_name": A_RESIDENT}
