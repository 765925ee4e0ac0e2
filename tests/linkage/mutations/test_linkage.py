"""Task forces, sponsorships and visits: what is done with them, what is refused, and what holds afterwards."""

import json
from datetime import timedelta
from typing import Any

from db.access.models.access import RoleGrant, is_held
from db.access.models.account import Role
from db.city import models
from db.city.clock import tick
from db.city.journal_check import verify_journals
from db.kernel.fields import utc_text
from db.linkage.models.sponsorship import Sponsorship, SponsorshipKind
from db.registrations.models.agreement import AgreementState
from db.registrations.models.registration import RegistrationState
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT
from tests.linkage.factories import make_sponsorship
from tests.registrations.factories import make_agreement, make_registration

DAY = timedelta(days=1)
K = SponsorshipKind
SPONSORED = """index sponsorship { id kind state startsOn visitBy isVisitDue patchName version
    sponsor { ... on Person { name } ... on Organization { name } } leadPerson { name }
    target { __typename } } event { action actorRole } userErrors { code field message }"""
RESULTS = f"results {{ {SPONSORED} }}"


def gid(row: Any) -> str:
    return f"{type(row).__name__}_{row.id}"


def person(ask: Asking, who: str | None = None, **values: Any) -> models.Person:
    """Make a person, who is somebody of the town where that is said."""
    account = ask.town.accounts[who] if who else None
    return make.make_person(ask.town.home.division, account=account, **values)


def leading(ask: Asking) -> list[Any]:
    """List the roles of leaders that are held now."""
    return list(RoleGrant.select().where(RoleGrant.role == Role.LEADER, is_held(RoleGrant, utc_text(AT + DAY))))


def assign(ask: Asking, who: str, sponsor: Any, *targets: Any, kind: str = "TARGET", **more: Any) -> list[Any]:
    rows = [{"targetId": gid(target)} for target in targets]
    payload = ask.change(who, "assignSponsor", RESULTS, kind=kind, sponsorId=gid(sponsor), rows=rows, **more)
    return payload["results"]


def codes(results: list[Any]) -> list[list[tuple[str, list[str]]]]:
    return [[(error["code"], error["field"]) for error in result["userErrors"]] for result in results]


def test_a_subdistrict_forms_changes_and_ends_its_task_force(ask: Asking) -> None:
    street, lead, deputy = ask.town.street.code, person(ask, name="李组长"), person(ask, name="张副组长")
    shown = """taskForce { id kind name state formedOn endedOn version division { code }
        members { nodes { role work person { name } } } journal { nodes { action actorRole officeCode note } } }
        event { seq }"""
    place = {"personId": gid(lead), "role": "LEAD", "work": "统筹协调"}
    given = {"divisionCode": street, "kind": "TASK_FORCE", "name": "示范工作专班", "members": [place]}

    for who, change, refusal in (
        ("staff", {}, ("NOT_PERMITTED", ["divisionCode"])),
        ("other_subdistrict", {}, ("NOT_PERMITTED", ["divisionCode"])),
        ("subdistrict", {"divisionCode": ask.town.home.division_code}, ("NOT_FOUND", ["divisionCode"])),
        ("subdistrict", {"members": [place | {"role": "MEMBER"}]}, ("INVALID_INPUT", ["members"])),
        ("subdistrict", {"members": [place, place | {"role": "MEMBER"}]}, ("INVALID_INPUT", ["members"])),
        ("subdistrict", {"members": [place | {"personId": "Person_999"}]}, ("NOT_FOUND", ["members"])),
        ("subdistrict", {"members": []}, ("INVALID_INPUT", ["members"])),
        ("subdistrict", {"formedOn": "2026-01-06"}, ("INVALID_INPUT", ["formedOn"])),
    ):
        assert ask.refused(who, "formTaskForce", **{**given, **change}) == [refusal], (who, change)
    force = ask.change("subdistrict", "formTaskForce", shown, **given)["taskForce"]
    assert force["members"]["nodes"] == [{"role": "LEAD", "work": "统筹协调", "person": {"name": "李组长"}}]
    assert ask.refused("subdistrict", "formTaskForce", **given) == [("ALREADY_EXISTS", ["kind"])]
    ask.change("subdistrict", "formTaskForce", "__typename", **{**given, "kind": "COORDINATION_BODY"})

    places = [
        {"personId": gid(deputy), "role": "DEPUTY", "work": "督促检查"},
        {"personId": gid(person(ask)), "role": "LEAD", "work": "全面负责"},
    ]
    changed = ask.change(
        "subdistrict", "changeTaskForce", shown, taskForceId=force["id"], name="新专班", members=places
    )
    assert [one["role"] for one in changed["taskForce"]["members"]["nodes"]] == ["DEPUTY", "LEAD"]
    assert (changed["taskForce"]["name"], changed["taskForce"]["version"], changed["event"]["seq"]) == ("新专班", 2, 2)
    held = ask.change("staff", "erasePerson", "__typename", personId=gid(deputy))["userErrors"]
    assert [error["code"] for error in held] == ["NOT_ALL_SETTLED"]
    assert "TaskForceMember_" in held[0]["message"]

    ended = ask.change("subdistrict", "endTaskForce", shown, taskForceId=force["id"], reason="任务完成")["taskForce"]
    assert (ended["state"], ended["endedOn"], len(ended["members"]["nodes"])) == ("ENDED", "2026-01-05", 2)
    assert [entry["action"] for entry in ended["journal"]["nodes"]] == ["CREATE", "AMEND", "END"]
    assert ask.change("staff", "erasePerson", "__typename", personId=gid(deputy))["userErrors"] == []
    assert ask.refused("subdistrict", "changeTaskForce", taskForceId=force["id"], name="甲乙") == [
        ("ILLEGAL_TRANSITION", ["taskForceId"])
    ]
    assert ask.change("subdistrict", "formTaskForce", "__typename", **given)["userErrors"] == []
    assert not [one for one in verify_journals().findings if one.subject_type == "TaskForce"]


def test_a_leader_contacts_committees_and_holds_the_role_as_long(ask: Asking) -> None:
    town, query = ask.town, "query ($id: ID) { committee(id: $id) { leader { name } sponsorships { totalCount } } }"
    leader, other = person(ask, "neighbour", name="王区长"), person(ask, "resident", name="赵区长")
    before = len(leading(ask))

    for who, sponsor, target, refusal in (
        ("subdistrict", leader, town.home, ("NOT_PERMITTED", ["rows", "0"])),
        ("district", leader, town.far, ("NOT_PERMITTED", ["rows", "0"])),
        ("district", person(ask), town.home, ("NOT_ELIGIBLE", ["rows", "0"])),
        ("district", person(ask, "district"), town.home, ("NOT_PERMITTED", ["rows", "0"])),
        ("district", leader, town.unit, ("INVALID_INPUT", ["rows", "0", "targetId"])),
    ):
        assert codes(assign(ask, who, sponsor, target, kind="LEADER_CONTACT")) == [[refusal]], (who, refusal)
    patch = {"kind": "PATCH", "sponsorId": gid(leader), "rows": [{"targetId": gid(town.home)}]}
    assert ask.refused("district", "assignSponsor", **patch) == [("INVALID_INPUT", ["kind"])]
    unit = patch | {"kind": "LEADER_CONTACT", "sponsorId": gid(town.unit)}
    assert ask.refused("district", "assignSponsor", **unit) == [("INVALID_INPUT", ["sponsorId"])]

    first, second = assign(ask, "district", leader, town.home, town.next_door, kind="LEADER_CONTACT")
    assert first["sponsorship"] | {"id": ""} == {
        "id": "", "kind": "LEADER_CONTACT", "state": "ACTIVE", "startsOn": "2026-01-05", "visitBy": "2026-02-05",
        "isVisitDue": False, "patchName": None, "version": 1, "sponsor": {"name": "王区长"}, "leadPerson": None,
        "target": {"__typename": "Committee"},
    }  # fmt: skip
    assert second["event"] == {"action": "CREATE", "actorRole": "DISTRICT_OFFICER"}
    assert len(leading(ask)) == before + 2

    taken = assign(ask, "city", other, town.home, town.across, kind="LEADER_CONTACT", errorPolicy="SKIP_FAILED")
    assert codes(taken) == [[("ALREADY_EXISTS", ["rows", "0", "targetId"])], []]
    assert "王区长" in taken[0]["userErrors"][0]["message"]
    assert ask.answer(None, query, id=gid(town.home))["data"]["committee"]["leader"] == {"name": "王区长"}

    grant = Sponsorship.get_by_id(int(first["sponsorship"]["id"].split("_")[1])).grant_id
    refused = ask.change("city", "endRole", "__typename", grantId=f"RoleGrant_{grant}", reason="调整")["userErrors"]
    assert [error["code"] for error in refused] == ["ILLEGAL_TRANSITION"]
    assert "endSponsorship" in refused[0]["message"]

    given = {"sponsorshipId": first["sponsorship"]["id"], "reason": "工作调整"}
    replaced = ask.change(
        "district", "replaceSponsor", "sponsorship { state endsOn endReason } replacement { id state }",
        sponsorId=gid(other), **given,
    )  # fmt: skip
    assert replaced["sponsorship"] == {"state": "ENDED", "endsOn": "2026-01-05", "endReason": "工作调整"}
    found = ask.answer(None, query, id=gid(town.home))["data"]["committee"]
    assert found == {"leader": {"name": "赵区长"}, "sponsorships": {"totalCount": 2}}
    assert len(leading(ask)) == before + 3
    assert ask.refused("district", "endSponsorship", **given) == [("ILLEGAL_TRANSITION", ["sponsorshipId"])]
    new = {**given, "sponsorshipId": replaced["replacement"]["id"]}
    assert ask.refused("staff", "endSponsorship", **new) == [("NOT_PERMITTED", None)]
    [error] = ask.change("staff", "endSponsorship", "__typename", **new)["userErrors"]
    assert "the district or the city for a leader in contact" in error["message"]
    assert ask.change("city", "endSponsorship", "sponsorship { state }", **new)["sponsorship"] == {"state": "ENDED"}
    assert ask.answer(None, query, id=gid(town.home))["data"]["committee"]["leader"] is None
    assert len(leading(ask)) == before + 2
    assert not [one for one in verify_journals().findings if one.subject_type == "Sponsorship"]


def test_who_answers_for_a_committee_does_so_until_it_is_dissolved(ask: Asking) -> None:
    town, held = ask.town, len(leading(ask))
    committee = make.make_committee(make.make_division(parent=town.street))
    leader, supervisor = person(ask, "neighbour", name="王区长"), person(ask, name="李片长")
    assign(ask, "district", leader, committee, kind="LEADER_CONTACT")
    patch = {"divisionCode": town.street.code, "patchName": "第一片区", "supervisorId": gid(supervisor)}
    ask.change("subdistrict", "assignPatch", "__typename", **patch, rows=[{"committeeId": gid(committee)}])

    done = ask.change("district", "dissolveCommittee", "committee { state }", committeeId=gid(committee), reason="合并")
    rows = list(Sponsorship.select().where(Sponsorship.committee == committee))
    tick(AT + 60 * DAY)
    again = make.make_committee(committee.division)
    codes_again = codes(assign(ask, "district", leader, again, kind="LEADER_CONTACT"))

    assert done["userErrors"] == []
    assert [(row.kind, row.state, str(row.ends_on), row.end_reason) for row in rows] == [
        ("LEADER_CONTACT", "ENDED", "2026-01-05", "社工委撤销"), ("PATCH", "ENDED", "2026-01-05", "社工委撤销"),
    ]  # fmt: skip
    assert not models.Notice.select().where(models.Notice.kind == "VISIT_DUE").exists()
    assert (codes_again, len(leading(ask))) == ([[]], held + 1)
    assert not [one for one in verify_journals().findings if one.subject_type == "Sponsorship"]


def test_a_patch_is_supervised_in_its_subdistrict(ask: Asking) -> None:
    town, chief = ask.town, person(ask, name="陈主任")
    given = {
        "divisionCode": town.street.code, "patchName": "第一片区", "supervisorId": gid(chief),
        "errorPolicy": "SKIP_FAILED",
        "rows": [{"committeeId": gid(one)} for one in (town.home, town.next_door, town.across, town.home)],
    }  # fmt: skip
    results = ask.change("subdistrict", "assignPatch", RESULTS, **given)["results"]
    outside, twice = ("NOT_FOUND", ["rows", "2", "committeeId"]), ("ALREADY_EXISTS", ["rows", "3", "committeeId"])
    assert codes(results) == [[], [], [outside], [twice]]
    assert results[0]["sponsorship"]["patchName"] == "第一片区"
    assert ask.refused("other_subdistrict", "assignPatch", **given) == [("NOT_PERMITTED", ["divisionCode"])]
    query = "query ($id: ID) { committee(id: $id) { patch { patchName sponsor { ... on Person { name } } } } }"
    found = ask.answer(None, query, id=gid(town.home))["data"]["committee"]["patch"]
    assert found == {"patchName": "第一片区", "sponsor": {"name": "陈主任"}}


def test_units_and_cadres_answer_for_sites_and_target_units(ask: Asking) -> None:
    town, home = ask.town, ask.town.home.division
    assert town.unit is not None
    site, elsewhere = make.make_site(home), make.make_site(town.next_door.division)
    target, plain = make.make_organization(home, is_target_unit=True), make.make_organization(home)
    lead, cadre = person(ask, name="牵头人"), person(ask)
    models.Organization.update(is_target_unit=True).where(models.Organization.id == town.unit.id).execute()

    assert codes(assign(ask, "staff", town.unit, site)) == [[("NOT_ELIGIBLE", ["rows", "0", "targetId"])]]
    make_registration(town.unit, state=RegistrationState.SUBMITTED)
    agreement = make_agreement(town.unit, division=town.street)
    assert codes(assign(ask, "staff", town.unit, site)) == [[("NOT_ELIGIBLE", ["rows", "0", "targetId"])]]
    agreement.change(state=AgreementState.SIGNED, signed_by_community_at=AT, signed_by_unit_at=AT)

    results = assign(
        ask, "staff", town.unit, site, target, elsewhere, plain, town.unit, town.home, site,
        errorPolicy="SKIP_FAILED", leadPersonId=gid(lead), startsOn="2025-09-01",
    )  # fmt: skip
    assert [[code for code, _ in row] for row in codes(results)] == [
        [], [], ["NOT_PERMITTED"], ["INVALID_INPUT"], ["NOT_ELIGIBLE"], ["INVALID_INPUT"], ["ALREADY_EXISTS"]
    ]  # fmt: skip
    made = results[0]["sponsorship"]
    assert (made["visitBy"], made["isVisitDue"], made["leadPerson"]) == ("2025-12-02", True, {"name": "牵头人"})
    assert codes(assign(ask, "staff", cadre, site)) == [[]]
    make_registration(plain)
    assert codes(assign(ask, "staff", plain, site)) == [[]]
    for more, refusal in (
        ({"startsOn": "2026-01-06"}, ("INVALID_INPUT", ["startsOn"])),
        ({"leadPersonId": gid(lead), "sponsorId": gid(cadre)}, ("INVALID_INPUT", ["leadPersonId"])),
        ({"sponsorId": "Organization_999"}, ("NOT_FOUND", ["sponsorId"])),
        ({"rows": []}, ("INVALID_INPUT", ["rows"])),
    ):
        given = {"kind": "TARGET", "sponsorId": gid(plain), "rows": [{"targetId": gid(site)}], **more}
        assert ask.refused("staff", "assignSponsor", **given) == [refusal], more

    open_work = ask.refused("staff", "closeOrganization", organizationId=gid(town.unit), reason="迁出")
    assert open_work == [("NOT_ALL_SETTLED", ["organizationId"])]
    given = {"sponsorshipId": made["id"], "reason": "单位搬迁", "expectedVersion": 1}
    assert ask.refused("resident", "endSponsorship", **given) == [("NOT_PERMITTED", None)]
    assert ask.change("contact", "endSponsorship", "sponsorship { state }", **given)["sponsorship"] == {
        "state": "ENDED"
    }
    assert ask.refused("contact", "endSponsorship", **given) == [("STALE_OBJECT", ["expectedVersion"])]
    query = "query ($id: ID) { site(id: $id) { sponsorships(filter: {state: {eq: ACTIVE}}) { totalCount } } }"
    assert ask.answer(None, query, id=gid(site))["data"]["site"]["sponsorships"] == {"totalCount": 2}
    due = ask.answer(None, "{ sponsorships(filter: {isVisitDue: {eq: true}}) { nodes { target { __typename } } } }")
    assert due["data"]["sponsorships"]["nodes"] == [{"target": {"__typename": "Organization"}}]


def test_a_cadre_helps_with_a_sponsorship_of_the_own_unit(ask: Asking) -> None:
    home, unit, other = ask.town.home.division, ask.town.unit, make.make_organization(ask.town.home.division)
    cadre = make_registration(make.make_person(home, work_unit=unit), work_unit=unit)
    site, next_site = make.make_site(home), make.make_site(home)
    own, second = (make_sponsorship(target=one, sponsor_organization=unit) for one in (site, next_site))
    foreign = make_sponsorship(target=next_site, sponsor_organization=other)
    ended = make_sponsorship(
        target=site, sponsor_organization=unit, state="ENDED", ends_on=AT.date(), end_reason="已结束"
    )
    shown = """registration { version sponsorship { id } journal { nodes { action facts } } }
        sponsorship { helpers { nodes { id } } } event { action }"""

    def settle(who: str, sponsorship: Any = None, registration: Any = cadre) -> Any:
        named = {} if sponsorship is None else {"sponsorshipId": gid(sponsorship)}
        given = {"registrationId": gid(registration), **named}
        done = ask.change(who, "setRegistrationSponsorship", shown, **given)
        return [(one["code"], one["field"]) for one in done["userErrors"]] or done

    first = settle("staff", own)
    moved = settle("contact", second)
    refused = [
        settle("stranger", own), settle("staff", foreign), settle("staff", ended),
        settle("staff", own, make_registration(unit)), settle("staff", own, make_registration(make.make_person(home))),
    ]  # fmt: skip
    none = settle("staff")

    assert first["registration"]["sponsorship"] == {"id": gid(own)}
    assert first["sponsorship"]["helpers"]["nodes"] == [{"id": gid(cadre)}]
    assert moved["registration"]["sponsorship"] == {"id": gid(second)}
    assert refused == [
        [("NOT_PERMITTED", None)],
        [("NOT_ELIGIBLE", ["sponsorshipId"])],
        [("ILLEGAL_TRANSITION", ["sponsorshipId"])],
        [("INVALID_INPUT", ["registrationId"])],
        [("NOT_ELIGIBLE", ["sponsorshipId"])],
    ]
    assert none["registration"]["sponsorship"] is None
    facts = [entry["facts"] for entry in none["registration"]["journal"]["nodes"]]
    assert [json.loads(one) for one in facts] == [{"sponsorship": gid(own)}, {"sponsorship": gid(second)}, {}]


def test_what_names_a_closed_unit_or_a_retired_site_ends_with_it(ask: Asking) -> None:
    home, unit, other = ask.town.home.division, ask.town.unit, make.make_organization(ask.town.home.division)
    site = make.make_site(home)
    rows: list[Any] = [
        make_sponsorship(target=unit), make_sponsorship(target=site, sponsor_organization=other),
        make_registration(unit), make_agreement(unit), make_agreement(unit, state=AgreementState.DRAFT),
    ]  # fmt: skip
    team = make.make_team(home, kind="RED_PROPERTY", state="ACTIVE")
    make.make_team_membership(team, organization=unit)

    ask.change("staff", "closeOrganization", "__typename", organizationId=gid(unit), reason="迁出本社区")
    ask.change("subdistrict", "retireSite", "__typename", siteId=gid(site))

    states = [type(row).get_by_id(row.id).state.value for row in rows]
    assert states == ["ENDED"] * 5
    entries = models.JournalEntry.select().where(models.JournalEntry.from_state.is_null(False))
    assert {entry.subject_type for entry in entries} == {
        "Organization", "Site", "Sponsorship", "Registration", "PartnershipAgreement", "VolunteerTeam",
    }  # fmt: skip
    [membership] = models.TeamMembership.select()
    assert (membership.until, models.VolunteerTeam.get_by_id(team.id).state.value) == (AT.date(), "INCOMPLETE")
