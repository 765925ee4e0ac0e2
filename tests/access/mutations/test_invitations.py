"""Invitations: from somebody who is registered to an account with a token, by a secret or by a first sign-in."""

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

from peewee import DatabaseProxy

from db.access.actor import Mandate
from db.access.models.access import TokenScope
from db.access.models.account import Role
from db.access.sign_in import account_of, stored_subject
from db.access.tokens import find_token, mandate_of
from db.city import models
from db.kernel.database import database as proxy
from db.places.models.division import DivisionLevel
from tests import factories as make
from tests.access.mutations.test_access import entries
from tests.asking import Asking, answer_to, mutation
from tests.committees.factories import make_member
from tests.factories import AT
from tests.registrations.factories import make_registration
from tests.town import build

NAME = "欧阳示范"
GONE = [("NOT_FOUND", ["secret"])]
DAY = timedelta(days=1)


def guest(ask: Asking, **values: Any) -> str:
    return f"Person_{make.make_person(ask.town.home.division, name=NAME, **values).id}"


def invite(ask: Asking, person: str, who: str = "staff", **more: Any) -> str:
    payload = ask.change(who, "inviteAccount", "secret person { id accountId }", personId=person, **more)
    assert payload == {**payload, "person": {"id": person, "accountId": None}, "userErrors": []}
    return payload["secret"]


def accept(ask: Asking, secret: str, who: str | None = None, at: Any = AT, **more: Any) -> Any:
    return ask.change(who, "acceptInvitation", "text person { id }", at, secret=secret, **{"label": "手机", **more})


def test_whoever_is_invited_opens_their_account_once(ask: Asking) -> None:
    person = guest(ask)
    first = invite(ask, person)
    secret = invite(ask, person, "subdistrict")
    until = "2026-02-01T00:00:00Z"

    dry = accept(ask, secret, dryRun=True)
    opened = accept(ask, secret, scopes=["READ"], expiresAt=until, idempotencyKey="k1")

    assert dry == {"text": None, "person": {"id": person}, "userErrors": []}
    token: Any = find_token(opened["text"], AT)
    assert (token.account.name, token.account.subject, token.name) == (NAME, None, "手机")
    assert mandate_of(token) == Mandate(frozenset({TokenScope.READ}), expires_at=token.expires_at)
    assert f"Person_{models.Person.get(models.Person.account == token.account_id).id}" == person
    mine = answer_to(token.account_id, "{ viewer { id name person { id version } grants { totalCount } } }")
    assert mine["data"]["viewer"] == {
        "id": f"Account_{token.account_id}", "name": NAME, "person": {"id": person, "version": 2},
        "grants": {"totalCount": 0},
    }  # fmt: skip
    assert models.Invitation.select().count() == 0
    assert not any(secret in str(row) for row in models.Performed.select().tuples())
    # Used, ended by the next invitation, and unknown: one answer, whoever asks.
    for gone in (secret, first, "lzi_unknown", "x"):
        for who in (None, "staff"):
            assert [(e["code"], e["field"]) for e in accept(ask, gone, who, idempotencyKey="k1")["userErrors"]] == GONE
    assert ask.refused("staff", "inviteAccount", personId=person) == [("ALREADY_EXISTS", ["personId"])]
    kinds = [(action, subject) for action, subject, _ in entries()]
    assert kinds == [
        ("INVITED", "Person"), ("INVITED", "Person"), ("OPENED", "Person"), ("TOKEN_ISSUED", "ApiToken"),
    ]  # fmt: skip


def test_an_invitation_holds_for_seven_days_and_for_those_who_are_there(ask: Asking) -> None:
    late, erased, registered = (guest(ask) for _ in range(3))
    secrets = {person: invite(ask, person) for person in (late, erased, registered)}
    ask.change("staff", "erasePerson", "__typename", personId=erased)
    models.Person.update(account=make.make_account()).where(models.Person.id == int(registered[7:])).execute()

    assert accept(ask, secrets[late], at=AT + 7 * DAY - timedelta(seconds=1), dryRun=True)["userErrors"] == []
    messages = {
        accept(ask, secret, at=AT + (7 * DAY if person == late else DAY))["userErrors"][0]["message"]
        for person, secret in secrets.items()
    }

    assert messages == {"The invitation is unknown, was used or has expired; ask for a new one."}
    assert ask.refused("staff", "inviteAccount", personId=erased) == [("NOT_FOUND", ["personId"])]


def test_staff_and_the_offices_above_invite(ask: Asking) -> None:
    person = guest(ask)
    for who, refusal in (
        ("resident", ("NOT_PERMITTED", ["personId"])),
        ("next_staff", ("NOT_PERMITTED", ["personId"])),
        ("director", ("NOT_PERMITTED", ["personId"])),
    ):
        assert ask.refused(who, "inviteAccount", personId=person) == [refusal]
    for who in ("staff", "subdistrict", "district", "city"):
        assert ask.refused(who, "inviteAccount", personId=person, dryRun=True) == []
    past = "2026-01-05T08:00:00Z"
    for name, value in (("label", " "), ("label", "长" * 101), ("scopes", []), ("expiresAt", past)):
        given: Any = {name: value}
        errors = accept(ask, invite(ask, person), **given)["userErrors"]
        assert [(error["code"], error["field"]) for error in errors] == [("INVALID_INPUT", [name])]


def test_a_first_sign_in_is_tied_to_whoever_was_invited(ask: Asking) -> None:
    person, other = guest(ask), guest(ask)
    subject = "provider|王示范"
    secret = invite(ask, person, subject=subject)
    make.make_account(subject="known")

    assert ask.refused("staff", "inviteAccount", personId=other, subject=subject) == [("ALREADY_EXISTS", ["subject"])]
    assert ask.refused("staff", "inviteAccount", personId=other, subject="known") == [("ALREADY_EXISTS", ["subject"])]
    account = account_of(subject, "示范登录", AT + DAY)

    assert (account.name, account.subject) == ("示范登录", stored_subject(subject))
    assert [row.id for row in models.Person.select().where(models.Person.account == account)] == [int(person[7:])]
    assert account_of(subject, "示范登录", AT + DAY).id == account.id
    assert [(e["code"], e["field"]) for e in accept(ask, secret)["userErrors"]] == GONE
    # Too late, it is an account as any other, and the subject of an old invitation is free again.
    invite(ask, other, subject="late")
    third = guest(ask)
    at = AT + 8 * DAY
    assert ask.change("staff", "inviteAccount", "secret", at, personId=third, subject="late", dryRun=True) == {
        "secret": None, "userErrors": [],
    }  # fmt: skip
    late = account_of("late", "示范", at)
    assert not models.Person.select().where(models.Person.account == late).exists()


def test_a_secret_gives_no_token_of_an_account_that_is_there(ask: Asking) -> None:
    secret = invite(ask, guest(ask), subject="taken")
    make.make_account(subject="taken")

    assert [(e["code"], e["field"]) for e in accept(ask, secret)["userErrors"]] == GONE


def test_of_many_at_once_one_opens_the_account(database: DatabaseProxy) -> None:
    ask = Asking(build())
    secret = invite(ask, guest(ask), subject="sso-9")
    together = threading.Barrier(4, timeout=20)
    answers: list[str] = []

    def run(number: int) -> None:
        try:
            together.wait()
            if number:
                answers.extend(error["code"] for error in accept(ask, secret)["userErrors"])
            else:
                account_of("sso-9", "示范", AT)
        finally:
            proxy.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    accounts = models.Account.select().where(models.Account.subject == "sso-9")
    assert accounts.count() == 1
    assert models.Person.select().where(models.Person.account.in_(accounts)).count() == 1
    assert Counter(answers)["NOT_FOUND"] in (2, 3)


def test_visitors_do_nothing_else(ask: Asking) -> None:
    accepted = 'acceptInvitation(input: {secret: "x", label: "x"}) { userErrors { code } }'
    for text in (
        f'mutation {{ {accepted} issueToken(input: {{name: "x", scopes: [READ]}}) {{ text }} }}',
        f"mutation {{ ... {{ {accepted} }} }}",
        "mutation { __typename }",
    ):
        answer = answer_to(None, text)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"], text
    assert answer_to(None, f"mutation {{ a: {accepted} b: {accepted} }}")["data"]["b"] == {
        "userErrors": [{"code": "NOT_FOUND"}]
    }


def test_the_first_officer_alone_brings_a_community_to_life(scratch: DatabaseProxy) -> None:
    city = make.make_division(DivisionLevel.CITY)
    district = make.make_division(DivisionLevel.DISTRICT, city)
    street = make.make_division(DivisionLevel.SUBDISTRICT, district)
    home = make.make_division(DivisionLevel.COMMUNITY, street)
    officer = make.make_role_grant(Role.CITY_OFFICER, city).account_id

    def change(who: int | None, name: str, shows: str, /, **given: Any) -> Any:
        payload = answer_to(who, mutation(name, shows), input=given)["data"][name]
        assert payload["userErrors"] == [], payload
        return payload

    def appoint(by: int, role: str, over: str) -> int:
        given = {"divisionCode": home.code, "name": f"示范{role}"}
        person = change(by, "registerPerson", "person { id }", **given)["person"]["id"]
        secret = change(by, "inviteAccount", "secret", personId=person)["secret"]
        text = change(None, "acceptInvitation", "text", secret=secret, label="手机")["text"]
        token: Any = find_token(text, AT)
        [account] = answer_to(by, "query ($id: ID!) { person(id: $id) { accountId } }", id=person)["data"].values()
        change(by, "grantRole", "grant { role }", **account, role=role, divisionCode=over, reason="首任")
        return token.account_id

    local = appoint(appoint(officer, "DISTRICT_OFFICER", district.code), "SUBDISTRICT_OFFICER", street.code)
    staff = appoint(local, "STAFF", home.code)
    change(
        staff, "registerOrganization", "organization { id }", divisionCode=home.code, name="示范超市", kind="ENTERPRISE"
    )


def test_roles_of_what_somebody_holds_follow_when_they_open_their_account(ask: Asking) -> None:
    home, at = ask.town.home, AT + DAY
    captain = make.make_person(home.division, name=NAME)
    deputy = make_member(home, person=captain, position="DEPUTY_DIRECTOR")
    left = make_member(home, person=captain, is_active=False, end_reason="RESIGNED")
    unit = make.make_organization(home.division)
    members = [{"memberId": f"Person_{captain.id}", "role": "CAPTAIN"}]
    given = {"divisionCode": home.division_code, "name": "示范队", "kind": "GENERAL", "members": members}
    team = ask.change("staff", "formTeam", "volunteerTeam { id }", **given)["volunteerTeam"]["id"]
    registered = make_registration(unit, state="ACTIVE", contact_person=captain)
    make_registration(make.make_organization(home.division), state="LAPSED", contact_person=captain)
    secret = invite(ask, f"Person_{captain.id}")
    token: Any = find_token(accept(ask, secret, "staff")["text"], AT)
    ask.town.accounts["opened"] = token.account

    held = models.RoleGrant.select().where(models.RoleGrant.account == ask.town.accounts["opened"])
    assert Counter((str(one.role), one.division_code, one.granted_by_id) for one in held) == Counter(
        (role, home.division_code, None) for role in ("DEPUTY_DIRECTOR", "TEAM_CAPTAIN", "UNIT_CONTACT")
    )
    rows = [models.Member.get_by_id(row.id) for row in (deputy, left)]
    assert [row.account_id for row in rows] == [ask.town.accounts["opened"].id] * 2
    # They act by them from then on, and each role ends with what it follows from.
    assert ask.refused("opened", "changeTeamMembers", at, teamId=team) == []
    seat = {"memberId": f"Member_{deputy.id}", "reason": "RESIGNED", "endsOn": str(at.date())}
    registration = {"registrationId": f"Registration_{registered.id}", "reason": "OTHER"}
    assert ask.refused("opened", "endMember", at, **seat) == []
    assert ask.refused("staff", "disbandTeam", at, teamId=team, reason="示范") == []
    assert ask.refused("staff", "endRegistration", at, **registration) == []
    assert {grant.ends_at for grant in held.clone()} == {at}


def test_roles_follow_at_the_first_sign_in_of_whoever_was_invited(ask: Asking) -> None:
    person = make.make_person(ask.town.home.division, name=NAME)
    member = make_member(ask.town.home, person=person)
    invite(ask, f"Person_{person.id}", subject="zhang.san")

    account = account_of("zhang.san", "张三", AT)

    assert models.Member.get_by_id(member.id).account_id == account.id
    assert [str(one.role) for one in models.RoleGrant.select().where(models.RoleGrant.account == account)] == ["MEMBER"]
