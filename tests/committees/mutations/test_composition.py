"""What becomes of members: posts, terms, ends, successors; and of committees: pilots, grace and their end."""

import json
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.city import models
from db.city.clock import tick
from db.issues.lifecycle import IssueState
from tests.asking import Asking
from tests.committees.founding import AFTER_NOTICE, DAY, LEADER, Founding, key_of, minutes
from tests.committees.invariants import check
from tests.factories import AT, TODAY, make_issue, make_role_grant
from tests.threads import at_once
from tests.town import build

HELD = "member { isActive endReason endedOn posts termEnd renewalCount }"


@pytest.fixture
def founding(ask: Asking) -> Founding:
    return Founding(ask)


def day(days: int) -> str:
    """Return a day, so many after the committee began its work."""
    return str((AFTER_NOTICE + days * DAY).date())


def test_members_leave_and_the_committee_has_days_of_grace(founding: Founding) -> None:
    members, meeting = founding.work(14)
    last, other = members[-1], members[-2]
    at = AFTER_NOTICE

    def ended(who: str, **given: Any) -> Any:
        inputs = {"memberId": last, "reason": "RESIGNED", "endsOn": day(0), **given}
        return founding.ask.change(who, "endMember", HELD, at, **inputs)

    refused = [
        ended("local")["userErrors"][0]["code"],
        ended("clerk", reason="REPLACED")["userErrors"][0]["field"],
        ended("clerk", reason="REMOVED")["userErrors"][0]["field"],
        ended("clerk", reason="REMOVED", meetingId="TwoCommitteesMeeting_0")["userErrors"][0]["code"],
        ended("clerk", endsOn=day(366))["userErrors"][0]["field"],
    ]
    first = ended("clerk", reason="REMOVED", meetingId=meeting)
    whole = founding.row.state
    again = ended("clerk")["userErrors"][0]["code"]
    second = ended("clerk", memberId=other, reason="MOVED_AWAY")
    short = (
        "{ state graceEndsOn compliance { violations { rule } } complianceEvents { nodes { rule since resolvedOn } } }"
    )
    found = founding.ask.answer("local", f'{{ committee(id: "{founding.committee}") {short} }}', at)["data"][
        "committee"
    ]
    successor = founding.put(at)
    founding.meet(successor, at=at)
    founding.appoint(successor, at + 6 * DAY)
    events = founding.ask.answer(None, "{ complianceEvents { nodes { rule resolvedOn graceEndsOn } } }")

    assert refused == ["NOT_PERMITTED", ["reason"], ["meetingId"], "NOT_FOUND", ["endsOn"]]
    assert first["member"] == {
        "isActive": False, "endReason": "REMOVED", "endedOn": day(0), "posts": [], "termEnd": "2027-01-10",
        "renewalCount": 0,
    }  # fmt: skip
    assert (whole, again, second["userErrors"]) == ("ACTIVE", "ILLEGAL_TRANSITION", [])
    assert found == {
        "state": "NON_COMPLIANT", "graceEndsOn": day(30), "compliance": {"violations": [{"rule": "C2"}]},
        "complianceEvents": {"nodes": [{"rule": "C2", "since": day(0), "resolvedOn": None}]},
    }  # fmt: skip
    assert (founding.row.state, founding.row.grace_ends_on) == ("ACTIVE", None)
    [event] = events["data"]["complianceEvents"]["nodes"]
    assert event == {"rule": "C2", "resolvedOn": day(6), "graceEndsOn": day(30)}
    check(founding.row.id, at + 6 * DAY)


def test_a_member_resigns_for_a_day_to_come(founding: Founding) -> None:
    members, _ = founding.work(14)
    row = models.Member.get_by_id(key_of(members[-1]))
    founding.ask.town.accounts["leaver"] = models.Account.get_by_id(row.account_id)
    not_theirs = founding.ask.refused(
        "leaver", "endMember", AFTER_NOTICE, memberId=members[-2], reason="RESIGNED", endsOn=day(3)
    )
    moved = founding.ask.refused(
        "leaver", "endMember", AFTER_NOTICE, memberId=members[-1], reason="MOVED_AWAY", endsOn=day(3)
    )
    done = founding.done(
        "leaver", "endMember", HELD, at=AFTER_NOTICE, memberId=members[-1], reason="RESIGNED", endsOn=day(3)
    )
    tick(AFTER_NOTICE + 3 * DAY)
    still = models.Member.get_by_id(row.id).is_active
    tick(AFTER_NOTICE + 4 * DAY)

    assert not_theirs == moved == [("NOT_PERMITTED", None)]
    assert done["member"] | {"posts": []} == {
        "isActive": True, "endReason": "RESIGNED", "endedOn": None, "posts": [], "termEnd": day(3), "renewalCount": 0,
    }  # fmt: skip
    after = models.Member.get_by_id(row.id)
    assert (still, after.is_active, after.end_reason, str(after.ended_on)) == (True, False, "RESIGNED", day(3))
    check(founding.row.id, AFTER_NOTICE + 4 * DAY)


def test_a_term_is_renewed_around_its_end(founding: Founding) -> None:
    members, meeting = founding.work(15)
    last = {"memberId": members[-1], "meetingId": meeting}
    end = AFTER_NOTICE.replace(year=2027)  # The day after the term.

    standing = founding.ask.refused("clerk", "renewMember", end, memberId=members[0], meetingId=meeting)
    early = founding.ask.refused("clerk", "renewMember", end - 32 * DAY, **last)
    first = founding.done("clerk", "renewMember", f"{HELD} event {{ action facts }}", at=end - 31 * DAY, **last)
    tick(end)
    other = {"memberId": members[-2], "meetingId": meeting}
    second = founding.done("clerk", "renewMember", HELD, at=end + 29 * DAY, **other)
    late = founding.ask.refused("clerk", "renewMember", end + 30 * DAY, memberId=members[-3], meetingId=meeting)
    unknown = founding.ask.refused(
        "clerk", "renewMember", end, memberId=members[-3], meetingId="TwoCommitteesMeeting_0"
    )

    assert standing == [("INVALID_INPUT", ["memberId"])]
    assert (early, late) == ([("LIMIT_REACHED", ["memberId"])], [("LIMIT_REACHED", ["memberId"])])
    assert unknown == [("NOT_FOUND", ["meetingId"])]
    assert first["event"]["action"] == "RENEW"
    assert (first["member"]["termEnd"], first["member"]["renewalCount"]) == ("2028-01-10", 1)
    assert second["member"] | {"posts": []} == {
        "isActive": True, "endReason": None, "endedOn": None, "posts": [], "termEnd": "2028-01-10", "renewalCount": 1,
    }  # fmt: skip
    # All others ended: a director without members is no compliant committee.
    assert founding.row.state == "NON_COMPLIANT"
    check(founding.row.id, end + 30 * DAY)


def test_a_seat_passes_on_without_a_day_between(founding: Founding) -> None:
    members, _ = founding.work(13)
    successor = founding.put(AFTER_NOTICE, category="VETERAN", seatKind="STANDING")
    founding.meet(successor, at=AFTER_NOTICE)
    at, shown = AFTER_NOTICE + 6 * DAY, "member { id isActive seatKind replaces { id endReason } } candidacy { state }"
    given = {"memberId": members[-1], "candidacyId": successor}

    early = founding.ask.refused("clerk", "replaceMember", AFTER_NOTICE, **given)
    wrong = founding.ask.refused("clerk", "replaceMember", at, **{**given, "candidacyId": "Candidacy_0"})
    done = founding.done("clerk", "replaceMember", shown, at=at, **given)
    again = founding.ask.refused("clerk", "replaceMember", at, **given)

    assert (early, wrong) == ([("LIMIT_REACHED", ["candidacyId"])], [("NOT_FOUND", ["candidacyId"])])
    assert done["member"].pop("id") not in members
    assert done == {
        "member": {"isActive": True, "seatKind": "STANDING", "replaces": {"id": members[-1], "endReason": "REPLACED"}},
        "candidacy": {"state": "APPOINTED"}, "userErrors": [],
    }  # fmt: skip
    assert again == [("ILLEGAL_TRANSITION", ["memberId"])]
    check(founding.row.id, at)


def test_a_standing_member_leaves_with_the_last_post(founding: Founding) -> None:
    founding.found()
    [member], _ = founding.seat(1)

    founding.done("clerk", "setMemberPosts", memberId=member, posts=["PARTY_ORG_MEMBER", "PARTY_SECRETARY"])
    kept = models.Member.get_by_id(key_of(member))
    done = founding.done("clerk", "setMemberPosts", HELD, memberId=member, posts=[])

    assert (kept.is_active, kept.posts) == (True, "PARTY_SECRETARY PARTY_ORG_MEMBER")
    assert (done["member"]["isActive"], done["member"]["endReason"]) == (False, "POST_ENDED")


def test_posts_on_a_rotating_seat_break_a_rule_that_does_not_change_the_state(founding: Founding) -> None:
    members, _ = founding.work(13)

    founding.done("clerk", "setMemberPosts", at=AFTER_NOTICE, memberId=members[-1], posts=["PARTY_ORG_MEMBER"])
    [event] = models.ComplianceEvent.select()
    state = founding.row.state
    founding.done("clerk", "setMemberPosts", at=AFTER_NOTICE + DAY, memberId=members[-1], posts=[])

    assert (state, event.rule, event.grace_ends_on) == ("ACTIVE", "C5", None)
    assert str(models.ComplianceEvent.get().resolved_on) == day(1)


def test_a_director_without_any_post_breaks_the_rule(founding: Founding) -> None:
    members, meeting = founding.work(13)
    lead, at = members[5], AFTER_NOTICE
    read = f'{{ committee(id: "{founding.committee}") {{ compliance {{ violations {{ rule }} }} version }} }}'

    def found() -> Any:
        committee = founding.ask.answer(None, read, at)["data"]["committee"]
        return [broken["rule"] for broken in committee["compliance"]["violations"]], committee["version"]

    founding.done("clerk", "setMemberPosts", at=at, memberId=lead, posts=LEADER)
    founding.settle([lead, *members[1:5]], meeting)
    before = found()
    founding.done("clerk", "setMemberPosts", at=at, memberId=lead, posts=LEADER)
    unchanged = found()
    founding.done("clerk", "setMemberPosts", at=at, memberId=lead, posts=[])
    without, state = found(), founding.row.state
    # Of a director from before posts were kept, nothing is known until somebody says it.
    models.Member.update(has_known_posts=False).where(models.Member.id == key_of(lead)).execute()
    unknown = found()
    founding.done("clerk", "setMemberPosts", at=at, memberId=lead, posts=[])
    said = found()

    assert (before[0], unchanged) == (["C5"], before)
    assert (without, state) == ((["C3"], before[1] + 2), "NON_COMPLIANT")
    assert (unknown[0], said[0]) == ([], ["C3"])
    entries = models.JournalEntry.select().where(models.JournalEntry.action == "AMEND")
    facts = [json.loads(one.facts) for one in entries.order_by(models.JournalEntry.seq)]
    named = {"posts": 2, "post1": LEADER[0], "post2": LEADER[1]}
    assert [one for one in facts if one["member"] == lead] == [
        {"member": lead, **posts} for posts in (named, {"posts": 0}, {"posts": 0})
    ]
    check(founding.row.id, at)


def test_what_was_ended_for_a_reason_is_not_renewed(founding: Founding) -> None:
    members, meeting = founding.work(15)
    at, removed = AFTER_NOTICE, {"memberId": members[-1], "meetingId": meeting}
    row = models.Member.get_by_id(key_of(members[-2]))
    founding.ask.town.accounts["leaver"] = models.Account.get_by_id(row.account_id)
    resigned = {"memberId": members[-2], "reason": "RESIGNED", "endsOn": day(5)}

    founding.done("clerk", "endMember", at=at, reason="REMOVED", endsOn=day(5), **removed)
    founding.done("leaver", "endMember", at=at, **resigned)
    refused = [
        founding.ask.refused("clerk", "renewMember", at, memberId=one, meetingId=meeting) for one in members[-2:]
    ]
    tick(at + 6 * DAY)
    after = founding.ask.refused("clerk", "renewMember", at + 6 * DAY, **removed)

    assert [*refused, after] == [[("ILLEGAL_TRANSITION", ["memberId"])]] * 3
    kept = models.Member.get_by_id(key_of(members[-1]))
    assert (kept.end_reason, str(kept.ended_on), kept.renewal_count) == ("REMOVED", day(5), 0)
    check(founding.row.id, at + 6 * DAY)


def test_a_seat_that_is_promised_to_somebody_is_not_given_to_others(founding: Founding) -> None:
    members, _ = founding.work(15)
    noticed = [founding.put(AFTER_NOTICE, replacesId=one) for one in members[-2:]]
    founding.meet(*noticed, at=AFTER_NOTICE)
    at = AFTER_NOTICE + 6 * DAY

    crossed = {"memberId": members[-2], "candidacyId": noticed[1]}
    refused = founding.ask.change("clerk", "replaceMember", "__typename", at, **crossed)["userErrors"]
    for member, candidacy in zip(members[-2:], noticed, strict=True):
        founding.done("clerk", "replaceMember", at=at, memberId=member, candidacyId=candidacy)

    assert [(error["code"], error["field"]) for error in refused] == [("COMPOSITION_RULE_BROKEN", ["candidacyId"])]
    assert "15 members and 1 public notices" in refused[0]["message"]
    check(founding.row.id, at)


def test_a_seat_is_free_from_the_day_after_somebody_left(founding: Founding) -> None:
    members, _ = founding.work(14)
    by_notice, by_post = founding.put(AFTER_NOTICE), founding.put(AFTER_NOTICE, exOfficioPost="PARTY_ORG_MEMBER")
    founding.meet(by_notice, at=AFTER_NOTICE)
    at = AFTER_NOTICE + 6 * DAY
    founding.appoint(by_notice, at)
    account = models.Member.get_by_id(key_of(members[-1])).account_id
    founding.ask.town.accounts["colleague"] = models.Account.get_by_id(account)
    make_role_grant(Role.STAFF, founding.home, account=founding.ask.town.accounts["colleague"])
    # Staff with a seat end it as staff do.
    founding.done("colleague", "endMember", at=at, memberId=members[-1], reason="MOVED_AWAY", endsOn=day(6))
    models.Candidacy.update(state="PUBLIC_NOTICE", notice_until=TODAY).where(
        models.Candidacy.id == key_of(by_post)
    ).execute()
    given = {"candidacyId": by_post}

    today = founding.ask.change("clerk", "appointMember", "__typename", at, **given)["userErrors"]
    models.Candidacy.update(state="UNDER_DISCUSSION").where(models.Candidacy.id == key_of(by_post)).execute()
    decided = {"committeeId": founding.committee, "decisions": [{"candidacyId": by_post, "decision": "APPROVED"}]}
    met = founding.ask.change("clerk", "recordTwoCommitteesMeeting", "__typename", at, **decided, **minutes())
    founding.meet(by_post, at=at + DAY)

    assert [(error["code"], error["field"]) for error in today] == [("COMPOSITION_RULE_BROKEN", ["candidacyId"])]
    assert "tomorrow" in today[0]["message"]
    [error] = met["userErrors"]
    assert error["field"] == ["decisions", "0", "candidacyId"]
    assert f"the first is free on {day(7)}" in error["message"]
    check(founding.row.id, at + DAY)


def test_a_committee_is_dissolved_with_its_seats_roles_and_candidacies(founding: Founding) -> None:
    founding.work(13)
    noticed = founding.put(AFTER_NOTICE)
    founding.meet(noticed, at=AFTER_NOTICE)
    issue = make_issue(IssueState.IN_PROGRESS, founding.row)
    make_role_grant(Role.DISTRICT_OFFICER, founding.ask.town.district, account=founding.ask.town.accounts["district"])
    given = {"committeeId": founding.committee, "reason": "社区合并"}

    busy = founding.ask.refused("district", "dissolveCommittee", AFTER_NOTICE, **given)
    models.Issue.update(state=IssueState.WITHDRAWN).where(models.Issue.id == issue.id).execute()
    done = founding.done(
        "district", "dissolveCommittee", "committee { state dissolvedOn memberCount }", at=AFTER_NOTICE, **given
    )
    meeting = {"committeeId": founding.committee, **minutes()}
    after = founding.ask.refused("clerk", "recordTwoCommitteesMeeting", AFTER_NOTICE, **meeting)

    assert busy == [("NOT_ALL_SETTLED", ["committeeId"])]
    assert done["committee"] == {"state": "DISSOLVED", "dissolvedOn": day(0), "memberCount": 0}
    assert after == [("ILLEGAL_TRANSITION", ["committeeId"])]
    assert models.Candidacy.get_by_id(key_of(noticed)).state == "WITHDRAWN"
    check(founding.row.id, AFTER_NOTICE)
    # The community can have another one.
    founding.found()


def test_pilots_are_designated_by_division(founding: Founding) -> None:
    town = founding.ask.town
    given = {"divisionCode": town.district.code, "isPilot": True, "since": str(TODAY)}
    shown = "division { committees(filter: {isPilot: {eq: true}}, scope: SUBTREE) { totalCount } }"

    refused = founding.ask.refused("subdistrict", "designatePilot", **given)
    done = founding.done("district", "designatePilot", shown, **given)
    again = founding.done("city", "designatePilot", shown, **given)
    ended = founding.done("city", "designatePilot", shown, **{**given, "isPilot": False})

    counts = [payload["division"]["committees"]["totalCount"] for payload in (done, again, ended)]
    assert (refused, counts) == ([("NOT_PERMITTED", ["divisionCode"])], [3, 3, 0])
    entries = models.JournalEntry.select().where(models.JournalEntry.subject_type == "Committee")
    assert entries.count() == 6


def test_the_clock_records_months_without_a_meeting_and_ends_of_grace(founding: Founding) -> None:
    members, _ = founding.work(13)
    founding.done("clerk", "endMember", at=AFTER_NOTICE, memberId=members[-1], reason="DECEASED", endsOn=day(0))
    own = models.ComplianceEvent.committee == founding.row
    models.Committee.update(established_on=TODAY.replace(year=2025)).where(
        models.Committee.id == founding.row.id
    ).execute()

    tick(AT.replace(month=2))
    tick(AT.replace(month=2, day=20))
    tick(AT.replace(month=3))
    rows = models.ComplianceEvent.select().where(own).order_by(models.ComplianceEvent.id)
    notices = models.Notice.select().where(models.Notice.kind == "GRACE_ENDING")

    assert [(row.rule, row.month, row.resolved_on) for row in rows] == [
        ("C2", None, None), ("M1", "2026-01", None), ("T1", None, None), ("V1", None, None), ("H1", None, None),
        ("M1", "2026-02", None),
    ]  # fmt: skip
    assert [(str(told.role), told.office_code) for told in notices] == [
        ("SUBDISTRICT_OFFICER", founding.ask.town.street.code)
    ]


def test_a_waiver_that_is_over_leaves_the_committee_short_of_a_director(founding: Founding) -> None:
    members, _ = founding.work(13)
    until = (AFTER_NOTICE + 3 * DAY).date()
    waiver = {"committeeId": founding.committee, "post": "RESIDENTS_DIRECTOR", "reason": "换届", "until": str(until)}
    founding.done("subdistrict", "grantLeadWaiver", at=AFTER_NOTICE, **waiver)
    founding.done("clerk", "setMemberPosts", at=AFTER_NOTICE, memberId=members[0], posts=["PARTY_SECRETARY"])
    before = founding.row.state

    tick(AFTER_NOTICE + 4 * DAY)

    assert (before, founding.row.state) == ("ACTIVE", "NON_COMPLIANT")
    own = models.ComplianceEvent.select().where(models.ComplianceEvent.committee == founding.row)
    # It has no veterans' team either.
    assert [event.rule for event in own] == ["C3", "T1"]


def test_who_was_declined_is_forgotten_after_a_year(founding: Founding) -> None:
    founding.found()
    candidacy = founding.nominate(statement="愿为邻里服务")
    founding.done("clerk", "withdrawCandidacy", candidacyId=candidacy)

    tick(AT + 365 * DAY)
    kept = models.Candidacy.get_by_id(key_of(candidacy))
    tick(AT + 366 * DAY)
    forgotten = models.Candidacy.get_by_id(key_of(candidacy))

    assert kept.person_id is not None
    assert (forgotten.person_id, forgotten.nominator_id, forgotten.statement) == (None, None, None)


def test_two_take_the_last_seat_at_once_and_one_gets_it(database: DatabaseProxy) -> None:
    founding = Founding(Asking(build()))
    founding.work(14)
    noticed = [founding.put(AFTER_NOTICE) for _ in range(4)]
    founding.meet(noticed[0], at=AFTER_NOTICE)
    # As if more had been agreed to than there are seats.
    models.Candidacy.update(state="PUBLIC_NOTICE", notice_until=TODAY).where(
        models.Candidacy.id.in_([key_of(one) for one in noticed])
    ).execute()
    waiting, at = list(noticed), AFTER_NOTICE + 7 * DAY

    answers = at_once(
        4, lambda: founding.ask.change("clerk", "appointMember", "__typename", at, candidacyId=waiting.pop())
    )

    codes = sorted(error["code"] for answer in answers for error in answer["userErrors"])
    assert codes == ["COMPOSITION_RULE_BROKEN"] * 3
    models.Candidacy.update(state="WITHDRAWN").where(models.Candidacy.state == "PUBLIC_NOTICE").execute()
    check(founding.row.id, at)


def test_everything_is_done_with_one_committee_at_once(database: DatabaseProxy) -> None:
    founding = Founding(Asking(build()))
    members, meeting = founding.work(14)
    noticed = [founding.put(AFTER_NOTICE, replacesId=members[-1]), founding.put(AFTER_NOTICE)]
    founding.meet(*noticed, at=AFTER_NOTICE)
    at = AFTER_NOTICE + 6 * DAY
    leads = {"committeeId": founding.committee, "meetingId": meeting}
    steps: list[tuple[str, dict[str, Any]]] = [
        ("appointMember", {"candidacyId": noticed[0]}),
        ("appointMember", {"candidacyId": noticed[1]}),
        ("endMember", {"memberId": members[-1], "reason": "RESIGNED", "endsOn": day(6)}),
        ("endMember", {"memberId": members[5], "reason": "RESIGNED", "endsOn": day(6)}),
        ("settleCommitteeLeads", leads | {"directorId": members[0], "deputyIds": members[2:6]}),
        ("setMemberPosts", {"memberId": members[4], "posts": ["RESIDENTS_MEMBER"]}),
    ]

    def act() -> Any:
        name, given = steps.pop()
        return founding.ask.change("clerk", name, "__typename", at, **given)

    answers = at_once(6, act)

    assert len(answers) == 6
    check(founding.row.id, at)
