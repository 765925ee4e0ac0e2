"""Sub-committees and figures of health work: what is done with them, what is refused, and the rules H1 and T1."""

from typing import Any

import pytest
from peewee import DatabaseProxy, IntegrityError

from db.city import models
from db.city.clock import tick
from db.city.journal_check import verify_journals
from db.health.models.figure import HealthFigure
from db.health.models.sub_committee import SubCommittee, SubCommitteeKind, SubCommitteeMember, SubCommitteeRole
from db.teams.models.team import TeamState, VolunteerTeamKind
from tests.asking import Asking
from tests.committees.founding import AFTER_NOTICE, DAY, Founding
from tests.factories import AT, make_person, make_team
from tests.health.factories import make_sub_committee
from tests.threads import at_once
from tests.town import build

SHOWN = """subCommittee { id kind state formedOn dissolvedOn version division { code }
    members { nodes { role since until person { name } } } journal { nodes { action actorRole } } } event { seq }"""


def events(rule: str) -> list[tuple[str, str | None]]:
    """List since when a rule is broken, and when it was met again."""
    found = (
        models.ComplianceEvent.select().where(models.ComplianceEvent.rule == rule).order_by(models.ComplianceEvent.id)
    )
    return [(str(event.since), event.resolved_on and str(event.resolved_on)) for event in found]


def day(days: int) -> str:
    """Return a day, so many after the committee began its work."""
    return str((AFTER_NOTICE + days * DAY).date())


def test_sub_committees_are_formed_changed_and_end_with_their_committee(ask: Asking) -> None:
    founding = Founding(ask)
    members, _ = founding.work()
    head = f"Person_{models.Member.get_by_id(int(members[0].split('_')[1])).person_id}"
    deputy, other = founding.person(name="李副主任"), founding.person(name="王医生")
    heads, at = [{"personId": head, "role": "HEAD"}], AFTER_NOTICE
    given = {"committeeId": founding.committee, "kind": "PUBLIC_HEALTH", "members": heads, "formedOn": day(0)}

    for who, change, refusal in (
        ("staff", {}, ("NOT_PERMITTED", None)),
        ("clerk", {"committeeId": "Committee_999"}, ("NOT_FOUND", ["committeeId"])),
        ("clerk", {"members": []}, ("INVALID_INPUT", ["members"])),
        ("clerk", {"members": [*heads, {"personId": head, "role": "MEMBER"}]}, ("INVALID_INPUT", ["members"])),
        ("clerk", {"members": [{"personId": head, "role": "MEMBER"}]}, ("COMPOSITION_RULE_BROKEN", ["members"])),
        ("clerk", {"members": [{"personId": other, "role": "HEAD"}]}, ("COMPOSITION_RULE_BROKEN", ["members"])),
        ("clerk", {"members": [*heads, {"personId": other, "role": "HEAD"}]}, ("COMPOSITION_RULE_BROKEN", ["members"])),
        ("clerk", {"members": [*heads, {"personId": "Person_999", "role": "MEMBER"}]}, ("NOT_FOUND", ["members"])),
        ("clerk", {"formedOn": day(1)}, ("INVALID_INPUT", ["formedOn"])),
        ("clerk", {"expectedVersion": 1}, ("STALE_OBJECT", ["expectedVersion"])),
    ):
        assert ask.refused(who, "formSubCommittee", at, **{**given, **change}) == [refusal], (who, change)
    assert SubCommittee.select().count() == 0
    made = ask.change("clerk", "formSubCommittee", SHOWN, at, **given)["subCommittee"]
    assert (made["state"], made["formedOn"], made["journal"]["nodes"]) == (
        "ACTIVE", day(0), [{"action": "CREATE", "actorRole": "STAFF"}],
    )  # fmt: skip
    again = ask.change("clerk", "formSubCommittee", "__typename", at, **given)["userErrors"]
    assert [(one["code"], one["field"]) for one in again] == [("ALREADY_EXISTS", ["kind"])]
    assert made["id"] in again[0]["message"]

    places = [*heads, {"personId": deputy, "role": "DEPUTY"}, {"personId": other, "role": "MEMBER"}]
    change = {"subCommitteeId": made["id"], "members": places}
    assert ask.refused("local", "changeSubCommittee", at, **change) == [("NOT_PERMITTED", None)]
    assert ask.refused("clerk", "changeSubCommittee", at, **change | {"members": places[1:]}) == [
        ("COMPOSITION_RULE_BROKEN", ["members"])
    ]
    ask.change("clerk", "changeSubCommittee", SHOWN, at, **change)
    places[1:] = [{"personId": deputy, "role": "MEMBER"}]
    changed = ask.change("clerk", "changeSubCommittee", SHOWN, at + DAY, **change)["subCommittee"]
    kept = [(one["role"], one["person"]["name"][0], one["since"], one["until"]) for one in changed["members"]["nodes"]]
    assert kept[0][2:] == (day(0), None)
    assert [one[0::2] for one in kept[1:3]] == [("DEPUTY", day(0)), ("MEMBER", day(0))]
    assert [one[3] for one in kept[1:]] == [day(1), day(1), None]
    assert kept[3][:3] == ("MEMBER", "李", day(1))
    assert changed["version"] == 3

    # Somebody who belongs to it is not erased, and a committee takes its sub-committees along.
    [erased] = ask.refused("clerk", "erasePerson", at + DAY, personId=deputy)
    assert erased[0] == "NOT_ALL_SETTLED"
    payload = ask.change("district", "dissolveCommittee", "__typename", at + DAY, committeeId=founding.committee,
                         reason="合并社区")  # fmt: skip
    assert payload["userErrors"] == []
    assert ask.refused("clerk", "changeSubCommittee", at + DAY, **change) == [
        ("ILLEGAL_TRANSITION", ["subCommitteeId"])
    ]
    assert ask.refused("clerk", "formSubCommittee", at + DAY, **given | {"kind": "PATRIOTIC_HEALTH"}) == [
        ("ILLEGAL_TRANSITION", ["committeeId"])
    ]
    shown = """query ($id: ID!) { subCommittees { nodes { state dissolvedOn members { nodes { until } } } }
        person(id: $id) { subCommitteeMemberships { nodes { role } } } }"""
    found = ask.answer("clerk", shown, at + DAY, id=deputy)["data"]
    assert [(one["state"], one["dissolvedOn"]) for one in found["subCommittees"]["nodes"]] == [("DISSOLVED", day(1))]
    assert found["person"]["subCommitteeMemberships"]["nodes"] == [{"role": "DEPUTY"}, {"role": "MEMBER"}]
    assert all(one["until"] for one in found["subCommittees"]["nodes"][0]["members"]["nodes"])
    assert not [one for one in verify_journals().findings if one.subject_type == "SubCommittee"]


def test_a_committee_without_both_breaks_h1_and_without_veterans_t1(ask: Asking) -> None:
    founding = Founding(ask)
    members, _ = founding.work()
    at, home = AFTER_NOTICE, founding.home
    heads = [{"personId": f"Person_{models.Member.get_by_id(int(members[0].split('_')[1])).person_id}", "role": "HEAD"}]
    # The committees of the town have no journal, and nobody knows when they began; they have no veterans either.
    models.ComplianceEvent.delete().execute()
    make_team(ask.town.home.division, kind=VolunteerTeamKind.VETERAN, state=TeamState.ACTIVE)

    tick(at + 30 * DAY)
    assert events("H1") == []
    own = models.ComplianceEvent.select().where(models.ComplianceEvent.rule == "T1")
    assert {event.division_code for event in own} == {
        committee.division_code for committee in models.Committee.select() if committee.id != ask.town.home.id
    }
    tick(at + 31 * DAY)
    tick(at + 31 * DAY)
    assert events("H1") == [(day(31), None)]
    given = {"committeeId": founding.committee, "members": heads}
    for kind in SubCommitteeKind:
        assert events("H1") == [(day(31), None)]
        ask.change("clerk", "formSubCommittee", "__typename", at + 32 * DAY, kind=kind.value, **given)
    assert events("H1") == [(day(31), day(32))]

    captain = founding.person(groups="VETERAN")
    police = founding.person(groups="POLICE")
    team = {
        "divisionCode": home.code, "name": "示范退役军人志愿服务队", "kind": "VETERAN",
        "members": [
            {"memberId": captain, "role": "CAPTAIN"}, {"memberId": police, "role": "INSTRUCTOR"},
            {"memberId": founding.person(groups="VETERAN"), "role": "MEMBER"},
        ],
    }  # fmt: skip
    mine = models.ComplianceEvent.rule == "T1", models.ComplianceEvent.division_code == home.code

    def open_events() -> list[bool]:
        return [event.resolved_on is None for event in models.ComplianceEvent.select().where(*mine)]

    assert open_events() == [True]
    made = ask.change("clerk", "formTeam", "volunteerTeam { id state }", at + 33 * DAY, **team)["volunteerTeam"]
    assert (made["state"], open_events()) == ("ACTIVE", [False])
    ask.change("clerk", "disbandTeam", "__typename", at + 34 * DAY, teamId=made["id"], reason="重组")
    assert open_events() == [False, True]
    # Neither changes the state, and composition is reckoned beside them.
    tick(at + 35 * DAY)
    assert (founding.row.state, open_events()) == ("ACTIVE", [False, True])
    founding.ask.change("clerk", "endMember", "__typename", at + 35 * DAY, memberId=members[-1], reason="MOVED_AWAY",
                        endsOn=day(35))  # fmt: skip
    assert (founding.row.state, open_events()) == ("NON_COMPLIANT", [False, True])


def test_staff_and_heads_record_the_figures_of_a_month(ask: Asking) -> None:
    town, at = ask.town, AT
    home = town.home.division
    account = town.accounts["resident"]
    head = make_person(home, account=account)
    figures = [{"indicator": "OVER_65_VISITED", "value": 21}, {"indicator": "HEALTH_TALKS", "value": 0}]
    given = {"divisionCode": home.code, "month": "2025-12", "figures": figures}
    shown = "division { healthFigures { nodes { month indicator value version } } }"

    for who, change, refusal in (
        ("resident", {}, ("NOT_PERMITTED", ["divisionCode"])),
        ("subdistrict", {}, ("NOT_PERMITTED", ["divisionCode"])),
        ("staff", {"divisionCode": town.street.code}, ("NOT_FOUND", ["divisionCode"])),
        ("staff", {"month": "2026-02"}, ("INVALID_INPUT", ["month"])),
        ("staff", {"month": "2025-13"}, ("INVALID_INPUT", ["month"])),
        ("staff", {"month": "去年"}, ("INVALID_INPUT", ["month"])),
        ("staff", {"figures": []}, ("INVALID_INPUT", ["figures"])),
        ("staff", {"figures": [figures[0], figures[0]]}, ("INVALID_INPUT", ["figures"])),
        ("staff", {"figures": [figures[0] | {"value": -1}]}, ("INVALID_INPUT", ["figures", "0", "value"])),
        ("staff", {"figures": [figures[0] | {"expectedVersion": 1}]},
         ("STALE_OBJECT", ["figures", "0", "expectedVersion"])),
    ):  # fmt: skip
        assert ask.refused(who, "recordHealthFigures", at, **{**given, **change}) == [refusal], (who, change)
    assert HealthFigure.select().count() == 0
    first = ask.change("staff", "recordHealthFigures", shown, at, **given)["division"]["healthFigures"]["nodes"]
    assert first == [{"month": "2025-12", **figure, "version": 1} for figure in reversed(figures)]

    sub_committee = make_sub_committee(town.home)
    place = {"sub_committee": sub_committee, "division_code": home.code, "person": head, "since": at.date()}
    membership = SubCommitteeMember.create(role=SubCommitteeRole.HEAD, **place)
    again = given | {"figures": [figures[0] | {"value": 22, "expectedVersion": 1}]}
    done = ask.change("resident", "recordHealthFigures", shown, at, **again)
    assert done["division"]["healthFigures"]["nodes"][1] == {
        "month": "2025-12", "indicator": "OVER_65_VISITED", "value": 22, "version": 2,
    }  # fmt: skip
    assert ask.refused("staff", "recordHealthFigures", at, **again)[0][0] == "STALE_OBJECT"
    membership.change(until=at.date())
    assert ask.refused("resident", "recordHealthFigures", at, **again)[0][0] == "NOT_PERMITTED"
    sums = """{ healthFigureAggregate(groupBy: [INDICATOR]) { groups { key { indicator } sum { value } } }
        division(code: "%s") { healthFigures(scope: SUBTREE, first: 1) { totalCount } } }"""
    found = ask.answer(None, sums % town.city.code)["data"]
    assert {group["key"]["indicator"]: group["sum"]["value"] for group in found["healthFigureAggregate"]["groups"]} == {
        "OVER_65_VISITED": "22", "HEALTH_TALKS": "0",
    }  # fmt: skip
    assert found["division"]["healthFigures"]["totalCount"] == 2


def test_of_many_at_once_one_forms_it_and_figures_are_kept_once(database: DatabaseProxy) -> None:
    ask = Asking(build())
    town = ask.town
    head = make_person(town.home.division)
    seat = models.Member.select().where(models.Member.committee == town.home).first()
    seat.change(person=head.id, posts="RESIDENTS_MEMBER")
    members = [{"personId": f"Person_{head.id}", "role": "HEAD"}]

    def form() -> list[Any]:
        given = {"committeeId": f"Committee_{town.home.id}", "kind": "PUBLIC_HEALTH", "members": members}
        return ask.refused("staff", "formSubCommittee", **given)

    def record() -> list[Any]:
        figures = [{"indicator": "VACCINATED", "value": 7}]
        given = {"divisionCode": town.home.division_code, "month": "2026-01", "figures": figures}
        return ask.refused("staff", "recordHealthFigures", **given)

    assert sorted(map(len, at_once(4, form))) == [0, 1, 1, 1]
    assert [*at_once(4, record)] == [[], [], [], []]
    [figure] = HealthFigure.select()
    assert (figure.value, figure.version) == (7, 4)
    with pytest.raises(IntegrityError), database.atomic():
        make_sub_committee(town.home)
