"""The demo city: the article's figures exactly, every rule that its rows can show, and the same rows every time."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter, itemgetter
from random import Random
from typing import Any

import pytest
from peewee import JOIN, BooleanField, DatabaseProxy

from db import models, seed
from db.database import database as proxy
from db.database import is_postgres
from db.errors import DomainError, ErrorCode
from db.ledger import GENESIS, HASHED_COLUMNS, entry_hash
from db.lifecycle import CLOSED_STATES, OPEN_STATES, TRANSITIONS, IssueOutcome, IssueState, LedgerAction
from db.models.account import Role
from db.models.claim import TAKING_STATES, ClaimState, NeedState, ProjectState
from db.models.committee import CommitteeState, MemberCategory, MemberPosition, SeatKind
from db.models.division import DivisionLevel
from db.models.issue import Channel, Urgency
from db.models.meeting import AttendanceStatus, MeetingState, ResolutionOutcome, VoteChoice
from db.models.organization import OrganizationKind, SocialOrganizationKind, VolunteerTeamKind
from db.models.statistics import FigurePrecision
from db.seed.places import plan
from tests.conftest import url_of
from tests.factories import make_division

# SHA-256 over the hashes of all ledgers, which cover who did what to which issue and when. It changes with the city and
# with nothing else: not with the day, the machine or the database.
LEDGERS = "56b2b1db655fdebb38890b18a3c9939c73ed77f86146301731c8dd6b79cc540b"
# What each database held, to be compared with the other's.
CONTENTS: dict[str, str] = {}
CATEGORIES = {
    "TWO_COMMITTEES": 1789,
    "DEPUTY_DELEGATE_CPPCC": 414,
    "VETERAN": 441,
    "COMMUNITY_POLICE": 271,
    "NON_PUBLIC_ECONOMY": 373,
    "SOCIAL_ORGANIZATION": 303,
    "PROPERTY_COMPANY": 524,
    "OWNERS_COMMITTEE": 77,
    "NOTABLE_RESIDENT": 468,
    "OTHER": 1386,
}
# Deadlines change only through these (invariant I7), and are first set when the issue comes in.
SETS_DEADLINE = {
    "CREATE", "ACCEPT", "ASSIGN", "RESOLVE_MEETING", "CLAIM", "EXTEND", "RESUME", "REGRADE", "REWORK", "REOPEN",
    "ESCALATE", "HAND_DOWN", "TRANSFER",
}  # fmt: skip


def rows(sql: str) -> list[tuple[Any, ...]]:
    return list(proxy.execute_sql(sql).fetchall())


def content() -> str:
    digest = hashlib.sha256()
    for model in models.ALL:
        meta: Any = model._meta
        columns = ", ".join(
            f"CAST({field.column_name} AS INTEGER)" if isinstance(field, BooleanField) else field.column_name
            for field in meta.sorted_fields
        )
        key = "id" if "id" in meta.fields else ", ".join(field.column_name for field in meta.get_primary_keys())
        digest.update(repr((meta.table_name, rows(f"SELECT {columns} FROM {meta.table_name} ORDER BY {key}"))).encode())
    return digest.hexdigest()


def ledgers() -> str:
    hashes = rows("SELECT hash FROM ledger_entry ORDER BY id")
    return hashlib.sha256("".join(text for (text,) in hashes).encode()).hexdigest()


def found(query: Any) -> list[Any]:
    return list(query)


def by_issue(model: Any, *columns: str) -> dict[int, list[dict[str, Any]]]:
    query = model.select(*[getattr(model, column) for column in columns]).order_by(model.issue, model.id).dicts()
    found = defaultdict(list)
    for row in query:
        found[row["issue"]].append(row)
    return found


# The article's figures.


def test_every_one_of_427_communities_has_an_active_committee(demo_city: DatabaseProxy) -> None:
    communities = models.Division.select().where(models.Division.level == DivisionLevel.COMMUNITY)
    committees = models.Committee.select(models.Committee.division).where(
        models.Committee.state == CommitteeState.ACTIVE
    )

    assert communities.count() == 427
    assert models.Committee.select().count() == 427
    assert communities.where(models.Division.id.in_(committees)).count() == 427


def test_6046_active_members_come_from_the_ten_categories(demo_city: DatabaseProxy) -> None:
    counted = dict(rows("SELECT category, COUNT(*) FROM member WHERE is_active GROUP BY category"))

    assert counted == CATEGORIES
    assert sum(counted.values()) == 6046


def test_4050_social_organizations_of_four_kinds_give_376_communities_ten_or_more(demo_city: DatabaseProxy) -> None:
    social = models.Organization.select().where(models.Organization.kind == OrganizationKind.SOCIAL_ORGANIZATION)
    in_community = Counter(row.division_code for row in social)
    kinds = Counter(row.social_kind for row in social)

    assert sum(in_community.values()) == 4050
    assert sum(count >= 10 for count in in_community.values()) == 376
    assert round(376 / 427 * 100, 1) == 88.1
    assert len(in_community) == 427
    assert set(kinds) == set(SocialOrganizationKind)


def test_2249_partner_units_are_organs_institutions_and_enterprises(demo_city: DatabaseProxy) -> None:
    query = models.Organization.select(models.Organization.kind).where(models.Organization.is_partner_unit)
    kinds = Counter(row.kind for row in query)

    assert sum(kinds.values()) == 2249
    assert set(kinds) == {
        OrganizationKind.GOVERNMENT_ORGAN,
        OrganizationKind.PUBLIC_INSTITUTION,
        OrganizationKind.ENTERPRISE,
        OrganizationKind.NON_PUBLIC_ENTERPRISE,
    }


def test_published_figures_are_snapshots_of_the_city(demo_city: DatabaseProxy) -> None:
    published = found(models.StatisticsSnapshot.select().where(models.StatisticsSnapshot.source == "兰州日报"))
    values = {row.figure: row.value for row in published}

    assert {row.division_code for row in published} == {"620100000000"}
    assert {row.as_of for row in published} == {date(2022, 2, 10)}
    assert {figure: values.pop(f"F2.{figure}") for figure in CATEGORIES} == CATEGORIES
    assert values == {
        "F1.communities": 427, "F1.committees": 427, "F2.members": 6046, "F3.least_members": 13, "F3.most_members": 15,
        "F4.social_organizations": 4050, "F4.communities_with_ten": 376, "F4.share_with_ten": Decimal("88.1"),
        "F5.partner_units": 2249, "F5.cadres": 32132, "F5.grids": 1712, "F5.compounds": 1789, "F5.courtyards": 6195,
        "F5.units": 1414, "F6.grids": 1794, "F6.compounds": 1917, "F6.courtyards": 6490, "F6.units": 1471,
        "F7.problems_solved": 2038, "F7.supplies": 3_903_000, "F8.organs": 400, "F8.cadres": 23_000, "F8.firms": 800,
        "F8.veterans": 17_000, "F8.volunteers": 56_800, "F9.service_items": 180, "F10.corner_park": 100_000,
        "F10.property_companies": 10, "F10.residents": 15,
    }  # fmt: skip


def test_doubtful_and_rounded_figures_say_so(demo_city: DatabaseProxy) -> None:
    snapshots = {(row.figure, row.source): row for row in found(models.StatisticsSnapshot.select())}

    assert "1,789" in snapshots["F5.compounds", "兰州日报"].note
    assert snapshots["F8.organs", "兰州日报"].precision is FigurePrecision.AT_LEAST
    assert snapshots["F8.veterans", "兰州日报"].precision is FigurePrecision.ROUNDED
    other_counts = sorted(row.value for (figure, _), row in snapshots.items() if figure == "F2.members")
    assert other_counts == [5429, 5752, 6046]
    assert snapshots["F2.members", "gszfw.gov.cn/Wap/Show/315809"].as_of == date(2022, 10, 21)


# Places.


def test_districts_carry_their_real_names_and_codes(demo_city: DatabaseProxy) -> None:
    districts = models.Division.select().where(models.Division.level == DivisionLevel.DISTRICT)

    assert {row.code[:6]: row.name for row in districts} == {
        "620102": "城关区", "620103": "七里河区", "620104": "西固区", "620105": "安宁区",
        "620111": "红古区", "620121": "永登县", "620122": "皋兰县", "620123": "榆中县",
    }  # fmt: skip
    assert {row.parent.name for row in districts} == {"兰州市"}


def test_places_that_the_article_does_not_name_are_plainly_synthetic(demo_city: DatabaseProxy) -> None:
    named = {row.name for row in models.Division.select().where(~models.Division.name.contains("示范"))}

    assert named == {
        "甘肃省", "兰州市", "城关区", "七里河区", "西固区", "安宁区", "红古区", "永登县", "皋兰县", "榆中县",
        "酒泉路街道", "畅家巷社区", "杨家园社区", "牌坊路社区",
    }  # fmt: skip


def test_division_codes_are_paths(demo_city: DatabaseProxy) -> None:
    parent = models.Division.alias()
    pairs = models.Division.select(models.Division, parent).join(parent, on=models.Division.parent)
    digits = {"CITY": 2, "DISTRICT": 4, "SUBDISTRICT": 6, "COMMUNITY": 9}

    for row in found(pairs):
        assert row.code.startswith(row.parent.code[: digits[row.level]])
        assert row.parent.code <= row.code <= row.last_code <= row.parent.last_code
        if row.level is DivisionLevel.COMMUNITY:
            assert 1 <= int(row.code[9:]) <= 199
            assert 1 <= int(row.code[6:9]) <= 99


def test_the_articles_cases_are_there(demo_city: DatabaseProxy) -> None:
    (changjiaxiang,) = found(models.Division.select().where(models.Division.name == "畅家巷社区"))
    companies = changjiaxiang.organizations.where(models.Organization.kind == OrganizationKind.PROPERTY_COMPANY)
    teams = {row.name: row for row in changjiaxiang.volunteer_teams}
    (park,) = found(models.Project.select().where(models.Project.title == "废弃闲置地块改造为街角公园"))

    assert companies.count() == 10
    assert teams["畅家巷社区红色物业志愿服务队"].kind is VolunteerTeamKind.RED_PROPERTY
    assert teams["畅家巷社区红色物业志愿服务队"].volunteer_count == 10
    assert teams["畅大妈志愿服务队"].kind is VolunteerTeamKind.RESIDENT
    assert teams["畅大妈志愿服务队"].volunteer_count == 15
    assert park.committee.division.name == "牌坊路社区"
    assert park.budget >= 100_000
    assert park.state is ProjectState.CLOSED


# Committees (rules C1 to C9) and teams (T1).


def test_every_committee_keeps_the_rules_of_composition(demo_city: DatabaseProxy) -> None:
    members = models.Member.select().where(models.Member.is_active).order_by(models.Member.committee)

    for _, group in groupby(members, attrgetter("committee_id")):
        seated = list(group)
        positions = Counter(member.position for member in seated)
        director = next(member for member in seated if member.position is MemberPosition.DIRECTOR)
        assert 13 <= len(seated) <= 15
        assert positions[MemberPosition.DIRECTOR] == 1
        assert positions[MemberPosition.DEPUTY_DIRECTOR] == 4
        assert director.category is MemberCategory.TWO_COMMITTEES


def test_committees_have_fifteen_seats_each(demo_city: DatabaseProxy) -> None:
    seats = models.Seat.select(models.Seat.committee, models.Seat.number).order_by(
        models.Seat.committee, models.Seat.number
    )
    numbers = [[row.number for row in group] for _, group in groupby(seats, attrgetter("committee_id"))]

    assert numbers == [list(range(1, 16))] * 427


def test_the_two_committees_and_the_captain_stand_and_the_rest_rotate(demo_city: DatabaseProxy) -> None:
    captains = {row.captain_id for row in _veteran_teams()}
    members = models.Member.select(models.Member, models.Seat).join(models.Seat)

    for member in found(members):
        is_standing = member.category is MemberCategory.TWO_COMMITTEES or member.id in captains
        assert member.seat.kind is (SeatKind.STANDING if is_standing else SeatKind.ROTATING)
        start = member.term_start
        a_year_later = start.replace(year=start.year + 1) - timedelta(1)
        assert member.term_end == (None if is_standing else a_year_later)
        assert start <= date(2022, 2, 10) <= (member.term_end or date.max)


def test_each_community_has_one_veterans_team_with_one_officer(demo_city: DatabaseProxy) -> None:
    teams = list(_veteran_teams())

    assert len(teams) == len({team.division_code for team in teams}) == 427
    for team in teams:
        assert team.captain.category is MemberCategory.VETERAN
        assert team.captain.division_code == team.division_code
        assert team.police_instructor_name
        assert team.veteran_count * 2 >= team.volunteer_count


def _veteran_teams() -> Any:
    return (
        models.VolunteerTeam.select(models.VolunteerTeam, models.Member)
        .join(models.Member, JOIN.LEFT_OUTER, on=models.VolunteerTeam.captain)
        .where(models.VolunteerTeam.kind == VolunteerTeamKind.VETERAN)
    )


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
    assert sum(issue.warn_at <= now <= issue.due_at for issue in running) > 20
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


def test_deadlines_change_only_through_the_actions_that_may(demo_city: DatabaseProxy) -> None:
    changed = rows("SELECT DISTINCT action FROM ledger_entry WHERE COALESCE(due_before, '') <> COALESCE(due_after, '')")

    assert {action for (action,) in changed} == SETS_DEADLINE


def test_ledgers_show_every_action_but_a_correction(demo_city: DatabaseProxy) -> None:
    seen = {action for (action,) in rows("SELECT DISTINCT action FROM ledger_entry")}

    assert seen == {action.value for action in LedgerAction} - {"CORRECT"}


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
        assert issue.merged_into.reporter_count == 1 + reporters[issue.merged_into_id]


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
    taken, in_window = Counter(), Counter()
    for claim in found(models.Claim.select().where(models.Claim.state.in_(TAKING_STATES))):
        taken[claim.resource_id] += claim.quantity or 0
        in_window[claim.window_id] += claim.quantity or 0
    resources = found(models.Resource.select())

    assert len(resources) == 10_000
    assert all(taken[resource.id] <= resource.quantity for resource in resources if resource.quantity is not None)
    assert all(in_window[window.id] <= window.quantity for window in models.ResourceWindow.select())
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


# Accounts.


def test_each_role_has_an_account_over_a_fitting_place(demo_city: DatabaseProxy) -> None:
    accounts = found(seed.demo_accounts())
    names = {row.code: row.name for row in models.Division.select()}
    places = {role: {names[grant.division_code] for grant in account.grants} for role, account in accounts}

    assert [role for role, _ in accounts] == [role for role in Role if role not in (Role.ANONYMOUS, Role.SYSTEM)]
    assert places.pop(Role.LEADER) == {"杨家园社区", "畅家巷社区", "牌坊路社区"}
    assert places.pop(Role.SUBDISTRICT_OFFICER) == {"酒泉路街道"}
    assert places.pop(Role.DISTRICT_OFFICER) == {"城关区"}
    assert places.pop(Role.CITY_OFFICER) == places.pop(Role.AUDITOR) == {"兰州市"}
    assert set(map(frozenset, places.values())) == {frozenset({"杨家园社区"})}


def test_demonstration_members_hold_standing_seats_and_represent_real_rows(demo_city: DatabaseProxy) -> None:
    accounts = dict(found(seed.demo_accounts()))
    for role, position in {
        Role.MEMBER: MemberPosition.MEMBER,
        Role.DEPUTY_DIRECTOR: MemberPosition.DEPUTY_DIRECTOR,
        Role.DIRECTOR: MemberPosition.DIRECTOR,
    }.items():
        member = models.Member.get(models.Member.account == accounts[role])
        assert (member.position, member.term_end) == (position, None)
        assert accounts[role].grants[0].committee_id == member.committee_id
    captain = models.Member.get(models.Member.account == accounts[Role.TEAM_CAPTAIN])
    assert accounts[Role.TEAM_CAPTAIN].grants[0].team.captain_id == captain.id
    assert accounts[Role.UNIT_CONTACT].grants[0].organization.is_partner_unit
    assert models.Issue.select().where(models.Issue.reporter == accounts[Role.RESIDENT]).count() > 0


# The load itself.


def test_the_city_is_the_same_every_time(demo_city: DatabaseProxy) -> None:
    assert ledgers() == LEDGERS


def test_the_city_is_the_same_on_both_databases(demo_city: DatabaseProxy, engine: str) -> None:
    CONTENTS[engine] = content()

    assert len(set(CONTENTS.values())) == 1


def test_every_row_keeps_the_databases_own_checks(demo_city: DatabaseProxy) -> None:
    if is_postgres():
        pytest.skip("PostgreSQL checked each row as it came")

    assert rows("PRAGMA quick_check") == [("ok",)]


def test_loading_again_changes_nothing(demo_city: DatabaseProxy) -> None:
    reported = []

    seed.load(progress=lambda *step: reported.append(step))

    assert reported == []
    assert models.Issue.select().count() == 20_000


def test_loading_at_another_scale_is_refused(demo_city: DatabaseProxy) -> None:
    with pytest.raises(DomainError, match="at scale 1, not 2"):
        seed.load(scale=2)


@pytest.mark.parametrize("scale", [0, -1, 101])
def test_a_scale_out_of_bounds_is_refused(scale: int) -> None:
    with pytest.raises(DomainError, match="from 1 to 100") as refused:
        seed.load(scale=scale)

    assert refused.value.code is ErrorCode.INVALID_INPUT


def test_a_database_with_other_rows_is_refused_and_kept(database: DatabaseProxy) -> None:
    make_division(DivisionLevel.PROVINCE, name="示范省")

    with pytest.raises(DomainError, match="needs an empty database, but there are rows in division"):
        seed.load()

    assert [row.name for row in models.Division.select()] == ["示范省"]


INTERRUPTED = """
import sys
from db import seed
from db.database import connect

connect(sys.argv[1])
seed.load(progress=lambda step, done, total: print(done, flush=True))
"""


def test_a_load_that_is_killed_leaves_nothing_and_can_be_run_again(database: DatabaseProxy) -> None:
    command = [sys.executable, "-c", INTERRUPTED, url_of(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            if int(line) == 150:
                os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert [model for model in models.ALL if model.select().exists()] == []

    seed.load()

    assert ledgers() == LEDGERS
    assert models.Claim.select().count() == 30_000
    assert make_division(DivisionLevel.PROVINCE, code="110000000000").id == 509


@pytest.mark.parametrize("scale", [2, 10, 100])
def test_at_scale_n_every_total_is_n_times_the_articles(scale: int) -> None:
    places = [place for subdistrict in plan(scale, Random("any")) for place in subdistrict.places]
    members = Counter()
    for place in places:
        members.update(place.members)

    assert len(places) == len({place.code for place in places}) == len({place.name for place in places}) == 427 * scale
    assert {category.value: count for category, count in members.items()} == {
        category: count * scale for category, count in CATEGORIES.items()
    }
    assert {sum(place.members.values()) for place in places} == {13, 14, 15}
    assert sum(place.social_organizations >= 10 for place in places) == 376 * scale
    assert sum(place.issues for place in places) == 20_000 * scale
    assert max(map(itemgetter(9), (place.code for place in places))) <= "1"
