"""The contact of an issue is shown to whom the rules name, while it is open, and kept in its own table alone."""

from typing import Any

import pytest

from db.access.models.account import Role
from db.access.models.audit import AuditAction
from db.city import models
from db.issues import handling, intake, levels
from db.issues.contacts import reveal_contact
from db.issues.lifecycle import IssueState
from db.issues.models.duty import Duty
from db.issues.models.issue import Urgency
from db.kernel.errors import ErrorCode
from tests import factories as make
from tests.issues.model.rows import read
from tests.issues.test_matrix import reach
from tests.town import HIDDEN, NOT_THEIRS, Town

LEFT: dict[str, Any] = {"contact_name": "李示范", "contact_phone": "13812345678", "contact_address": "示范小区九号楼"}
TOLD = {"name": "李示范", "phone": "13812345678", "address": "示范小区九号楼"}
WHY = "回访核实"
# Everybody of the town who sees what was not taken up at home, but for those who answer for it.
SEEING = ("resident", "grid", "leader", "member", "director", "subdistrict", "district", "city", "auditor")
# Everybody who does not.
STRANGERS = ("neighbour", "stranger", "contact", "next_staff", "other_subdistrict")


@pytest.fixture(autouse=True)
def auditor(town: Town) -> None:
    """Have an auditor of the city."""
    town.accounts["auditor"] = make.make_account(name="示范auditor")
    make.make_role_grant(Role.AUDITOR, town.city, account=town.accounts["auditor"])


def shown(town: Town, who: str, issue_id: int) -> dict[str, str]:
    return dict(town.act(who, reveal_contact, issue_id=issue_id, reason=WHY).texts)


def refused(town: Town, who: str, issue_id: int) -> tuple[ErrorCode, str]:
    return town.refused(who, reveal_contact, issue_id=issue_id, reason=WHY)


def assigned(town: Town, **inputs: Any) -> int:
    """Let the unit handle an issue; return the issue's id."""
    assert town.unit is not None
    issue_id = town.accept(**LEFT, **inputs)
    town.act("staff", handling.assign_issue, issue_id=issue_id, handler_id=("Organization", town.unit.id))
    return issue_id


def test_the_community_s_staff_see_it_before_and_after_it_is_taken_up(town: Town) -> None:
    issue_id = town.submit(**LEFT)

    before = shown(town, "staff", issue_id)
    town.act("staff", intake.accept_issue, issue_id=issue_id, urgency=Urgency.NORMAL, duty=Duty.DISPUTE_RESOLUTION)

    assert before == shown(town, "staff", issue_id) == TOLD


def test_only_what_was_left_is_told(town: Town) -> None:
    assert shown(town, "staff", town.submit(contact_name=None, contact_phone="13812345678")) == {"phone": "13812345678"}


def test_nobody_else_sees_it(town: Town) -> None:
    issue_id = town.submit(**LEFT)

    assert {who: refused(town, who, issue_id) for who in SEEING} == dict.fromkeys(SEEING, NOT_THEIRS)
    assert {who: refused(town, who, issue_id) for who in STRANGERS} == dict.fromkeys(STRANGERS, HIDDEN)


def test_of_what_was_taken_up_strangers_are_refused_and_not_deceived(town: Town) -> None:
    issue_id = town.accept(**LEFT)

    assert {who: refused(town, who, issue_id) for who in STRANGERS} == dict.fromkeys(STRANGERS, NOT_THEIRS)


def test_the_office_that_answers_for_it_now_sees_it_and_the_one_before_no_more(town: Town) -> None:
    issue_id = town.accept(**LEFT)
    town.act("director", levels.escalate_issue, issue_id=issue_id, reason=WHY, tried=WHY)

    assert shown(town, "subdistrict", issue_id) == TOLD
    others = ("staff", "director", "district", "city", "other_subdistrict")
    assert {who: refused(town, who, issue_id) for who in others} == dict.fromkeys(others, NOT_THEIRS)


def test_whoever_handles_it_sees_it_unless_the_report_is_anonymous(town: Town) -> None:
    named, anonymous = assigned(town), assigned(town, is_anonymous=True)

    assert shown(town, "contact", named) == TOLD
    assert refused(town, "contact", anonymous) == NOT_THEIRS
    assert shown(town, "staff", anonymous) == TOLD


@pytest.mark.parametrize(
    "state", [IssueState.CLOSED, IssueState.REJECTED, IssueState.WITHDRAWN, IssueState.MERGED], ids=str
)
def test_nobody_sees_it_once_the_issue_is_closed(town: Town, state: IssueState) -> None:
    models.Member.update(position="DIRECTOR").where(models.Member.account == town.accounts["director"]).execute()
    issue_id = reach(town, state)
    everybody = ("staff", *SEEING, *(("contact",) if state is not IssueState.REJECTED else ()))

    assert {who: refused(town, who, issue_id) for who in everybody} == dict.fromkeys(everybody, NOT_THEIRS)


def test_there_is_none_where_none_was_left(town: Town) -> None:
    issue_id = town.submit(contact_name=None, is_anonymous=True)

    assert refused(town, "staff", issue_id) == (ErrorCode.NOT_FOUND, "issueId")
    # Whether there is one is not told to others.
    assert refused(town, "member", issue_id) == NOT_THEIRS


@pytest.mark.parametrize("reason", ["", " \n", "因" * 2001])
def test_a_reason_must_be_given(town: Town, reason: str) -> None:
    issue_id = town.submit(**LEFT)

    refusal = town.refused("staff", reveal_contact, issue_id=issue_id, reason=reason)

    assert refusal == (ErrorCode.INVALID_INPUT, "reason")


def test_the_audit_keeps_who_saw_it_and_why_and_nothing_of_it_is_kept_elsewhere(town: Town) -> None:
    issue_id = assigned(town)
    shown(town, "contact", issue_id)

    entry = models.AuditEntry.get()

    contact, home = town.accounts["contact"].id, town.home.division_code
    assert (entry.action, entry.account_id, entry.division_code, entry.reason) == (
        AuditAction.REVEALED, contact, home, WHY,
    )  # fmt: skip
    assert (entry.subject_type, entry.subject_id) == ("Issue", issue_id)
    rows = read()
    for secret in TOLD.values():
        assert [table for table in rows if secret in str(rows[table])] == ["issue_contact"]
