"""Ticks: each automatic rule does its work when its time has come, not before, and once however often ticks run."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.actor import SYSTEM
from db.access.clock import Due
from db.access.commands import Call
from db.access.models.account import Role
from db.access.models.notice import NoticeKind
from db.city import models
from db.city.clock import tick
from db.committees.models.committee import CommitteeState, MemberPosition
from db.issues.claims import claim_issue, confirm_claim, publish_issue
from db.issues.handling import assign_issue, report_issue_done
from db.issues.intake import request_info
from db.issues.ledger_check import verify
from db.issues.levels import escalate_issue
from db.issues.lifecycle import IssueOutcome, IssueState
from db.issues.models.claim import ClaimState, NeedState
from db.issues.models.issue import EvidenceKind, Urgency
from db.issues.models.request import IssueRequestDecision
from db.issues.notes import comment_issue, rate_issue
from db.issues.requests import request_suspension
from db.issues.reviews import review_request
from db.kernel.database import is_postgres, write
from db.kernel.errors import ErrorCode
from db.places.models.division import DivisionLevel
from tests.factories import AT, TODAY, make_issue, make_member, make_role_grant
from tests.stored import everything
from tests.threads import at_once
from tests.town import Town, build, issue_of, last_of, ledger_of, needs_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def town(scratch: DatabaseProxy) -> Iterator[Town]:
    """Make the town, and see that no tick leaves a ledger that does not replay."""
    yield build()
    assert verify().findings == []


def ticked(at: datetime) -> dict[str, int]:
    """Run a tick that nothing stands in the way of, see that a second one finds nothing, and give what was done."""
    report = tick(at)
    before = everything()
    again = tick(at)
    assert (report.refusals, dict(again.counts), again.refusals, everything()) == ([], {}, [], before)
    # The first tick of a month keeps figures, and changes were made today, whatever became of issues.
    return {what: count for what, count in report.counts.items() if what not in ("kept figures", "purged change")}


def notices(kind: NoticeKind) -> list[tuple[int | None, Role, str, int | None]]:
    """List what was told of a kind: about which issue, to which role, of which office, and to which account."""
    told: Any = models.Notice.select().where(models.Notice.kind == kind).order_by(models.Notice.id)
    return [(row.issue_id, row.role, row.office_code, row.account_id) for row in told]


def assigned(town: Town, at: datetime = AT, **inputs: Any) -> int:
    """Let an issue be assigned to the unit; return its id."""
    issue_id = town.accept(at, **inputs)
    assert town.unit
    town.act("staff", assign_issue, at, issue_id=issue_id, handler_id=("Organization", town.unit.id))
    return issue_id


def done(town: Town, at: datetime = AT, outcome: IssueOutcome = IssueOutcome.RESOLVED) -> int:
    """Let an issue be reported done; return its id."""
    issue_id = assigned(town, at)
    evidence = [{"kind": EvidenceKind.PHOTO, "description": "修复后的路灯"}]
    told = {"result": "已修复", "evidence": evidence, "done_on": TODAY, "outcome": outcome}
    town.act("contact", report_issue_done, at, issue_id=issue_id, **told)
    return issue_id


def published(town: Town, until: datetime = AT + DAY) -> int:
    """Let an issue be published for claims; return its id."""
    issue_id = town.accept()
    town.act("staff", publish_issue, issue_id=issue_id, wanted_help="换灯", claim_until=until)
    return issue_id


# --- T4, T15, T17 -----------------------------------------------------------------------------------------------------


def test_an_issue_lapses_when_nobody_answers_for_seven_days(town: Town) -> None:
    issue_id = town.submit()
    town.act("staff", request_info, issue_id=issue_id, question="是哪一栋楼？")

    assert ticked(AT + 7 * DAY - MINUTE) == {}
    assert ticked(AT + 7 * DAY) == {"lapsed": 1}
    assert (issue_of(issue_id).state, issue_of(issue_id).due_at) == (IssueState.WITHDRAWN, None)
    assert (ledger_of(issue_id)[-1], last_of(issue_id).actor_role) == ("LAPSE", Role.SYSTEM)


def test_handling_goes_on_on_the_day_with_the_time_that_was_left(town: Town) -> None:
    issue_id = assigned(town)
    resume_on = date(2026, 1, 20)
    town.act("staff", request_suspension, issue_id=issue_id, cause="等待备件", resume_on=resume_on)
    granted = {"decision": IssueRequestDecision.APPROVED, "reason": "同意"}
    town.act("subdistrict", review_request, AT + DAY, issue_id=issue_id, **granted)
    midnight = datetime(2026, 1, 19, 16, tzinfo=UTC)

    assert ticked(midnight - MINUTE) == {}
    assert ticked(midnight) == {"resumed": 1}
    assert (issue_of(issue_id).state, issue_of(issue_id).resume_on) == (IssueState.IN_PROGRESS, None)
    assert issue_of(issue_id).due_at == midnight + 6 * DAY


def reach(town: Town, issue_id: int, *days: int) -> None:
    """Note attempts to reach the reporter, so many days later."""
    for day in days:
        told = {"text": "电话无人接听", "is_contact_attempt": True}
        town.act("staff", comment_issue, AT + day * DAY, issue_id=issue_id, **told)


def test_work_that_nobody_judges_is_struck_off_after_a_week_and_two_attempts(town: Town) -> None:
    issue_id = done(town)
    reach(town, issue_id, 1, 2)

    assert "closed" not in ticked(AT + 7 * DAY - MINUTE)
    assert ticked(AT + 7 * DAY)["closed"] == 1
    assert (issue_of(issue_id).state, issue_of(issue_id).outcome) == (IssueState.CLOSED, IssueOutcome.RESOLVED)
    assert last_of(issue_id).told == {"no_reply": True, "outcome": "RESOLVED", "rating": None}
    assert needs_of(issue_id) == [NeedState.STRUCK_OFF]


def test_one_attempt_is_not_enough(town: Town) -> None:
    issue_id = done(town)
    reach(town, issue_id, 1)
    town.act("staff", comment_issue, issue_id=issue_id, text="看起来修好了")

    assert "closed" not in ticked(AT + 30 * DAY)


def test_only_who_may_close_an_issue_notes_that_nobody_could_be_reached(town: Town) -> None:
    told = {"text": "电话无人接听", "is_contact_attempt": True}

    assert town.refused("resident", comment_issue, issue_id=done(town), **told)[0] is ErrorCode.NOT_PERMITTED
    assert town.refused("staff", comment_issue, issue_id=town.submit(), **told)[0] is ErrorCode.ILLEGAL_TRANSITION


def test_a_rating_that_was_given_stands_when_the_clock_closes(town: Town) -> None:
    issue_id = done(town)
    reach(town, issue_id, 1, 2)
    town.act("resident", rate_issue, AT + DAY, issue_id=issue_id, rating=4)

    assert ticked(AT + 7 * DAY)["closed"] == 1
    assert issue_of(issue_id).rating == 4


def test_what_was_found_not_feasible_waits_for_the_office_above(town: Town) -> None:
    issue_id = done(town, outcome=IssueOutcome.NOT_FEASIBLE)
    reach(town, issue_id, 1, 2)

    assert "closed" not in ticked(AT + 30 * DAY)


# --- A1, A2 -----------------------------------------------------------------------------------------------------------


def test_whoever_handles_an_issue_is_warned_when_four_fifths_have_passed(town: Town) -> None:
    issue_id = assigned(town)
    warned_at: Any = issue_of(issue_id).warn_at

    assert ticked(warned_at - MINUTE) == {}
    assert ticked(warned_at) == {"yellow notices": 1}
    contact = town.accounts["contact"].id
    told = [(issue_id, Role.UNIT_CONTACT, town.home.division_code, contact)]
    assert notices(NoticeKind.DEADLINE_NEAR) == told


def test_the_office_is_warned_while_nobody_handles_it(town: Town) -> None:
    issue_id = town.submit(urgency=Urgency.URGENT)

    assert ticked(AT + 4 * HOUR - 48 * MINUTE) == {"yellow notices": 1}
    assert notices(NoticeKind.DEADLINE_NEAR) == [(issue_id, Role.STAFF, town.home.division_code, None)]


def test_the_office_above_hears_of_a_deadline_that_passed(town: Town) -> None:
    issue_id = assigned(town)

    assert ticked(AT + 7 * DAY) == {"red notices": 1}
    assert notices(NoticeKind.OVERDUE) == [(issue_id, Role.SUBDISTRICT_OFFICER, town.street.code, None)]


def test_a_new_deadline_is_told_of_anew(town: Town) -> None:
    issue_id = town.submit()
    ticked(AT + DAY)
    town.act("staff", request_info, AT + DAY, issue_id=issue_id, question="是哪一栋楼？")
    models.Issue.update(state=IssueState.SUBMITTED, due_at=AT + 2 * DAY).execute()

    tick(AT + 2 * DAY)

    assert len(notices(NoticeKind.OVERDUE)) == 2
    models.Issue.update(state=IssueState.NEEDS_INFO, due_at=AT + 8 * DAY).execute()


def test_an_issue_rises_five_working_days_after_its_deadline(town: Town) -> None:
    issue_id = assigned(town)
    late = AT + 14 * DAY  # Due on Monday the 12th; five working days later it is Monday again.

    assert "escalated, overdue" not in ticked(late - MINUTE)
    assert ticked(late) == {"escalated, overdue": 1}
    issue = issue_of(issue_id)
    assert (issue.state, issue.current_level) == (IssueState.ACCEPTED, DivisionLevel.SUBDISTRICT)
    assert (issue.responsible_code, last_of(issue_id).actor_role) == (town.street.code, Role.SYSTEM)


def test_an_issue_rises_level_by_level_and_ends_on_the_citys_list(town: Town) -> None:
    issue_id = assigned(town)
    levels = []
    for day in range(0, 90, 5):
        assert tick(AT + day * DAY).refusals == []
        levels.append(issue_of(issue_id).current_level)

    assert list(dict.fromkeys(levels)) == [
        DivisionLevel.COMMUNITY, DivisionLevel.SUBDISTRICT, DivisionLevel.DISTRICT, DivisionLevel.CITY,
    ]  # fmt: skip
    assert notices(NoticeKind.CITY_LIST) == [(issue_id, Role.CITY_OFFICER, town.city.code, None)]


def test_what_may_not_rise_stays_and_is_only_told_of(town: Town) -> None:
    submitted, reported = town.submit(), done(town)

    assert ticked(AT + 60 * DAY) == {"red notices": 2}
    assert issue_of(submitted).state == IssueState.SUBMITTED
    assert issue_of(reported).state == IssueState.AWAITING_VERIFICATION


def test_what_nobody_claims_must_be_assigned_and_rises_after_a_working_day(town: Town) -> None:
    issue_id = published(town)

    assert "asked to assign" not in ticked(AT + DAY - MINUTE)
    assert ticked(AT + DAY) == {"asked to assign": 1, "red notices": 1}
    assert notices(NoticeKind.UNCLAIMED) == [(issue_id, Role.STAFF, town.home.division_code, None)]
    assert ticked(AT + 2 * DAY - MINUTE) == {}
    assert ticked(AT + 2 * DAY) == {"escalated, unclaimed": 1}
    assert ledger_of(issue_id)[-1] == "ESCALATE"


def test_a_claim_that_waits_for_the_staff_keeps_an_issue_down(town: Town) -> None:
    issue_id = published(town)
    town.act("contact", claim_issue, issue_id=issue_id, promise="三日内换灯", promised_on=TODAY)

    assert ticked(AT + 3 * DAY) == {"red notices": 1}
    assert issue_of(issue_id).state == IssueState.OPEN_FOR_CLAIM


def test_deadlines_of_weekends_and_holidays_count_working_days_alone(town: Town) -> None:
    assigned(town, datetime(2026, 2, 6, 8, tzinfo=UTC))  # Due on Friday the 13th; the festival lasts until the 23rd.

    assert "escalated, overdue" not in ticked(datetime(2026, 2, 27, 7, tzinfo=UTC))
    assert ticked(datetime(2026, 2, 27, 8, tzinfo=UTC)) == {"escalated, overdue": 1}


# --- L4, A5, A7, C6 ---------------------------------------------------------------------------------------------------


LAPSED = datetime(2026, 1, 9, 16, tzinfo=UTC)


def claimed(town: Town, who: str, issue_id: int) -> int:
    """Let an issue be claimed until the 6th, and the claim be confirmed; return the claim's id."""
    promise = {"promise": "三日内换灯", "promised_on": date(2026, 1, 6)}
    claim_id = town.act(who, claim_issue, issue_id=issue_id, **promise).rows["claim"]
    town.act("staff", confirm_claim, issue_id=issue_id, claim_id=claim_id)
    return claim_id


def test_a_promise_that_was_not_kept_is_released_after_three_days_and_others_may_claim(town: Town) -> None:
    issue_id = published(town)
    claim_id = claimed(town, "contact", issue_id)

    assert ticked(LAPSED - MINUTE) == {}
    assert ticked(LAPSED) == {"claims released": 1}
    assert models.Claim.get_by_id(claim_id).state == ClaimState.RELEASED
    assert notices(NoticeKind.CLAIM_LAPSED) == [(issue_id, Role.STAFF, town.home.division_code, None)]
    issue = issue_of(issue_id)
    assert (issue.state, issue.handler_organization_id, issue.return_count) == ("OPEN_FOR_CLAIM", None, 1)
    assert (ledger_of(issue_id)[-1], last_of(issue_id).actor_role) == ("RETURN", Role.SYSTEM)
    promise = {"promise": "明天换灯", "promised_on": date(2026, 1, 12)}
    town.act("member", claim_issue, LAPSED + HOUR, issue_id=issue_id, **promise)


def test_work_that_another_confirmed_claim_carries_on_is_not_taken_away(town: Town) -> None:
    issue_id = published(town)
    claimed(town, "contact", issue_id)
    claim_id = claimed(town, "member", issue_id)
    models.Claim.update(promised_on=date(2026, 1, 12)).where(models.Claim.id == claim_id).execute()

    assert ticked(LAPSED) == {"claims released": 1}
    assert issue_of(issue_id).state is IssueState.IN_PROGRESS


@pytest.mark.parametrize(("returns", "state", "action"), [(1, "ACCEPTED", "RETURN"), (2, "ACCEPTED", "ESCALATE")])
def test_the_second_promise_that_was_not_kept_must_be_assigned_and_the_third_rises(
    town: Town, returns: int, state: str, action: str
) -> None:
    issue_id = published(town)
    claimed(town, "contact", issue_id)
    models.Issue.update(return_count=returns).where(models.Issue.id == issue_id).execute()

    assert ticked(LAPSED) == {"claims released": 1}
    assert (issue_of(issue_id).state, ledger_of(issue_id)[-1]) == (state, action)


def test_what_may_be_the_same_is_pointed_out_and_left_alone(town: Town) -> None:
    town.submit(place="三号楼前")
    other = town.submit(AT + 6 * DAY, place="三号楼前", title="示范小区路灯又不亮")
    elsewhere = town.submit(AT + 6 * DAY, place="五号楼前")
    unlike = town.submit(AT + 6 * DAY, place="三号楼前", title="路边井盖松动")

    assert tick(AT + 6 * DAY).counts["merges suggested"] == 1
    assert notices(NoticeKind.MERGE_SUGGESTED) == [(other, Role.STAFF, town.home.division_code, None)]
    assert {issue_of(row).state for row in (other, elsewhere, unlike)} == {IssueState.SUBMITTED}


def test_what_came_in_eight_days_apart_is_not_the_same(town: Town) -> None:
    town.submit(place="三号楼前")
    town.submit(AT + 8 * DAY, place="三号楼前")

    assert tick(AT + 8 * DAY).counts["merges suggested"] == 0


def test_five_of_a_kind_ask_for_a_meeting_once(town: Town) -> None:
    for day in range(4):
        town.submit(AT + day * DAY, topic_code="HOU-01")
    town.submit(AT + 4 * DAY, topic_code="HOU-02")
    assert tick(AT + 4 * DAY).counts["proposals suggested"] == 0

    town.submit(AT + 5 * DAY, topic_code="HOU-01")

    assert tick(AT + 5 * DAY).counts["proposals suggested"] == 1
    town.submit(AT + 6 * DAY, topic_code="HOU-01")
    assert tick(AT + 6 * DAY).counts["proposals suggested"] == 0
    assert notices(NoticeKind.PROPOSAL_SUGGESTED) == [(None, Role.DIRECTOR, town.home.division_code, None)]


def test_five_in_more_than_thirty_days_ask_for_nothing(town: Town) -> None:
    for day in (0, 1, 2, 3, 31):
        town.submit(AT + day * DAY, topic_code="HOU-01")

    assert tick(AT + 31 * DAY).counts["proposals suggested"] == 0


def test_a_term_is_warned_of_and_ends(town: Town) -> None:
    ends = date(2026, 3, 1)
    models.Member.update(term_end=date(2027, 1, 1)).execute()
    member = make_member(town.home, term_end=ends, account=town.accounts["neighbour"])
    grant = make_role_grant(Role.MEMBER, town.home.division, account=member.account, committee=town.home)
    begins = datetime(2026, 1, 29, 16, tzinfo=UTC)  # The 30th of January in Lanzhou.

    assert ticked(begins - MINUTE) == {}
    assert ticked(begins) == {"terms ending": 1}
    assert ticked(datetime(2026, 3, 1, 15, 59, tzinfo=UTC)) == {}
    assert ticked(datetime(2026, 3, 1, 16, tzinfo=UTC)) == {"terms ended": 1}
    assert (models.Member.get_by_id(member.id).is_active, models.Member.get_by_id(member.id).term_end) == (False, ends)
    assert models.RoleGrant.get_by_id(grant.id).ends_at == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert models.RoleGrant.select().where(models.RoleGrant.role == Role.RESIDENT).count() == 3
    assert models.Committee.get_by_id(town.home.id).state == CommitteeState.NON_COMPLIANT


def test_a_committee_that_still_has_thirteen_members_goes_on(town: Town) -> None:
    models.Member.update(term_end=None).execute()
    lead(town.home)
    for _ in range(6):
        make_member(town.home, term_end=None)
    make_member(town.home, term_end=TODAY)

    assert ticked(AT + DAY) == {"terms ended": 1}
    assert models.Committee.get_by_id(town.home.id).state == CommitteeState.ACTIVE


@pytest.mark.parametrize("position", [MemberPosition.DIRECTOR, MemberPosition.DEPUTY_DIRECTOR])
def test_a_committee_that_loses_one_of_its_leaders_is_short_of_them(town: Town, position: MemberPosition) -> None:
    models.Member.update(term_end=None).execute()
    leaders = lead(town.home)
    for _ in range(8):
        make_member(town.home, term_end=None)
    going = next(member for member in leaders if member.position is position)
    models.Member.update(term_end=TODAY).where(models.Member.id == going.id).execute()

    assert ticked(AT + DAY) == {"terms ended": 1}
    assert models.Committee.get_by_id(town.home.id).state == CommitteeState.NON_COMPLIANT


def lead(committee: models.Committee) -> list[models.Member]:
    """Return a committee its director and four deputies."""
    positions = [MemberPosition.DIRECTOR, *[MemberPosition.DEPUTY_DIRECTOR] * 4]
    return [make_member(committee, position=position, term_end=None) for position in positions]


# --- The tick itself --------------------------------------------------------------------------------------------------


def test_batches_leave_nothing_out(town: Town) -> None:
    issues = [assigned(town) for _ in range(5)]
    due: Due[models.Issue] = Due(models.Issue, lambda tick: models.Issue.due_at <= tick.now, batch=2)

    assert [issue.id for issue in due.rows(Call(SYSTEM, AT + 14 * DAY))] == sorted(issues)
    assert ticked(AT + 14 * DAY) == {"escalated, overdue": 5}


def test_what_a_rule_refuses_is_reported_and_the_rest_goes_on(town: Town) -> None:
    broken, sound = done(town), done(town)
    reach(town, broken, 1, 2)
    reach(town, sound, 1, 2)
    models.Evidence.delete().where(models.Evidence.issue == broken).execute()

    report = tick(AT + 7 * DAY)

    assert (report.counts["closed"], issue_of(sound).state) == (1, IssueState.CLOSED)
    number = issue_of(broken).number
    assert report.refusals == [f"closed, {number}: There is no evidence of the work; send it back (reworkIssue)."]


@pytest.mark.parametrize("year", [2031, 2040, 2099])
def test_a_tick_works_in_a_year_whose_holidays_are_not_known(town: Town, year: int) -> None:
    at = datetime(year, 12, 30, 15, 30, tzinfo=UTC)
    models.Member.update(term_end=None).execute()
    issue_id = assigned(town, at)

    assert ticked(at + MINUTE) == {}
    assert ticked(at + 30 * DAY) == {"escalated, overdue": 1}
    assert issue_of(issue_id).current_level is DivisionLevel.SUBDISTRICT


def test_two_ticks_at_once_do_everything_once(database: DatabaseProxy) -> None:
    town = build()
    lapsing = [town.submit() for _ in range(6)]
    for issue_id in lapsing:
        town.act("staff", request_info, issue_id=issue_id, question="是哪一栋楼？")
    rising = [assigned(town) for _ in range(6)]
    warned = [assigned(town, AT + 9 * DAY) for _ in range(6)]

    reports = at_once(4, lambda: tick(AT + 15 * DAY))

    counted = {name: sum(report.counts[name] for report in reports) for name in ("lapsed", "escalated, overdue")}
    assert counted == {"lapsed": 6, "escalated, overdue": 6}
    assert [ledger_of(row).count("LAPSE") for row in lapsing] == [1] * 6
    assert [ledger_of(row).count("ESCALATE") for row in rising] == [1] * 6
    assert sorted(row[0] or 0 for row in notices(NoticeKind.DEADLINE_NEAR)) == warned
    assert [report.refusals for report in reports] == [[]] * 4
    assert verify().findings == []


def test_an_issue_that_somebody_works_on_is_left_to_the_next_tick(database: DatabaseProxy) -> None:
    if not is_postgres():
        pytest.skip("SQLite has one writer, whom a tick waits for")
    town = build()
    held, free = assigned(town), assigned(town)
    with write():
        escalate = {"reason": "需要协调", "tried": "多次联系"}
        town.act("director", escalate_issue, AT + 14 * DAY, issue_id=held, **escalate)
        (report,) = at_once(1, lambda: tick(AT + 14 * DAY))

    assert report.counts["escalated, overdue"] == 1
    assert [ledger_of(row).count("ESCALATE") for row in (held, free)] == [1, 1]


def test_a_tick_on_an_empty_city_does_nothing(scratch: DatabaseProxy) -> None:
    make_issue(IssueState.CLOSED)

    assert ticked(AT + 400 * DAY) == {}
