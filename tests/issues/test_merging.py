"""Merging and undoing it (T8, T19, A6)."""

from datetime import timedelta
from typing import Any

import pytest

from db.city import models
from db.issues import intake, merging
from db.issues.lifecycle import IssueState
from db.issues.models.claim import ClaimState
from db.kernel.errors import ErrorCode
from tests import factories as make
from tests.factories import AT
from tests.town import Town, issue_of, last_of, ledger_of, needs_of

DAY = timedelta(days=1)


def followers_of(issue_id: int) -> set[int]:
    rows = models.IssueFollower.select().where(models.IssueFollower.issue == issue_id)
    return {row.account_id for row in rows}


def merge(town: Town, issue_id: int, master_id: int, who: str = "staff") -> None:
    town.act(who, merging.merge_issue, issue_id=issue_id, master_id=master_id)


def test_the_master_goes_on_for_the_merged_issue(town: Town) -> None:
    master_id, issue_id = town.accept(), town.accept(who="staff")
    models.Issue.update(reporter=town.accounts["neighbour"]).where(models.Issue.id == issue_id).execute()
    claim = make.make_claim(issue_of(issue_id), state=ClaimState.CONFIRMED)

    done = town.act("staff", merging.merge_issue, issue_id=issue_id, master_id=master_id, note="同一盏路灯")

    issue, master = issue_of(issue_id), issue_of(master_id)
    assert (issue.state, issue.merged_into_id, issue.due_at) == (IssueState.MERGED, master_id, None)
    assert (master.state, master.reporter_count, master.version) == (IssueState.ACCEPTED, 2, 3)
    assert (needs_of(issue_id), needs_of(master_id)) == (["STRUCK_OFF"], ["OPEN"])
    assert models.Claim.get_by_id(claim.id).state is ClaimState.RELEASED
    assert followers_of(master_id) == {town.accounts["neighbour"].id}
    assert done.rows["master"] == master_id
    assert (last_of(issue_id).note, last_of(issue_id).told) == (
        "同一盏路灯",
        {"master_id": master_id, "reporter_count": 1},
    )
    assert last_of(master_id).told == {"merged_id": issue_id, "reporter_count": 2}


def test_the_master_is_found_by_its_number(town: Town) -> None:
    master_id, issue_id = town.accept(), town.submit()

    town.act("staff", merging.merge_issue, issue_id=issue_id, master_number=issue_of(master_id).number)

    assert issue_of(issue_id).merged_into_id == master_id


def test_who_reported_the_master_does_not_follow_it_as_well(town: Town) -> None:
    master_id, issue_id = town.submit(), town.submit()

    merge(town, issue_id, master_id)

    assert followers_of(master_id) == set()


def test_what_was_merged_before_goes_on_in_the_new_master(town: Town) -> None:
    first, second, third = town.submit(who="neighbour"), town.submit(who="member"), town.submit()
    merge(town, first, second)

    merge(town, second, third)

    assert [issue_of(row).merged_into_id for row in (first, second, third)] == [third, third, None]
    assert [issue_of(row).reporter_count for row in (first, second, third)] == [1, 1, 3]
    assert followers_of(third) == {town.accounts["neighbour"].id, town.accounts["member"].id}
    assert ledger_of(first) == ["CREATE", "MERGE", "NOTE"]
    assert last_of(first).told == {"master_id": third}


@pytest.mark.parametrize("state", ["CLOSED", "REJECTED", "WITHDRAWN", "MERGED"])
def test_a_closed_or_merged_issue_is_no_master(town: Town, state: str) -> None:
    master = make.make_issue(IssueState(state), town.home)

    refusal = town.refused("staff", merging.merge_issue, issue_id=town.submit(), master_id=master.id)

    assert refusal == (ErrorCode.ILLEGAL_TRANSITION, "masterId")


@pytest.mark.parametrize("state", ["NEEDS_INFO", "IN_DELIBERATION", "IN_PROGRESS", "CLOSED", "MERGED"])
def test_an_issue_in_other_hands_is_not_merged(town: Town, state: str) -> None:
    issue = make.make_issue(IssueState(state), town.home)

    refusal = town.refused("staff", merging.merge_issue, issue_id=issue.id, master_id=town.submit())

    assert refusal == (ErrorCode.ILLEGAL_TRANSITION, "")


def test_one_master_is_named_and_it_is_another_issue_that_is_there(town: Town) -> None:
    issue_id = town.accept()
    number = issue_of(issue_id).number

    def refused(**master: Any) -> tuple[ErrorCode, str]:
        return town.refused("staff", merging.merge_issue, issue_id=issue_id, **master)

    assert refused() == (ErrorCode.INVALID_INPUT, "masterId")
    assert refused(master_id=issue_id, master_number=number) == (ErrorCode.INVALID_INPUT, "masterId")
    assert refused(master_id=-1) == (ErrorCode.NOT_FOUND, "masterId")
    assert refused(master_number="LZ-1") == (ErrorCode.NOT_FOUND, "masterNumber")
    assert refused(master_id=issue_id) == (ErrorCode.INVALID_INPUT, "masterId")
    assert refused(master_number=number) == (ErrorCode.INVALID_INPUT, "masterNumber")


def test_staff_merge_within_their_community_and_officers_within_their_part_of_the_city(town: Town) -> None:
    next_door, far = (make.make_issue(IssueState.ACCEPTED, at) for at in (town.next_door, town.far))
    hidden = make.make_issue(committee=town.far)
    issue_id = town.submit()
    models.Issue.update(current_level="DISTRICT", responsible_code=town.district.code).where(
        models.Issue.id == issue_id
    ).execute()

    by_officer = town.refused("district", merging.merge_issue, issue_id=issue_id, master_id=far.id)
    into_hidden = town.refused("district", merging.merge_issue, issue_id=issue_id, master_id=hidden.id)
    merge(town, issue_id, next_door.id, "district")
    by_staff = town.refused("staff", merging.merge_issue, issue_id=town.submit(), master_id=next_door.id)

    assert by_officer == by_staff == (ErrorCode.NOT_PERMITTED, "masterId")
    assert into_hidden == (ErrorCode.NOT_FOUND, "masterId")
    assert issue_of(issue_id).merged_into_id == next_door.id


@pytest.mark.parametrize("who", ["resident", "member", "next_staff", "subdistrict"])
def test_others_do_not_merge(town: Town, who: str) -> None:
    issue_id, master_id = town.accept(), town.submit()

    refusal = town.refused(who, merging.merge_issue, issue_id=issue_id, master_id=master_id)

    assert refusal == (ErrorCode.NOT_PERMITTED, "")


def test_undoing_a_merge_lists_the_issue_again_and_counts_it_off(town: Town) -> None:
    master_id, issue_id = town.accept(), town.accept(who="staff")
    number = issue_of(issue_id).number
    models.Issue.update(reporter=town.accounts["neighbour"]).where(models.Issue.id == issue_id).execute()
    merge(town, issue_id, master_id)

    town.act("staff", merging.unmerge_issue, AT + DAY, issue_id=issue_id, reason="不是同一盏灯")

    issue, master = issue_of(issue_id), issue_of(master_id)
    assert (issue.state, issue.merged_into_id, issue.number) == (IssueState.ACCEPTED, None, number)
    assert (issue.accepted_at, issue.due_at) == (AT, AT + 4 * DAY)
    assert (master.reporter_count, followers_of(master_id), needs_of(issue_id)) == (1, set(), ["OPEN"])
    assert last_of(master_id).told == {"merged_id": issue_id, "reporter_count": 1}


def test_an_issue_that_was_merged_before_it_was_accepted_is_accepted_by_undoing_it(town: Town) -> None:
    master_id, issue_id = town.submit(), town.submit()
    merge(town, issue_id, master_id)

    town.act("staff", merging.unmerge_issue, AT + DAY, issue_id=issue_id, reason="不是同一盏灯")

    issue = issue_of(issue_id)
    assert (issue.number, issue.accepted_at) == (f"LZ-{town.home.division_code}-2026-000001", AT + DAY)
    assert needs_of(issue_id) == ["OPEN"]


def test_who_has_another_issue_in_the_master_goes_on_following_it(town: Town) -> None:
    master_id, first, second = town.submit(), town.submit(who="neighbour"), town.submit(who="neighbour")
    merge(town, first, master_id)
    merge(town, second, master_id)

    town.act("staff", merging.unmerge_issue, issue_id=first, reason="不是同一盏灯")

    assert followers_of(master_id) == {town.accounts["neighbour"].id}


def test_undoing_needs_staff_a_reason_and_a_merged_issue(town: Town) -> None:
    master_id, issue_id = town.submit(), town.submit()
    merge(town, issue_id, master_id)

    assert town.refused("resident", merging.unmerge_issue, issue_id=issue_id, reason="不是") == ("NOT_PERMITTED", "")
    assert town.refused("staff", merging.unmerge_issue, issue_id=issue_id, reason=" ") == ("INVALID_INPUT", "reason")
    assert town.refused("staff", merging.unmerge_issue, issue_id=master_id, reason="不是") == ("ILLEGAL_TRANSITION", "")


def test_a_merged_issue_cannot_go_on_by_itself(town: Town) -> None:
    master_id, issue_id = town.submit(), town.submit()
    merge(town, issue_id, master_id)

    assert town.refused("resident", intake.withdraw_issue, issue_id=issue_id, reason="算了") == (
        "ILLEGAL_TRANSITION",
        "",
    )
