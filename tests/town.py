"""A small town for tests of commands: communities, offices above them, and one account for each role."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from db.access.actor import actor_of
from db.access.commands import Call, CommandResult, run_command
from db.access.models.account import Role
from db.city import models
from db.issues import intake
from db.issues.models.duty import Duty
from db.issues.models.issue import Channel, Urgency
from db.kernel.errors import DomainError, ErrorCode
from db.places.models.division import DivisionLevel
from tests import factories as make
from tests.factories import AT
from tests.stored import everything

# How somebody is refused who sees an issue and may not do this with it, and who does not see it.
NOT_THEIRS = (ErrorCode.NOT_PERMITTED, "")
HIDDEN = (ErrorCode.NOT_FOUND, "issueId")


@dataclass
class Town:
    """The town. home, next_door: of one subdistrict; across: of the district's other one; far: of another district."""

    city: models.Division
    district: models.Division
    street: models.Division
    home: models.Committee
    next_door: models.Committee
    across: models.Committee
    far: models.Committee
    accounts: dict[str, models.Account] = field(default_factory=dict)
    unit: models.Organization | None = None

    def act(self, who: str, command: Callable[..., CommandResult], at: datetime = AT, **inputs: Any) -> CommandResult:
        """Let somebody perform a command."""
        call = Call(actor_of(self.accounts[who].id, at), at)
        return run_command(command.__name__, command, call, inputs, lambda done: done)

    def refused(
        self, who: str, command: Callable[..., CommandResult], at: datetime = AT, **inputs: Any
    ) -> tuple[ErrorCode, str]:
        """Expect a refusal that leaves everything as it was; return its code and its field."""
        before = everything()
        with pytest.raises(DomainError) as refusal:
            self.act(who, command, at, **inputs)
        assert everything() == before
        assert refusal.value.chinese != refusal.value.message
        return refusal.value.code, ".".join(refusal.value.field)

    def submit(self, at: datetime = AT, who: str = "resident", **inputs: Any) -> int:
        """Let somebody bring a concern to the home community; return the issue's id."""
        given = {
            "division_code": self.home.division_code,
            "channel": Channel.APP,
            "title": "示范小区路灯不亮",
            "description": "示范小区三号楼前的路灯已经三天不亮",
            "duty": Duty.PUBLIC_BENEFIT_SERVICE,
            "urgency": Urgency.NORMAL,
            "contact_name": "示范居民",
            **inputs,
        }
        return self.act(who, intake.submit_issue, at, **given).rows["issue"]

    def accept(self, at: datetime = AT, who: str = "staff", **inputs: Any) -> int:
        """Let a concern be submitted and accepted; return the issue's id."""
        issue_id = self.submit(at, **inputs)
        urgency = inputs.get("urgency", Urgency.NORMAL)
        self.act(who, intake.accept_issue, at, issue_id=issue_id, urgency=urgency, duty=Duty.DISPUTE_RESOLUTION)
        return issue_id


def build() -> Town:
    """Make the town and its people."""
    city = make.make_division(DivisionLevel.CITY)
    districts = [make.make_division(DivisionLevel.DISTRICT, city) for _ in range(2)]
    parents = (districts[0], districts[0], districts[1])
    streets = [make.make_division(DivisionLevel.SUBDISTRICT, parent) for parent in parents]
    homes = [make.make_division(parent=streets[at]) for at in (0, 0, 1, 2)]
    home_committee, next_door, across, far = (make.make_committee(division) for division in homes)
    town = Town(city, districts[0], streets[0], home_committee, next_door, across, far)
    home = homes[0]
    for who, role, over in (
        ("resident", Role.RESIDENT, home),
        ("neighbour", Role.RESIDENT, home),
        ("staff", Role.STAFF, home),
        ("grid", Role.GRID_WORKER, home),
        ("leader", Role.LEADER, home),
        ("next_staff", Role.STAFF, homes[1]),
        ("stranger", Role.RESIDENT, homes[3]),
        ("subdistrict", Role.SUBDISTRICT_OFFICER, streets[0]),
        ("other_subdistrict", Role.SUBDISTRICT_OFFICER, streets[1]),
        ("district", Role.DISTRICT_OFFICER, districts[0]),
        ("city", Role.CITY_OFFICER, city),
    ):
        town.accounts[who] = make.make_account(name=f"示范{who}")
        make.make_role_grant(role, over, account=town.accounts[who])
    for who, role in (("member", Role.MEMBER), ("director", Role.DIRECTOR)):
        town.accounts[who] = make.make_account(name=f"示范{who}")
        make.make_role_grant(role, home, account=town.accounts[who], committee=home_committee)
        make.make_member(home_committee, account=town.accounts[who])
    town.unit = make.make_organization(home)
    town.accounts["contact"] = make.make_account(name="示范contact")
    make.make_role_grant(Role.UNIT_CONTACT, home, account=town.accounts["contact"], organization=town.unit)
    return town


def issue_of(row_id: int) -> models.Issue:
    """Read an issue anew."""
    return models.Issue.get_by_id(row_id)


def ledger_of(row_id: int) -> list[str]:
    """List the actions of an issue's ledger."""
    entries = models.LedgerEntry.select().where(models.LedgerEntry.issue == row_id)
    return [str(entry.action) for entry in entries.order_by(models.LedgerEntry.seq)]


def last_of(row_id: int) -> Any:
    """Read the newest entry of an issue's ledger, with its details as `told`."""
    entries = models.LedgerEntry.select().where(models.LedgerEntry.issue == row_id)
    entry: Any = entries.order_by(models.LedgerEntry.seq.desc()).get()
    entry.told = json.loads(entry.details)
    return entry


def needs_of(row_id: int) -> list[str]:
    """List the states of an issue's entries on need lists."""
    return [
        str(need.state) for need in models.Need.select().where(models.Need.issue == row_id).order_by(models.Need.id)
    ]
