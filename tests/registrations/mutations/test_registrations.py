"""The life of a registration: who submits, reviews, renews, transfers and ends it, and what stands in the way."""

from typing import Any

from peewee import DatabaseProxy

from db.access.models.access import RoleGrant
from db.access.models.account import Role
from db.city import models
from db.city.journal_check import verify_journals
from db.kernel.fields import utc_text
from db.registrations.models.registration import Registration, RegistrationState
from tests.asking import Asking
from tests.factories import AT, make_account, make_organization, make_person, make_role_grant
from tests.registrations.factories import make_registration
from tests.threads import at_once
from tests.town import build

SHOWN = """registration { id state version confirmedOn renewBy endedOn endReason divisionCode
    journal { nodes { action toState actorRole note facts } } } event { action seq }"""


def given(ask: Asking, party: Any, **more: Any) -> dict[str, Any]:
    """Return the input that registers a party with the home community."""
    kind = "PARTY_ORG" if isinstance(party, models.Organization) else "PARTY_MEMBER"
    return {
        "divisionCode": ask.town.home.division_code, "kind": kind, "partyId": f"{type(party).__name__}_{party.id}",
        "duties": ["JOINT_PREVENTION", "PUBLICITY_EDUCATION"], "yearlyHours": "24.50", **more,
    }  # fmt: skip


def test_a_unit_registers_and_its_contact_speaks_for_it(ask: Asking) -> None:
    home, account = ask.town.home.division, make_account(name="示范联络人")
    unit, contact = make_organization(home), make_person(home, account=account)
    wanted = given(ask, unit, contactPersonId=f"Person_{contact.id}", skills="法律", partyOrganizationName="示范党支部")

    def speaks() -> int:
        now = utc_text(AT)
        held = (RoleGrant.account == account.id) & (RoleGrant.organization == unit.id)
        return RoleGrant.select().where(held, RoleGrant.ends_at.is_null() | (RoleGrant.ends_at > now)).count()

    refused = [
        ask.refused("resident", "submitRegistration", **wanted),
        ask.refused("staff", "submitRegistration", **wanted),
        ask.refused("staff", "submitRegistration", **wanted | {"hasConsent": True, "kind": "PARTY_MEMBER"}),
        ask.refused("staff", "submitRegistration", **wanted | {"hasConsent": True, "workUnitId": wanted["partyId"]}),
        ask.refused("staff", "submitRegistration", **wanted | {"hasConsent": True, "partyId": "Organization_9999"}),
        ask.refused("staff", "submitRegistration", **wanted | {"hasConsent": True, "duties": []}),
    ]
    first = ask.change("staff", "submitRegistration", SHOWN, **wanted, hasConsent=True)
    key, before = first["registration"]["id"], speaks()
    refused += [
        ask.refused("staff", "submitRegistration", **wanted | {"hasConsent": True}),
        ask.refused("staff", "reviewRegistration", registrationId=key, decision="DECLINED"),
        ask.refused("resident", "reviewRegistration", registrationId=key, decision="APPROVED"),
        ask.refused("staff", "renewRegistration", registrationId=key),
    ]
    ask.town.accounts["own"] = make_role_grant(Role.STAFF, home, account=account).account
    refused.append(ask.refused("own", "reviewRegistration", registrationId=key, decision="APPROVED"))
    confirmed = ask.change("staff", "reviewRegistration", SHOWN, registrationId=key, decision="APPROVED")
    while_active = speaks()
    grant = RoleGrant.get(RoleGrant.organization == unit.id)
    refused.append(ask.refused("subdistrict", "endRole", grantId=f"RoleGrant_{grant.id}", reason="调整"))
    ended = ask.change("staff", "endRegistration", SHOWN, registrationId=key, reason="OTHER", note="并入他处")

    assert refused == [
        [("NOT_PERMITTED", None)],
        [("CONSENT_REQUIRED", ["hasConsent"])],
        [("INVALID_INPUT", ["partyId"])],
        [("INVALID_INPUT", ["workUnitId"])],
        [("NOT_FOUND", ["partyId"])],
        [("INVALID_INPUT", ["duties"])],
        [("ALREADY_EXISTS", ["partyId"])],
        [("INVALID_INPUT", ["reason"])],
        [("NOT_PERMITTED", None)],
        [("ILLEGAL_TRANSITION", ["registrationId"])],
        [("NOT_PERMITTED", ["registrationId"])],
        [("ILLEGAL_TRANSITION", ["grantId"])],
    ]
    assert (before, while_active, speaks()) == (0, 1, 0)
    shown = confirmed["registration"]
    assert [shown["confirmedOn"], shown["renewBy"]] == ["2026-01-05", "2027-01-05"]
    assert ended["registration"]["journal"]["nodes"] == [
        {"action": "CREATE", "toState": "SUBMITTED", "actorRole": "STAFF", "note": None, "facts": "{}"},
        {"action": "APPROVE", "toState": "ACTIVE", "actorRole": "STAFF", "note": None, "facts": "{}"},
        {
            "action": "END", "toState": "ENDED", "actorRole": "STAFF", "note": "并入他处",
            "facts": '{"reason": "OTHER"}',
        },
    ]  # fmt: skip
    assert ended["event"] == {"action": "END", "seq": 3}
    found = verify_journals(ask.town.home.division_code).findings
    assert key not in {f"{finding.subject_type}_{finding.subject_id}" for finding in found}


def test_a_person_registers_and_moves_to_another_community(ask: Asking) -> None:
    home = ask.town.home.division
    unit = make_organization(home)
    person = make_person(home, account=ask.town.accounts["resident"], work_unit=unit)
    contact = make_role_grant(Role.UNIT_CONTACT, home, organization=unit)
    ask.town.accounts["contact"] = contact.account
    wanted = given(ask, person)
    submitted = ask.change("resident", "submitRegistration", SHOWN, **wanted)
    key = submitted["registration"]["id"]
    ask.change("staff", "reviewRegistration", SHOWN, registrationId=key, decision="APPROVED")
    there = {"registrationId": key, "divisionCode": ask.town.far.division_code}
    refused = [
        ask.refused("contact", "submitRegistration", **wanted | {"kind": "PUBLIC_OFFICIAL"}),
        ask.refused(
            "resident",
            "submitRegistration",
            **wanted
            | {
                "contactPersonId": f"Person_{person.id}",
                "kind": "PUBLIC_OFFICIAL",
            },
        ),
        ask.refused("staff", "transferRegistration", **there),
        ask.refused("resident", "transferRegistration", **there | {"divisionCode": home.code}),
        ask.refused("resident", "transferRegistration", **there | {"divisionCode": "0" * 12}),
        ask.refused("staff", "erasePerson", personId=f"Person_{person.id}"),
    ]

    query = f"{SHOWN} successor {{ id state kind divisionCode duties yearlyHours workUnit {{ id }} version }}"
    moved = ask.change("contact", "transferRegistration", query, **there)
    stale = ask.refused("resident", "endRegistration", registrationId=key, reason="RETIRED", expectedVersion=2)
    ask.change("resident", "endRegistration", SHOWN, registrationId=moved["successor"]["id"], reason="RETIRED")
    again = ask.change("staff", "submitRegistration", SHOWN, **wanted, hasConsent=True)
    ask.change("staff", "endRegistration", SHOWN, registrationId=again["registration"]["id"], reason="OTHER")
    Registration.update(skills="擅长调解").where(Registration.person == person.id).execute()
    shown = "person { registrations { nodes { skills } } }"
    erased = ask.change("staff", "erasePerson", shown, personId=f"Person_{person.id}")

    assert refused == [
        [("CONSENT_REQUIRED", ["hasConsent"])],
        [("INVALID_INPUT", ["contactPersonId"])],
        [("NOT_PERMITTED", None)],
        [("INVALID_INPUT", ["divisionCode"])],
        [("NOT_FOUND", ["divisionCode"])],
        [("NOT_ALL_SETTLED", ["personId"])],
    ]
    assert [moved["registration"]["state"], moved["registration"]["endReason"]] == ["ENDED", "MOVED"]
    successor = moved["successor"] | {"id": ""}
    assert successor == {
        "id": "", "state": "SUBMITTED", "kind": "PARTY_MEMBER", "divisionCode": ask.town.far.division_code,
        "duties": ["PUBLICITY_EDUCATION", "JOINT_PREVENTION"], "yearlyHours": "24.50",
        "workUnit": {"id": f"Organization_{unit.id}"}, "version": 1,
    }  # fmt: skip
    assert stale == [("STALE_OBJECT", ["expectedVersion"])]
    assert {row["skills"] for row in erased["person"]["registrations"]["nodes"]} == {None}


def test_a_lapsed_registration_is_renewed_unless_the_party_registered_anew(ask: Asking) -> None:
    unit = make_organization(ask.town.home.division)
    lapsed = make_registration(unit, state=RegistrationState.LAPSED)
    key = f"Registration_{lapsed.id}"
    anew = make_registration(unit)

    refused = ask.refused("staff", "renewRegistration", registrationId=key)
    ask.change("staff", "endRegistration", "__typename", registrationId=f"Registration_{anew.id}", reason="OTHER")
    renewed = ask.change("staff", "renewRegistration", SHOWN, registrationId=key)

    assert refused == [("ALREADY_EXISTS", ["registrationId"])]
    assert renewed["registration"] | {"journal": None} == {
        "id": key, "state": "ACTIVE", "version": 2, "confirmedOn": "2026-01-05", "renewBy": "2027-01-05",
        "endedOn": None, "endReason": None, "divisionCode": ask.town.home.division_code, "journal": None,
    }  # fmt: skip


def test_whoever_races_one_live_registration_of_a_kind_remains(database: DatabaseProxy) -> None:
    ask = Asking(build())
    unit = make_organization(ask.town.home.division)
    wanted = given(ask, unit, hasConsent=True)
    renewed = {"registrationId": f"Registration_{make_registration(unit, state=RegistrationState.LAPSED).id}"}
    works = iter([("submitRegistration", wanted), ("renewRegistration", renewed)] * 2)

    def race() -> list[Any]:
        name, values = next(works)
        return ask.refused("staff", name, **values)

    answers = at_once(4, race)

    live = Registration.select().where(Registration.state.in_(["SUBMITTED", "ACTIVE"]))
    assert live.count() == 1
    # Whoever renewed what is active again renewed it once more.
    assert {code for answer in answers for code, _ in answer} == {"ALREADY_EXISTS"}
