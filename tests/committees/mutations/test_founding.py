"""A committee from nothing: founded, its members nominated, discussed, noticed and appointed, until it works."""

import json
from datetime import datetime
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.city import models
from db.city.journal_check import verify_journals
from tests.asking import Asking
from tests.committees.founding import AFTER_NOTICE, DAY, LEADER, Founding, key_of, minutes
from tests.committees.invariants import check
from tests.factories import AT, TODAY, make_account, make_organization, make_role_grant
from tests.settings.nouns import make_setting
from tests.threads import at_once
from tests.town import build

COMMITTEE = """state memberCount vacantSeatCount director { name posts seatKind termEnd }
    deputyDirectors { position termStart termEnd }
    compliance { isCompliant violations { rule } } complianceEvents { totalCount }
    candidacies(filter: {state: {eq: APPOINTED}}) { totalCount }"""

ENTERED = "member { position seatKind termEnd renewalCount isActive person { id } } candidacy { state }"


@pytest.fixture
def founding(ask: Asking) -> Founding:
    return Founding(ask)


def rules_of(payload: Any) -> list[str]:
    return [word.rstrip(":") for word in payload["userErrors"][0]["message"].split() if word[:1] == "C" and ":" in word]


def test_a_committee_is_founded_and_begins_its_work(founding: Founding) -> None:
    committee = founding.found()
    shown = f"committee {{ {COMMITTEE} }} event {{ action toState }}"
    early = founding.ask.change("subdistrict", "activateCommittee", shown, committeeId=committee)
    members, meeting = founding.seat()
    unsettled = founding.ask.change("subdistrict", "activateCommittee", shown, AFTER_NOTICE, committeeId=committee)
    settled = founding.settle(members, meeting)
    done = founding.ask.change("subdistrict", "activateCommittee", shown, AFTER_NOTICE, committeeId=committee)
    again = founding.ask.refused("subdistrict", "activateCommittee", AFTER_NOTICE, committeeId=committee)

    assert early["userErrors"][0]["code"] == "COMPOSITION_RULE_BROKEN"
    assert [rules_of(payload) for payload in (early, unsettled)] == [["C2", "C3", "C4"], ["C3", "C4"]]
    facts = json.loads(settled["event"]["facts"])
    assert facts == {"director": members[0], **{f"deputy{at}": members[at] for at in range(1, 5)}}
    assert done["userErrors"] == []
    assert done["event"] == {"action": "ACTIVATE", "toState": "ACTIVE"}
    found = done["committee"]
    start, end = str(TODAY + 6 * DAY), "2027-01-10"
    assert found == {
        "state": "ACTIVE", "memberCount": 13, "vacantSeatCount": 2,
        "director": {
            "name": "示范人员", "posts": ["PARTY_SECRETARY", "RESIDENTS_DIRECTOR"], "seatKind": "STANDING",
            "termEnd": None,
        },
        "deputyDirectors": [{"position": "DEPUTY_DIRECTOR", "termStart": start, "termEnd": end}] * 4,
        "compliance": {"isCompliant": True, "violations": []}, "complianceEvents": {"totalCount": 0},
        "candidacies": {"totalCount": 13},
    }  # fmt: skip
    assert again == [("ILLEGAL_TRANSITION", ["committeeId"])]
    grants = models.RoleGrant.select().where(models.RoleGrant.committee == key_of(committee))
    held = sorted(str(grant.role) for grant in grants if grant.ends_at is None)
    assert held == ["DEPUTY_DIRECTOR"] * 4 + ["DIRECTOR"] + ["MEMBER"] * 8
    assert verify_journals(founding.home.code).is_intact


def test_a_director_lacks_a_post_only_by_a_waiver(founding: Founding) -> None:
    founding.found()
    members, meeting = founding.seat()
    founding.done("clerk", "setMemberPosts", memberId=members[0], posts=["PARTY_SECRETARY"])
    leads = {"directorId": members[0], "deputyIds": members[1:5], "meetingId": meeting}
    given = {"committeeId": founding.committee, **leads}
    waiver: dict[str, Any] = {
        "committeeId": founding.committee, "post": "RESIDENTS_DIRECTOR", "reason": "居委会换届",
        "until": str(TODAY + 30 * DAY),
    }  # fmt: skip

    refused = [
        founding.ask.refused("clerk", "settleCommitteeLeads", AFTER_NOTICE, **given),
        founding.ask.refused("subdistrict", "grantLeadWaiver", **waiver | {"post": "VETERAN_CAPTAIN"}),
        founding.ask.refused("subdistrict", "grantLeadWaiver", **waiver | {"until": str(TODAY + 366 * DAY)}),
        founding.ask.refused("subdistrict", "grantLeadWaiver", **waiver | {"until": str(TODAY - DAY)}),
        founding.ask.refused("clerk", "grantLeadWaiver", **waiver),
    ]
    wrong = founding.done("subdistrict", "grantLeadWaiver", **{**waiver, "post": "PARTY_SECRETARY"})
    still = founding.ask.refused("clerk", "settleCommitteeLeads", AFTER_NOTICE, **given)
    founding.done("subdistrict", "grantLeadWaiver", **waiver)
    founding.settle(members, meeting)

    assert wrong["userErrors"] == []
    assert still == [("COMPOSITION_RULE_BROKEN", ["directorId"])]
    assert refused == [
        [("COMPOSITION_RULE_BROKEN", ["directorId"])],
        [("INVALID_INPUT", ["post"])],
        [("INVALID_INPUT", ["until"])],
        [("INVALID_INPUT", ["until"])],
        [("NOT_PERMITTED", None)],
    ]


def test_what_stands_in_the_way_of_leads(founding: Founding) -> None:
    founding.found()
    members, meeting = founding.seat(6)
    given = {"committeeId": founding.committee, "directorId": members[0], "meetingId": meeting}
    elsewhere = f"Member_{models.Member.select().first().id}"

    def refused(deputies: list[str], **more: Any) -> Any:
        inputs = given | {"deputyIds": deputies} | more
        return founding.ask.refused("clerk", "settleCommitteeLeads", AFTER_NOTICE, **inputs)

    assert refused(members[1:4]) == [("INVALID_INPUT", ["deputyIds"])]
    assert refused(members[0:4]) == [("COMPOSITION_RULE_BROKEN", ["deputyIds"])]
    assert refused([members[1]] * 4) == [("COMPOSITION_RULE_BROKEN", ["deputyIds"])]
    assert refused([*members[1:4], elsewhere]) == [("NOT_FOUND", ["deputyIds"])]
    assert refused(members[1:5], directorId=elsewhere) == [("NOT_FOUND", ["directorId"])]
    assert refused(members[1:5], directorId=members[5]) == [("COMPOSITION_RULE_BROKEN", ["directorId"])]
    assert refused(members[1:5], meetingId="TwoCommitteesMeeting_999") == [("NOT_FOUND", ["meetingId"])]


def test_a_community_has_one_committee_and_a_village_none(founding: Founding) -> None:
    founding.found()
    given = {"divisionCode": founding.home.code, "name": "示范社工委", "establishedOn": str(TODAY)}
    village = founding.home.code[:9] + "201"
    models.Division.create(
        code=village, last_code=village, name="示范村", level="COMMUNITY", parent=founding.ask.town.street
    )

    def refused(who: str = "subdistrict", **more: Any) -> Any:
        return founding.ask.refused(who, "foundCommittee", **given | more)

    assert refused() == [("ALREADY_EXISTS", ["divisionCode"])]
    assert refused(divisionCode=village) == [("NOT_ELIGIBLE", ["divisionCode"])]
    assert refused(divisionCode="999999999999") == [("NOT_FOUND", ["divisionCode"])]
    assert refused("other_subdistrict") == [("NOT_PERMITTED", ["divisionCode"])]
    assert refused("clerk") == [("NOT_PERMITTED", ["divisionCode"])]
    assert refused(establishedOn=str(TODAY + DAY)) == [("INVALID_INPUT", ["establishedOn"])]
    assert refused(name="社") == [("INVALID_INPUT", ["name"])]


def test_who_nominates_whom(founding: Founding) -> None:
    founding.found()
    town = founding.ask.town
    person, own = founding.person(), founding.person(account=town.accounts["local"])
    given: dict[str, Any] = {"committeeId": founding.committee, "personId": person, "category": "NOTABLE_RESIDENT"}
    consent = {"personConsent": "本人口头同意"}
    by_residents = {"channel": "RESIDENT_RECOMMENDATION", "recommenderCount": 5, **consent}
    by_unit = {"channel": "UNIT_RECOMMENDATION", "organizationId": f"Organization_{town.unit.id if town.unit else 0}"}

    def refused(who: str, **more: Any) -> Any:
        return founding.ask.refused(who, "nominateMember", **given | more)

    assert refused("local", channel="SELF_NOMINATION", **consent) == [("NOT_PERMITTED", None)]
    assert refused("stranger", **by_residents) == [("NOT_PERMITTED", None)]
    assert refused("local", **by_residents | {"recommenderCount": 4}) == [("NOT_ELIGIBLE", ["recommenderCount"])]
    assert refused("local", **by_residents | {"personConsent": None}) == [("CONSENT_REQUIRED", ["personConsent"])]
    assert refused("clerk", **by_unit | {"organizationId": None} | consent) == [("INVALID_INPUT", ["organizationId"])]
    assert refused("clerk", **by_unit | {"organizationId": "Organization_999"} | consent) == [
        ("NOT_FOUND", ["organizationId"])
    ]
    assert refused("clerk", **by_residents | {"personId": "Person_999"}) == [("NOT_FOUND", ["personId"])]
    assert refused("clerk", **by_residents | {"committeeId": "Committee_999"}) == [("NOT_FOUND", ["committeeId"])]
    assert refused("clerk", **by_residents | {"replacesId": "Member_999"}) == [("NOT_FOUND", ["replacesId"])]
    assert refused("clerk", **by_residents, seatKind="ROTATING", exOfficioPost="VETERAN_CAPTAIN") == [
        ("INVALID_INPUT", ["seatKind"])
    ]
    founding.done("local", "nominateMember", **{**given, "personId": own, "channel": "SELF_NOMINATION"})
    [first] = founding.ask.change("clerk", "nominateMember", "__typename", **given | by_residents)["userErrors"] or [
        None
    ]
    assert first is None
    again = founding.ask.change("clerk", "nominateMember", "__typename", **given | by_residents)["userErrors"]
    assert (again[0]["code"], again[0]["field"]) == ("ALREADY_EXISTS", ["personId"])
    assert "Candidacy_" in again[0]["message"]
    # Whom the journal does not name.
    entries = models.JournalEntry.select().where(models.JournalEntry.subject_type == "Candidacy")
    assert {entry.actor_name for entry in entries} == {None, "示范clerk"}


def test_a_recommendation_comes_from_those_who_recommend(founding: Founding) -> None:
    founding.found()
    town = founding.ask.town
    own, unit = founding.person(account=town.accounts["local"]), f"Organization_{make_organization(founding.home).id}"
    given: dict[str, Any] = {"committeeId": founding.committee, "personId": own, "category": "NOTABLE_RESIDENT"}
    consent = {"personConsent": "本人书面同意"}
    by_unit = {"channel": "UNIT_RECOMMENDATION", "organizationId": unit, **consent}
    by_residents = {"channel": "RESIDENT_RECOMMENDATION", "recommenderCount": 9, **consent}

    def refused(who: str, **more: Any) -> Any:
        return founding.ask.refused(who, "nominateMember", **given | more)

    assert refused("local", **by_unit) == [("NOT_PERMITTED", ["channel"])]
    assert refused("local", **by_residents) == [("NOT_PERMITTED", ["channel"])]
    self_nominated = {"channel": "SELF_NOMINATION"}
    assert refused("local", **self_nominated, recommenderCount=100_000) == [("INVALID_INPUT", ["recommenderCount"])]
    assert refused("local", **self_nominated, organizationId=unit) == [("INVALID_INPUT", ["organizationId"])]
    # Staff name the source, and the contact of a unit speaks for it.
    assert refused("clerk", **by_unit, dryRun=True) == []
    make_role_grant(
        Role.UNIT_CONTACT, founding.home, account=town.accounts["local"], organization=int(unit.rpartition("_")[2])
    )
    assert refused("local", **by_unit) == []


def test_who_may_not_know_of_a_candidacy_does_not_learn_of_it_by_nominating(founding: Founding) -> None:
    founding.found()
    person = founding.person()
    given = {
        "committeeId": founding.committee, "personId": person, "category": "NOTABLE_RESIDENT",
        "channel": "RESIDENT_RECOMMENDATION", "recommenderCount": 9, "personConsent": "本人口头同意",
    }  # fmt: skip
    first = founding.done("local", "nominateMember", "candidacy { id }", **given)["candidacy"]["id"]

    twice = founding.ask.refused("local", "nominateMember", **given)
    offices = founding.ask.refused("clerk", "nominateMember", **given)
    second = founding.done("other local", "nominateMember", "candidacy { id state }", **given)["candidacy"]
    founding.done("clerk", "discussCandidacy", candidacyId=first)
    third = founding.ask.refused("clerk", "discussCandidacy", candidacyId=second["id"])
    founding.meet(first)
    founding.appoint(first)

    assert (twice, offices) == ([("ALREADY_EXISTS", ["personId"])], [("ALREADY_EXISTS", ["personId"])])
    assert second["state"] == "SUBMITTED"
    assert third == [("ALREADY_EXISTS", ["candidacyId"])]
    states = [row.state for row in models.Candidacy.select().order_by(models.Candidacy.id)]
    assert states[-2:] == ["APPOINTED", "WITHDRAWN"]
    check(founding.row.id, AFTER_NOTICE)


def test_staff_give_no_role_to_themselves(founding: Founding) -> None:
    members, meeting = founding.work(13)
    town, at = founding.ask.town, AFTER_NOTICE + 6 * DAY
    own = founding.person(account=town.accounts["clerk"])
    by_post = founding.put(AFTER_NOTICE, personId=own, exOfficioPost="PARTY_ORG_MEMBER")
    decided = {"committeeId": founding.committee, "decisions": [{"candidacyId": by_post, "decision": "APPROVED"}]}
    leads = {"committeeId": founding.committee, "meetingId": meeting, "directorId": members[0]}

    met = founding.ask.change("clerk", "recordTwoCommitteesMeeting", "__typename", at, **decided, **minutes())
    # Where the community has nobody else, the subdistrict makes somebody else staff.
    town.accounts["colleague"] = make_account()
    granted = {"accountId": f"Account_{town.accounts['colleague'].id}", "role": "STAFF", "reason": "示范"}
    founding.done("subdistrict", "grantRole", at=at, divisionCode=founding.home.code, **granted)
    founding.done("colleague", "recordTwoCommitteesMeeting", at=at + DAY, **decided, **minutes())
    seated = f"Member_{models.Member.get(models.Member.account == town.accounts['clerk']).id}"
    refused = founding.ask.refused(
        "clerk", "settleCommitteeLeads", at + DAY, **leads, deputyIds=[*members[1:4], seated]
    )
    founding.done("colleague", "settleCommitteeLeads", at=at + DAY, **leads, deputyIds=[*members[1:4], seated])

    [error] = met["userErrors"]
    assert (error["code"], error["field"]) == ("NOT_PERMITTED", ["decisions", "0", "candidacyId"])
    assert "somebody else in the same office" in error["message"]
    assert "subdistrict" in error["message"]
    assert refused == [("NOT_PERMITTED", None)]
    check(founding.row.id, at + DAY)


def test_what_the_two_committees_decide(founding: Founding) -> None:
    founding.found()
    agreed, declined = founding.put(), founding.put()
    waiting = founding.nominate()
    decisions = [
        {"candidacyId": agreed, "decision": "APPROVED"},
        {"candidacyId": declined, "decision": "DECLINED", "reason": "NOT_QUALIFIED"},
    ]
    given = {"committeeId": founding.committee, "decisions": decisions}
    shown = "meeting { heldOn minutes decisions { nodes { state noticeUntil declineReason decidedOn } } }"

    def refused(**more: Any) -> Any:
        return founding.ask.refused("clerk", "recordTwoCommitteesMeeting", **given | minutes() | more)

    assert refused(heldOn="1900-01-01") == [("INVALID_INPUT", ["heldOn"])]
    assert refused(presentCount=4) == [("QUORUM_NOT_MET", ["presentCount"])]
    assert refused(presentCount=10) == [("INVALID_INPUT", ["presentCount"])]
    assert refused(heldOn=str(TODAY + DAY)) == [("INVALID_INPUT", ["heldOn"])]
    assert refused(decisions=[*decisions, {"candidacyId": waiting, "decision": "APPROVED"}]) == [
        ("ILLEGAL_TRANSITION", ["decisions", "2", "candidacyId"])
    ]
    assert refused(decisions=[{"candidacyId": "Candidacy_999", "decision": "APPROVED"}]) == [
        ("NOT_FOUND", ["decisions", "0", "candidacyId"])
    ]
    done = founding.done("clerk", "recordTwoCommitteesMeeting", shown, **given | minutes())
    public = founding.ask.answer("local", "{ twoCommitteesMeetings { nodes { minutes decisions { totalCount } } } }")

    assert done["meeting"] == {
        "heldOn": str(TODAY), "minutes": "示范纪要", "decisions": {"nodes": [
            {"state": "PUBLIC_NOTICE", "noticeUntil": "2026-01-10", "declineReason": None, "decidedOn": None},
            {"state": "DECLINED", "noticeUntil": None, "declineReason": "NOT_QUALIFIED", "decidedOn": str(TODAY)},
        ]},
    }  # fmt: skip
    # Residents read neither the minutes nor who was declined.
    assert public["data"]["twoCommitteesMeetings"]["nodes"] == [{"minutes": None, "decisions": {"totalCount": 1}}]


def test_a_notice_runs_and_objections_are_answered(founding: Founding) -> None:
    founding.found()
    candidacy = founding.put()
    make_setting(founding.home, key="CANDIDACY_NOTICE_DAYS", value=2)
    founding.meet(candidacy)
    given, objection = {"candidacyId": candidacy}, {"candidacyId": candidacy, "text": "有不同意见"}
    last, after = AT + 2 * DAY, AT + 3 * DAY
    read = f'{{ candidacy(id: "{candidacy}") {{ isObjected objections {{ nodes {{ authorName text }} }} }} }}'

    early = founding.ask.refused("clerk", "appointMember", last, **given)
    founding.done("local", "objectToCandidacy", at=last, **objection)
    refused = [
        founding.ask.refused("local", "objectToCandidacy", last, **objection),
        founding.ask.refused("stranger", "objectToCandidacy", last, **objection),
        founding.ask.refused("other local", "objectToCandidacy", after, **objection),
        founding.ask.refused("clerk", "appointMember", after, **given),
        founding.ask.refused(
            "clerk", "appointMember", after, termStart=str(TODAY + 2 * DAY), objectionAnswer="已核实", **given
        ),
    ]
    seen = [founding.ask.answer(who, read)["data"]["candidacy"]["objections"]["nodes"] for who in (
        "clerk", "subdistrict", "local", "other local", "district", None,
    )]  # fmt: skip
    shown = "member { isActive termStart seatNumber } candidacy { state objectionAnswer decidedOn }"
    done = founding.done("clerk", "appointMember", shown, at=after, objectionAnswer="已核实，不影响任职", **given)

    assert early == [("LIMIT_REACHED", ["candidacyId"])]
    assert refused == [
        [("LIMIT_REACHED", ["candidacyId"])],
        [("NOT_PERMITTED", None)],
        [("LIMIT_REACHED", ["candidacyId"])],
        [("NOT_ALL_SETTLED", ["objectionAnswer"])],
        [("INVALID_INPUT", ["termStart"])],
    ]
    whole = [{"authorName": "示范local", "text": "有不同意见"}]
    assert seen == [whole, whole, whole, [], [], []]
    assert done["member"] == {"isActive": True, "termStart": str(TODAY + 3 * DAY), "seatNumber": 1}
    assert done["candidacy"] == {
        "state": "APPOINTED", "objectionAnswer": "已核实，不影响任职", "decidedOn": str(TODAY + 3 * DAY),
    }  # fmt: skip
    # The public journal does not say who objected.
    objected = models.JournalEntry.get(models.JournalEntry.action == "OBJECT")
    assert (objected.actor_id, objected.actor_name) == (None, None)


def test_candidates_are_named_from_the_notice_on(founding: Founding) -> None:
    founding.found()
    own = founding.person(account=founding.ask.town.accounts["local"], name="王示范")
    candidacy = founding.put(personId=own)
    read = "{ candidacies { nodes { state person { name } } } }"

    def seen_by(*whos: str | None) -> list[Any]:
        found = [founding.ask.answer(who, read)["data"]["candidacies"]["nodes"] for who in whos]
        return [[row["person"]["name"] for row in rows] for rows in found]

    before = seen_by("clerk", "subdistrict", "local", "other local", "district", None)
    founding.meet(candidacy)
    noticed = seen_by("other local", None)
    founding.done("clerk", "declineCandidacy", candidacyId=candidacy, reason="OBJECTION_UPHELD", note="经核实")
    declined = seen_by("clerk", "local", "other local", None)
    again = founding.ask.refused("local", "withdrawCandidacy", candidacyId=candidacy)

    assert before == [["王示范"], ["王示范"], ["王示范"], [], [], []]
    assert noticed == [["王示范"], ["王示范"]]
    assert declined == [["王示范"], ["王示范"], [], []]
    assert again == [("ILLEGAL_TRANSITION", ["candidacyId"])]


def test_a_sixteenth_is_not_approved(founding: Founding) -> None:
    founding.found()
    members, _ = founding.seat(13)
    noticed = [founding.put(AFTER_NOTICE) for _ in range(2)]
    founding.meet(*noticed, at=AFTER_NOTICE)
    one_more = founding.put(AFTER_NOTICE)
    instead = founding.put(AFTER_NOTICE, replacesId=members[-1])
    given = {"committeeId": founding.committee, **minutes()}

    refused = founding.ask.refused(
        "clerk", "recordTwoCommitteesMeeting", AFTER_NOTICE,
        decisions=[{"candidacyId": one_more, "decision": "APPROVED"}], **given,
    )  # fmt: skip
    founding.meet(instead, at=AFTER_NOTICE)
    taken = founding.appoint(instead, AFTER_NOTICE + 6 * DAY)

    assert refused == [("COMPOSITION_RULE_BROKEN", ["decisions", "0", "decision"])]
    before, after = (models.Member.get_by_id(key_of(one)) for one in (members[-1], taken))
    assert (before.seat_id, before.is_active, before.end_reason) == (after.seat_id, False, "REPLACED")
    assert (before.ended_on, after.replaces_id) == (after.term_start - DAY, before.id)


def test_one_committee_is_founded_whoever_races(database: DatabaseProxy) -> None:
    founding = Founding(Asking(build()))
    given = {"divisionCode": founding.home.code, "name": "示范社工委", "establishedOn": str(TODAY)}

    answers = at_once(4, lambda: founding.ask.change("subdistrict", "foundCommittee", "committee { id }", **given))

    assert sorted(len(answer["userErrors"]) for answer in answers) == [0, 1, 1, 1]
    assert models.Committee.select().where(models.Committee.division == founding.home).count() == 1
    assert models.Seat.select().where(models.Seat.division_code == founding.home.code).count() == 15


def test_sitting_members_are_entered_until_the_committee_has_worked_for_a_time(founding: Founding) -> None:
    committee = founding.found()
    leader: dict[str, Any] = {"category": "TWO_COMMITTEES", "position": "DIRECTOR"}

    def enter(at: datetime = AT, who: str = "subdistrict", **given: Any) -> Any:
        inputs = {
            "committeeId": committee, "category": "OTHER", "channel": "SELF_NOMINATION", "termStart": str(TODAY),
            **given,
        }  # fmt: skip
        inputs.setdefault("personId", founding.person())
        payload = founding.ask.change(who, "enterMember", ENTERED, at, **inputs)
        return [(one["code"], one["field"]) for one in payload["userErrors"]] or payload["member"] | {
            "candidacy": payload["candidacy"]
        }

    refused = [
        enter(who="clerk"),
        enter(**leader),
        enter(posts=["PARTY_SECRETARY"], **leader),
        enter(posts=["PARTY_SECRETARY"], seatKind="ROTATING"),
        enter(termStart=str(TODAY - 400 * DAY)),
        enter(termStart=str(TODAY + DAY)),
        enter(category="TWO_COMMITTEES", renewalCount=1),
        enter(channel="RESIDENT_RECOMMENDATION", recommenderCount=4),
        enter(channel="UNIT_RECOMMENDATION"),
    ]
    director = enter(posts=[*LEADER], **leader)
    second = enter(posts=[*LEADER], **leader)
    deputies = [enter(position="DEPUTY_DIRECTOR", termStart=str(TODAY - 400 * DAY), renewalCount=1) for _ in range(4)]
    fifth, again = enter(position="DEPUTY_DIRECTOR"), enter(personId=director["person"]["id"])
    others = [enter() for _ in range(8)]
    founding.done("subdistrict", "activateCommittee", committeeId=committee)
    late, in_time = enter(AT + 31 * DAY), enter(AT + 30 * DAY)
    new = enter(AT + DAY, termStart=str(TODAY + DAY))
    full = [enter(AT + DAY), enter(AT + DAY)]

    assert refused == [
        [("NOT_PERMITTED", None)],
        [("COMPOSITION_RULE_BROKEN", ["posts"])],
        [("COMPOSITION_RULE_BROKEN", ["posts"])],
        [("INVALID_INPUT", ["seatKind"])],
        [("INVALID_INPUT", ["termStart"])],
        [("INVALID_INPUT", ["termStart"])],
        [("INVALID_INPUT", ["renewalCount"])],
        [("NOT_ELIGIBLE", ["recommenderCount"])],
        [("INVALID_INPUT", ["organizationId"])],
    ]
    assert (director["position"], director["seatKind"], director["termEnd"]) == ("DIRECTOR", "STANDING", None)
    assert (second, fifth) == ([("COMPOSITION_RULE_BROKEN", ["position"])],) * 2
    assert again == [("ALREADY_EXISTS", ["personId"])]
    assert {one["renewalCount"] for one in deputies} == {1}
    assert all(one["candidacy"]["state"] == "APPOINTED" for one in others)
    assert (late, new) == ([("ILLEGAL_TRANSITION", ["committeeId"])],) * 2
    assert in_time["isActive"]
    assert (full[0]["isActive"], full[1]) == (True, [("COMPOSITION_RULE_BROKEN", ["committeeId"])])
    check(key_of(committee), AT + 30 * DAY)
