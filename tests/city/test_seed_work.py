"""What has happened in the demo city: every rule that its issues, ledgers, lists and meetings can show."""

import json
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.journal import JOURNAL_COLUMNS
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.assessment.models import AssessmentPeriod, Indicator, PeriodState
from db.city import models, seed
from db.city.machines import JOURNALED
from db.committees.models.committee import MemberCategory
from db.deliberation.models.meeting import AttendanceStatus, MeetingState, ResolutionOutcome, VoteChoice
from db.issues.ledger import GENESIS, HASHED_COLUMNS, entry_hash
from db.issues.lifecycle import CLOSED_STATES, OPEN_STATES, TRANSITIONS, IssueOutcome, IssueState, LedgerAction
from db.issues.models.claim import TAKING_STATES, ClaimState, NeedState, ProjectState
from db.issues.models.issue import Channel, Urgency
from db.kernel.chain import chained_hash
from db.messages.models import ChannelMessage, MessageState
from db.places.models.division import DivisionLevel
from tests.assessment.reckoning import check_results, kept_scores, reckoned_scores
from tests.assessment.showing import check_filters
from tests.city.seed_rows import by_issue, found, rows

# Issues and their ledgers.


def test_20000_issues_are_of_every_state_urgency_channel_and_level(demo_city: DatabaseProxy) -> None:
    issues = found(models.Issue.select())
    states = Counter(issue.state for issue in issues)

    assert len(issues) == 20_000
    assert set(states) == set(IssueState)
    assert {issue.urgency for issue in issues} == set(Urgency)
    assert {issue.channel for issue in issues} == set(Channel)
    assert {issue.current_level for issue in issues} == set(DivisionLevel) - {DivisionLevel.PROVINCE}
    assert {issue.outcome for issue in issues} == {None, *IssueOutcome}
    assert {issue.topic_code for issue in issues} == {topic.code for topic in seed.issue_topics()}
    assert len({issue.division_code for issue in issues}) == 427
    assert states[IssueState.CLOSED] > 14_000
    assert sum(states[state] for state in OPEN_STATES) > 1_000
    assert sum(issue.reopen_count > 0 for issue in issues) > 100
    assert max(issue.updated_at for issue in issues) <= seed.AS_OF_TIME


def test_open_issues_stand_differently_against_their_deadlines_at_the_citys_present(demo_city: DatabaseProxy) -> None:
    now = seed.AS_OF_TIME
    running = [
        issue
        for issue in found(models.Issue.select().where(models.Issue.state.in_(OPEN_STATES)))
        if issue.state not in (IssueState.NEEDS_INFO, IssueState.SUSPENDED)
    ]

    assert sum(issue.due_at < now for issue in running) > 100
    assert sum(issue.warn_at <= now <= issue.due_at for issue in running) > 15
    assert sum(now < issue.warn_at for issue in running) > 100


def test_every_ledger_replays_to_its_issue(demo_city: DatabaseProxy) -> None:
    entries = by_issue(models.LedgerEntry, "issue", "seq", "at", "to_state", "to_level", "due_after")

    for issue in models.Issue.select():
        last = entries[issue.id][-1]
        assert [entry["seq"] for entry in entries[issue.id]] == list(range(1, issue.version + 1))
        assert last["to_state"] is issue.state
        assert last["to_level"] is issue.current_level
        assert last["due_after"] == issue.due_at
        assert last["at"] == issue.updated_at
        assert entries[issue.id][0]["at"] == issue.created_at


def test_every_ledger_begins_with_its_creation_and_obeys_the_transition_table(demo_city: DatabaseProxy) -> None:
    entries = by_issue(models.LedgerEntry, "issue", "at", "action", "from_state", "to_state", "from_level", "to_level")

    for history in entries.values():
        assert history[0]["action"] is LedgerAction.CREATE
        state = level = None
        at = history[0]["at"]
        for entry in history:
            transition = TRANSITIONS[entry["action"]]
            starts, ends = transition.sources, transition.targets
            assert entry["from_state"] is state
            assert state in starts
            assert entry["to_state"] in ends
            assert entry["from_level"] is level
            assert entry["at"] >= at
            state, level, at = entry["to_state"], entry["to_level"], entry["at"]
            if entry["action"] in (LedgerAction.URGE, LedgerAction.NOTE, LedgerAction.REGRADE):
                assert entry["to_state"] is entry["from_state"]


def test_every_ledger_is_chained_by_hash(demo_city: DatabaseProxy) -> None:
    columns = ", ".join(HASHED_COLUMNS)
    prev_hash, issue = GENESIS, 0

    for row in rows(f"SELECT {columns}, prev_hash, hash FROM ledger_entry ORDER BY issue_id, seq"):
        if row[0] != issue:
            prev_hash, issue = GENESIS, row[0]
        assert row[-2] == prev_hash
        prev_hash = entry_hash(dict(zip(HASHED_COLUMNS, row, strict=False)), prev_hash)
        assert row[-1] == prev_hash


def test_ledgers_show_every_action_but_corrections_and_progress(demo_city: DatabaseProxy) -> None:
    seen = {action for (action,) in rows("SELECT DISTINCT action FROM ledger_entry")}

    assert seen == {action.value for action in LedgerAction} - {"CORRECT", "PROGRESS"}


def test_ledger_numbers_have_no_gap_in_a_community_and_year(demo_city: DatabaseProxy) -> None:
    accepted = models.Issue.select().where(models.Issue.number.is_null(False)).order_by(models.Issue.accepted_at)
    series = defaultdict(list)
    for issue in found(accepted):
        prefix, code, year, serial = issue.number.split("-")
        assert (prefix, code, len(serial)) == ("LZ", issue.division_code, 6)
        assert year == str((issue.accepted_at + timedelta(hours=8)).year)
        series[code, int(year)].append(int(serial))
    last = {(row.division_code, row.year): row.last for row in models.LedgerSerial.select()}

    assert all(sorted(serials) == list(range(1, len(serials) + 1)) for serials in series.values())
    assert last == {key: len(serials) for key, serials in series.items()}
    assert rows("SELECT COUNT(*) FROM issue WHERE (accepted_at IS NULL) <> (number IS NULL)") == [(0,)]


def test_merged_issues_name_a_master_that_goes_on(demo_city: DatabaseProxy) -> None:
    master = models.Issue.alias()
    merged = models.Issue.select(models.Issue, master).join(master, on=models.Issue.merged_into)
    reporters = Counter(issue.merged_into_id for issue in merged)

    assert len(reporters) > 100
    for issue in merged:
        assert issue.merged_into.state is not IssueState.MERGED
        assert issue.merged_into.division_code == issue.division_code
        linked = ChannelMessage.select().where(
            ChannelMessage.issue.in_([issue.id, issue.merged_into_id]), ChannelMessage.state == MessageState.LINKED
        )
        assert issue.merged_into.reporter_count == 1 + reporters[issue.merged_into_id] + linked.count()


def test_closed_issues_have_evidence_an_outcome_and_a_rating_or_no_reply(demo_city: DatabaseProxy) -> None:
    closings = models.LedgerEntry.select().where(models.LedgerEntry.action == LedgerAction.CLOSE_OFF)
    last_closing = {entry.issue_id: entry for entry in closings.order_by(models.LedgerEntry.id)}
    with_evidence = {row.issue_id for row in models.Evidence.select(models.Evidence.issue)}

    for issue in models.Issue.select().where(models.Issue.state == IssueState.CLOSED):
        details = json.loads(last_closing[issue.id].details)
        assert issue.id in with_evidence
        assert details["outcome"] == issue.outcome
        assert details.get("rating") == issue.rating
        assert issue.rating or details["no_reply"]
        assert last_closing[issue.id].actor_name != details["handler"]
        assert issue.outcome is not IssueOutcome.NOT_FEASIBLE or details["approved_by"]


def test_issues_in_progress_have_one_handler_who_claimed_or_was_assigned(demo_city: DatabaseProxy) -> None:
    claims = defaultdict(set)
    for claim in found(models.Claim.select().where(models.Claim.state.in_(TAKING_STATES))):
        claims[claim.issue_id].add((claim.organization_id, claim.team_id, claim.member_id))
    given = defaultdict(set)
    for entry in models.LedgerEntry.select().where(models.LedgerEntry.details.contains("handler_")):
        details = json.loads(entry.details)
        columns = ("handler_organization_id", "handler_team_id", "handler_member_id")
        given[entry.issue_id].add(tuple(details.get(column) for column in columns))
    handled = models.Issue.select().where(models.Issue.state.in_([IssueState.IN_PROGRESS, IssueState.SUSPENDED]))

    assert handled.count() > 100
    for issue in handled:
        handler = (issue.handler_organization_id, issue.handler_team_id, issue.handler_member_id)
        assert sum(part is not None for part in handler) == 1
        assert handler in claims[issue.id] | given[issue.id] | _on_the_spot(issue)


def _on_the_spot(issue: models.Issue) -> set[tuple[None, None, int | None]]:
    """Who answered at once and had it reopened: a member of the two committees (T16)."""
    member = issue.handler_member_id and models.Member.get_by_id(issue.handler_member_id)
    is_of_two = member and member.category is MemberCategory.TWO_COMMITTEES
    return {(None, None, issue.handler_member_id)} if is_of_two else set()


def test_open_issues_before_handling_have_no_handler(demo_city: DatabaseProxy) -> None:
    before = [IssueState.SUBMITTED, IssueState.NEEDS_INFO, IssueState.ACCEPTED, IssueState.IN_DELIBERATION]
    query = models.Issue.select().where(models.Issue.state.in_([*before, IssueState.OPEN_FOR_CLAIM]))

    for issue in query:
        assert (issue.handler_organization_id, issue.handler_team_id, issue.handler_member_id) == (None, None, None)


# Lists and claims.


def test_a_need_is_open_exactly_as_long_as_its_issue(demo_city: DatabaseProxy) -> None:
    needs = {need.issue_id: need for need in found(models.Need.select())}
    struck_off = {NeedState.STRUCK_OFF, NeedState.TRANSFERRED}

    for issue in models.Issue.select():
        need = needs.get(issue.id)
        assert (need is None) == (issue.accepted_at is None)
        if need:
            assert (need.state in struck_off) == (issue.state in CLOSED_STATES)
            assert (need.created_at, need.division_code) == (issue.accepted_at, issue.division_code)
    assert len(needs) == models.Need.select().count()


def test_a_need_is_met_when_confirmed_claims_bring_what_it_wants(demo_city: DatabaseProxy) -> None:
    brought = defaultdict(list)
    for claim in models.Claim.select().where(models.Claim.state.in_(TAKING_STATES)):
        brought[claim.need_id].append(claim.quantity or 0)

    for need in models.Need.select().where(models.Need.state.in_([NeedState.OPEN, NeedState.MET])):
        is_met = bool(brought[need.id]) and sum(brought[need.id]) >= (need.wanted_quantity or 0)
        assert need.state is (NeedState.MET if is_met else NeedState.OPEN)


def test_no_resource_gives_more_than_it_has(demo_city: DatabaseProxy) -> None:
    taken = Counter()
    for claim in found(models.Claim.select().where(models.Claim.state.in_(TAKING_STATES))):
        taken[claim.resource_id] += claim.quantity or 0
    resources = found(models.Resource.select())

    assert len(resources) == 10_000
    assert all(taken[resource.id] <= resource.quantity for resource in resources if resource.quantity is not None)
    assert {resource.topic_code for resource in resources} == {topic.code for topic in seed.resource_topics()}


def test_30000_claims_are_of_every_state_and_by_everybody(demo_city: DatabaseProxy) -> None:
    claims = found(models.Claim.select())
    by_kind = Counter(
        "organization" if claim.organization_id else "team" if claim.team_id else "member" for claim in claims
    )
    members = models.Member.select(models.Member.id).where(models.Member.is_active)
    submitters = {row.submitter_id for row in models.Issue.select(models.Issue.submitter)}

    assert len(claims) == 30_000
    assert {claim.state for claim in claims} == set(ClaimState)
    assert min(by_kind.values()) > 1_000
    assert sum(claim.resource_id is not None for claim in claims) > 10_000
    assert {member.id for member in members} == {claim.member_id for claim in claims} - {None}
    assert sum(member.id in submitters for member in members) > 5_500


def test_claims_stay_within_their_community(demo_city: DatabaseProxy) -> None:
    astray = rows(
        """SELECT claim.id FROM claim JOIN issue ON issue.id = claim.issue_id JOIN need ON need.id = claim.need_id
        LEFT JOIN resource ON resource.id = claim.resource_id
        WHERE NOT (claim.division_code = issue.division_code AND need.issue_id = issue.id
            AND (resource.id IS NULL OR resource.division_code = claim.division_code)
            AND claim.created_at >= issue.created_at
            AND (claim.state <> 'PENDING' OR issue.state NOT IN ('CLOSED', 'REJECTED', 'WITHDRAWN', 'MERGED')))"""
    )

    assert astray == []
    assert rows("SELECT COUNT(*) FROM claim WHERE need_id IS NULL") == [(0,)]


def test_projects_close_with_their_issues_and_milestones(demo_city: DatabaseProxy) -> None:
    linked = models.ProjectIssue.select(models.ProjectIssue, models.Project, models.Issue)
    milestones = defaultdict(list)
    for row in found(models.ProjectMilestone.select()):
        milestones[row.project_id].append(row.done_on is not None)

    states = Counter()
    for link in found(
        linked.join_from(models.ProjectIssue, models.Project).join_from(models.ProjectIssue, models.Issue)
    ):
        is_closed = link.project.state is ProjectState.CLOSED
        states[link.project.state] += 1
        assert is_closed == (link.issue.state is IssueState.CLOSED)
        assert not is_closed or all(milestones[link.project_id])
        assert link.project.resolution.outcome is ResolutionOutcome.CARRIED
    assert states[ProjectState.ACTIVE] > 10


# Meetings.


def test_every_committee_meets_every_month(demo_city: DatabaseProxy) -> None:
    months = defaultdict(set)
    for meeting in found(models.Meeting.select().where(models.Meeting.held_at.is_null(False))):
        months[meeting.committee_id].add(meeting.held_at.strftime("%Y-%m"))

    assert len(months) == 427
    expected = {"2021-08", "2021-09", "2021-10", "2021-11", "2021-12", "2022-01"}
    assert all(expected <= held for held in months.values())


def test_held_meetings_had_a_quorum_and_a_chair_present(demo_city: DatabaseProxy) -> None:
    active = Counter(row.committee_id for row in models.Member.select().where(models.Member.is_active))
    present = defaultdict(set)
    for row in models.Attendance.select().where(models.Attendance.status == AttendanceStatus.PRESENT):
        present[row.meeting_id].add(row.member_id)

    for meeting in found(models.Meeting.select().where(models.Meeting.held_at.is_null(False))):
        assert len(present[meeting.id]) * 2 > active[meeting.committee_id]
        assert meeting.chair_id in present[meeting.id]
        assert meeting.scheduled_at - meeting.announced_at >= timedelta(days=3)


def test_resolutions_count_the_votes_and_carry_by_more_than_half_of_all_members(demo_city: DatabaseProxy) -> None:
    active = Counter(row.committee_id for row in models.Member.select().where(models.Member.is_active))
    votes = defaultdict(Counter)
    for item, choice in rows("SELECT agenda_item_id, choice FROM vote"):
        votes[item][choice] += 1
    resolutions = (
        models.Resolution.select(models.Resolution, models.AgendaItem, models.Meeting)
        .join(models.AgendaItem)
        .join(models.Meeting)
    )

    for resolution in found(resolutions):
        counted = votes[resolution.agenda_item_id]
        assert resolution.for_count == counted[VoteChoice.FOR]
        assert resolution.against_count == counted[VoteChoice.AGAINST]
        assert resolution.abstain_count == counted[VoteChoice.ABSTAIN]
        has_majority = resolution.for_count * 2 > active[resolution.agenda_item.meeting.committee_id]
        assert has_majority == (resolution.outcome is not ResolutionOutcome.LOST)
    assert {resolution.outcome for resolution in resolutions} == set(ResolutionOutcome)


def test_issues_before_a_meeting_are_on_the_agenda_of_one_to_come(demo_city: DatabaseProxy) -> None:
    waiting = models.Issue.select().where(models.Issue.state == IssueState.IN_DELIBERATION)

    assert waiting.count() > 20
    for issue in found(waiting):
        assert any(item.meeting.state is MeetingState.SCHEDULED for item in issue.agenda_items)


@pytest.mark.parametrize("model", JOURNALED, ids=lambda model: model.__name__)
def test_every_journal_replays_to_its_row_by_its_machine(demo_city: DatabaseProxy, model: Any) -> None:
    machine, table = JOURNALED[model], model._meta.table_name
    found = {row_id: (state, version) for row_id, state, version in rows(f"SELECT id, state, version FROM {table}")}
    columns = ", ".join([*JOURNAL_COLUMNS, "prev_hash", "hash"])
    told: dict[int, tuple[str, int]] = {}
    last: dict[int, tuple[str, str]] = {}
    query = f"SELECT {columns} FROM journal_entry WHERE subject_type = '{machine.noun}' ORDER BY subject_id, seq"
    for row in rows(query):
        entry = dict(zip([*JOURNAL_COLUMNS, "prev_hash", "hash"], row, strict=True))
        row_id = entry["subject_id"]
        prev_hash, at = last.get(row_id, (GENESIS, ""))
        step = machine.transitions[JournalAction(entry["action"])]
        assert (entry["from_state"], entry["seq"] - 1) == told.get(row_id, (None, 0))
        assert entry["from_state"] in step.sources
        assert entry["to_state"] in step.targets
        assert (entry["prev_hash"], entry["hash"]) == (prev_hash, chained_hash(JOURNAL_COLUMNS, entry, prev_hash))
        assert at <= entry["at"]
        told[row_id], last[row_id] = (entry["to_state"], entry["seq"]), (entry["hash"], entry["at"])

    assert told == found


# The assessment.


def test_every_score_of_the_city_is_as_a_plain_reading_says(demo_city: DatabaseProxy) -> None:
    [period] = AssessmentPeriod.select()
    officer = next(account for role, account in seed.demo_accounts() if role is Role.CITY_OFFICER)

    scores = kept_scores(period)

    assert period.state is PeriodState.PUBLISHED
    assert len(scores) == 427 * len(Indicator)
    assert scores == reckoned_scores(period), "I38"
    check_results(period)
    # What a score says was counted is found by the filter that it shows.
    found = check_filters(officer.id, period.id, seed.AS_OF_TIME, first=2)
    assert {str(one) for one in Indicator} - found.keys() == {"COMPLIANT_DAYS"}
