"""Own tokens, what a token's scopes and part of the city let it do, and roles that officers give."""

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from db.access.actor import FULL, Mandate
from db.access.models.access import TokenScope
from db.access.models.account import Role
from db.access.tokens import find_token, mandate_of
from db.city import models
from db.kernel.codes import CodeRange
from db.kernel.database import is_postgres
from db.kernel.fields import utc_text
from schema.graph import CATALOG
from schema.request.context import Context, Viewer
from schema.request.execute import Request, Response
from tests import factories as make
from tests.asking import Asking, executor
from tests.factories import AT

TOKEN = "text token { name prefix scopes divisionCode createdAt expiresAt lastUsedAt revokedAt }"
MINE = "{ viewer { tokens { nodes { name revokedAt } } } }"


def asked(ask: Asking, who: str, mandate: Mandate, text: str, **variables: Any) -> Response:
    """Answer a document with a token that gives less than all."""
    account: Any = ask.town.accounts[who]
    context = Context(Viewer(account.id, account.name, mandate), utc_text(AT))
    return executor(is_postgres()).execute(Request(text, variables), context)


def entries() -> list[tuple[str, str | None, str]]:
    found: Any = models.AuditEntry.select().order_by(models.AuditEntry.id)
    return [(entry.action.value, entry.subject_type, entry.reason) for entry in found]


# --- Tokens -----------------------------------------------------------------------------------------------------------


def test_a_token_is_made_for_oneself_and_told_once(ask: Asking) -> None:
    given = {"name": "夜间导出", "scopes": ["READ", "CLAIMS"], "divisionCode": ask.town.home.division_code}
    given |= {"expiresAt": "2026-02-01T00:00:00Z", "idempotencyKey": "k1"}

    first = ask.change("resident", "issueToken", TOKEN, **given)
    again = ask.change("resident", "issueToken", "text isReplayed token { name }", **given)

    text = first.pop("text")
    assert first == {
        "token": {
            "name": "夜间导出", "prefix": text[:10], "scopes": ["CLAIMS", "READ"],
            "divisionCode": given["divisionCode"], "createdAt": "2026-01-05T08:00:00Z",
            "expiresAt": "2026-02-01T00:00:00Z", "lastUsedAt": None, "revokedAt": None,
        },
        "userErrors": [],
    }  # fmt: skip
    assert again == {"text": None, "isReplayed": True, "token": {"name": "夜间导出"}, "userErrors": []}
    found = find_token(text, AT)
    assert found is not None
    assert found.account_id == ask.town.accounts["resident"].id
    end = datetime.fromisoformat("2026-02-01T00:00:00Z")
    code = ask.town.home.division_code
    assert mandate_of(found) == Mandate(frozenset({TokenScope.READ, TokenScope.CLAIMS}), CodeRange(code, code), end)
    assert entries() == [("TOKEN_ISSUED", "ApiToken", f"{text[:10]}… claims read")]


def test_a_dry_run_makes_no_token_and_tells_none(ask: Asking) -> None:
    done = ask.change("resident", "issueToken", "text token { name }", name="试", scopes=["READ"], dryRun=True)

    assert done == {"text": None, "token": {"name": "试"}, "userErrors": []}
    assert (models.ApiToken.select().count(), entries()) == (0, [])


def test_one_sees_and_revokes_only_ones_own_tokens(ask: Asking) -> None:
    ask.change("resident", "issueToken", "text", name="一", scopes=["READ"])
    token = f"ApiToken_{models.ApiToken.get().id}"

    assert ask.refused("staff", "revokeToken", tokenId=token) == [("NOT_FOUND", ["tokenId"])]
    assert ask.answer("staff", MINE)["data"]["viewer"]["tokens"]["nodes"] == []
    node = "query ($id: ID!) { node(id: $id) { id } }"
    assert [ask.answer(who, node, id=token)["data"]["node"] for who in ("resident", "staff", None)] == [
        {"id": token}, None, None,
    ]  # fmt: skip

    for later in (1, 2):
        at = AT + timedelta(minutes=later)
        assert ask.change("resident", "revokeToken", "token { revokedAt }", at, tokenId=token)["token"] == {
            "revokedAt": "2026-01-05T08:01:00Z"
        }
    assert [action for action, _, _ in entries()] == ["TOKEN_ISSUED", "TOKEN_REVOKED"]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"scopes": []}, ("INVALID_INPUT", ["scopes"])),
        ({"name": " "}, ("INVALID_INPUT", ["name"])),
        ({"name": "长" * 101}, ("INVALID_INPUT", ["name"])),
        ({"divisionCode": "999999999999"}, ("NOT_FOUND", ["divisionCode"])),
        ({"expiresAt": "2026-01-05T08:00:00Z"}, ("INVALID_INPUT", ["expiresAt"])),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(ask: Asking, given: dict[str, Any], refusal: Any) -> None:
    assert ask.refused("resident", "issueToken", **{"name": "一", "scopes": ["READ"], **given}) == [refusal]


def test_an_account_has_fifty_good_tokens_at_most(ask: Asking) -> None:
    for number in range(50):
        make.make_api_token(account=ask.town.accounts["resident"], revoked_at=None if number else AT)
    given = {"name": "一", "scopes": ["READ"]}

    assert ask.refused("resident", "issueToken", **given) == []
    assert ask.refused("resident", "issueToken", **given) == [("LIMIT_REACHED", None)]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"scopes": ["WRITE"]}, "scopes"),
        ({"scopes": ["READ"]}, "scopes"),
        ({"divisionCode": None}, "divisionCode"),
        ({"divisionCode": "city"}, "divisionCode"),
        ({"expiresAt": None}, "expiresAt"),
        ({"expiresAt": "2026-01-07T00:00:00Z"}, "expiresAt"),
        ({}, None),
    ],
)
def test_a_token_makes_none_that_gives_more(ask: Asking, given: dict[str, Any], field: str | None) -> None:
    town = ask.town
    scopes = frozenset({TokenScope.ACCESS, TokenScope.NOTES})
    bound = Mandate(scopes, town.street.part, datetime.fromisoformat("2026-01-06T00:00:00Z"))
    inputs = {"name": "一", "scopes": ["NOTES"], "divisionCode": town.home.division_code}
    inputs |= {"expiresAt": "2026-01-05T20:00:00Z", **given}
    if inputs["divisionCode"] == "city":
        inputs["divisionCode"] = town.city.code
    text = "mutation ($input: IssueTokenInput!) { issueToken(input: $input) { userErrors { code field } } }"

    body = orjson.loads(asked(ask, "resident", bound, text, input=inputs).body)

    errors = [{"code": "NOT_PERMITTED", "field": [field]}] if field else []
    assert body["data"]["issueToken"]["userErrors"] == errors


# --- What a token lets do ---------------------------------------------------------------------------------------------


def test_every_mutation_has_a_scope_and_a_bulk_form_that_of_its_single_form() -> None:
    # Service points have no scope of their own yet: they need a token that may write everything.
    named = {CATALOG.scopes[name] for name in CATALOG.mutations if not name.endswith("ServicePoint")}
    assert named == set(TokenScope) - {TokenScope.READ, TokenScope.WRITE}
    assert [CATALOG.scopes[name] for name in ("submitIssues", "assignIssues")] == [
        TokenScope.INTAKE,
        TokenScope.HANDLING,
    ]


def test_a_token_without_the_scope_is_forbidden_and_the_scope_is_named(ask: Asking) -> None:
    issue = f"Issue_{ask.town.accept()}"
    text = 'mutation ($id: ID!) { urgeIssue(input: {issueId: $id, text: "请尽快"}) { userErrors { code } } }'
    scopes = [{TokenScope.READ, TokenScope.INTAKE}, {TokenScope.NOTES}, {TokenScope.WRITE}]

    bodies = [orjson.loads(asked(ask, "resident", Mandate(frozenset(has)), text, id=issue).body) for has in scopes]

    assert bodies[0]["errors"][0]["extensions"] == {"code": "FORBIDDEN", "scope": "NOTES"}
    assert "data" not in bodies[0]
    assert [body["data"]["urgeIssue"]["userErrors"] for body in bodies[1:]] == [[], [{"code": "LIMIT_REACHED"}]]
    assert [entry[0] for entry in entries()] == ["REFUSED"]


def test_nothing_of_an_operation_is_done_when_one_mutation_lacks_its_scope(ask: Asking) -> None:
    issue = f"Issue_{ask.town.accept()}"
    text = """mutation ($id: ID!) {
        urgeIssue(input: {issueId: $id, text: "请尽快"}) { userErrors { code } }
        rateIssue(input: {issueId: $id, rating: 5}) { userErrors { code } }
        issueToken(input: {name: "一", scopes: [READ]}) { userErrors { code } } }"""
    before = models.LedgerEntry.select().count()

    body = orjson.loads(asked(ask, "resident", Mandate(frozenset({TokenScope.NOTES})), text, id=issue).body)

    assert body["errors"][0]["extensions"]["scope"] == "ACCESS"
    assert models.LedgerEntry.select().count() == before


def test_a_token_that_may_only_write_does_not_read(ask: Asking) -> None:
    answer = asked(ask, "resident", Mandate(frozenset({TokenScope.WRITE})), "{ viewer { name } }")

    assert orjson.loads(answer.body)["errors"][0]["extensions"] == {"code": "FORBIDDEN", "scope": "READ"}


def test_a_bound_token_acts_only_in_its_part_of_the_city(ask: Asking) -> None:
    town = ask.town
    ids = [f"Issue_{town.submit()}" for _ in range(2)]
    elsewhere = Mandate(FULL.scopes, CodeRange(town.far.division_code, town.far.division_code))
    here = Mandate(FULL.scopes, town.street.part)
    accept = """mutation ($id: ID!) { acceptIssue(input: {issueId: $id, duty: DISPUTE_RESOLUTION, urgency: NORMAL}) {
        userErrors { code } } }"""
    withdraw = """mutation ($id: ID!) { withdrawIssue(input: {issueId: $id, reason: "已解决"}) {
        userErrors { code } } }"""

    def codes(who: str, mandate: Mandate, text: str, issue: str) -> list[str]:
        (payload,) = orjson.loads(asked(ask, who, mandate, text, id=issue).body)["data"].values()
        return [error["code"] for error in payload["userErrors"]]

    assert codes("staff", elsewhere, accept, ids[0]) == ["NOT_FOUND"]
    assert codes("resident", elsewhere, withdraw, ids[1]) == ["NOT_FOUND"]
    assert codes("staff", here, accept, ids[0]) == []
    assert codes("resident", here, withdraw, ids[1]) == []


# --- Roles ------------------------------------------------------------------------------------------------------------


def given_role(ask: Asking, role: str, place: Any, who: str = "neighbour", **more: Any) -> dict[str, Any]:
    account = f"Account_{ask.town.accounts[who].id}"
    return {"accountId": account, "role": role, "divisionCode": place, "reason": "任命", **more}


def test_an_officer_gives_a_role_and_ends_it(ask: Asking) -> None:
    home = ask.town.home.division_code
    shown = "grant { id role divisionCode startsAt endsAt }"

    made = ask.change("subdistrict", "grantRole", shown, **given_role(ask, "STAFF", home))["grant"]
    grant = models.RoleGrant.get_by_id(int(made["id"].split("_")[1]))
    held = ask.answer("neighbour", "{ viewer { grants { nodes { role } } } }")["data"]["viewer"]["grants"]["nodes"]
    later = AT + timedelta(days=1)
    ended = ask.change("subdistrict", "endRole", shown, later, grantId=made["id"], reason="调离")["grant"]

    assert made == {
        "id": made["id"], "role": "STAFF", "divisionCode": home, "startsAt": "2026-01-05T08:00:00Z", "endsAt": None,
    }  # fmt: skip
    assert (grant.last_code, grant.granted_by) == (home, ask.town.accounts["subdistrict"])
    assert {"role": "STAFF"} in held
    assert ended == made | {"endsAt": "2026-01-06T08:00:00Z"}
    account = f"Account_{ask.town.accounts['neighbour'].id}"
    assert entries() == [
        ("GRANTED", "RoleGrant", f"STAFF {account}: 任命"), ("REVOKED", "RoleGrant", f"STAFF {account}: 调离"),
    ]  # fmt: skip


@pytest.mark.parametrize("start", ["2026-01-05T08:00:00Z", "2026-03-01T00:00:00Z"])
def test_a_role_that_has_not_begun_never_does_once_it_is_ended(ask: Asking, start: str) -> None:
    inputs = given_role(ask, "STAFF", ask.town.home.division_code, startsAt=start)
    made = ask.change("district", "grantRole", "grant { id }", **inputs)["grant"]["id"]

    assert ask.refused("district", "endRole", grantId=made, reason="误") == []

    for at in (AT, AT + timedelta(days=60)):
        held = ask.answer("neighbour", "{ viewer { grants { nodes { role } } } }", at)["data"]["viewer"]["grants"]
        assert held["nodes"] == [{"role": "RESIDENT"}]


LEVELS = ("STAFF", "SUBDISTRICT_OFFICER", "DISTRICT_OFFICER", "CITY_OFFICER", "AUDITOR", "LEADER")
PLACES = ("home", "street", "district", "city", "home", "home")


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("resident", ()),
        ("staff", ()),
        ("director", ()),
        ("subdistrict", ("STAFF",)),
        ("other_subdistrict", ()),
        ("district", ("STAFF", "SUBDISTRICT_OFFICER")),
        ("city", LEVELS),
    ],
)
def test_each_office_gives_the_roles_below_it(ask: Asking, who: str, may: tuple[str, ...]) -> None:
    town = ask.town
    codes = {"home": town.home.division_code} | {
        name: getattr(town, name).code for name in ("street", "district", "city")
    }

    for role, place in zip(LEVELS, PLACES, strict=True):
        refused = ask.refused(who, "grantRole", **given_role(ask, role, codes[place]))
        # The role of a leader comes with a contact alone (I20).
        given = [("NOT_ELIGIBLE", ["role"])] if role == "LEADER" else []
        assert refused == (given if role in may else [("NOT_PERMITTED", ["role"])]), role


def test_some_roles_are_given_for_a_time_alone(ask: Asking) -> None:
    town, home = ask.town, ask.town.home.division_code

    def refused(who: str, role: str, days: int | None) -> Any:
        more = {} if days is None else {"endsAt": (AT + timedelta(days=days)).isoformat()}
        return ask.refused(who, "grantRole", **given_role(ask, role, home, **more))

    for role, most in (("HEALTH_WORKER", 90), ("GATE_KEEPER", 31)):
        assert refused("staff", role, most) == [("NOT_PERMITTED", ["role"])]
        assert [refused("subdistrict", role, days) for days in (None, most + 1)] == [
            [("INVALID_INPUT", ["endsAt"])]
        ] * 2
        assert refused("subdistrict", role, most) == []
    setting = {"divisionCode": town.district.code, "key": "GRANT_GATE_DAYS", "value": 7}
    assert ask.refused("district", "setSetting", **setting) == []
    assert refused("district", "GATE_KEEPER", 8) == [("INVALID_INPUT", ["endsAt"])]
    assert refused("district", "GATE_KEEPER", 7) == []
    held = "{ viewer { grants { nodes { role endsAt } } } }"
    grants = ask.answer("neighbour", held)["data"]["viewer"]["grants"]["nodes"]
    assert {grant["role"] for grant in grants} == {"RESIDENT", "HEALTH_WORKER", "GATE_KEEPER"}
    grants = ask.answer("neighbour", held, AT + timedelta(days=91))["data"]["viewer"]["grants"]["nodes"]
    assert {grant["role"] for grant in grants} == {"RESIDENT"}


@pytest.mark.parametrize("role", ["SYSTEM", "ANONYMOUS"])
def test_some_roles_are_given_by_nobody(ask: Asking, role: str) -> None:
    refused = ask.refused("city", "grantRole", **given_role(ask, role, ask.town.home.division_code))

    assert refused == [("NOT_PERMITTED", ["role"])]


def test_nobody_gives_a_role_to_themselves_or_ends_one_above(ask: Asking) -> None:
    mine = given_role(ask, "AUDITOR", ask.town.city.code, "city")
    above = models.RoleGrant.get(models.RoleGrant.role == Role.CITY_OFFICER)

    assert ask.refused("city", "grantRole", **mine) == [("NOT_PERMITTED", ["accountId"])]
    ended = ask.refused("district", "endRole", grantId=f"RoleGrant_{above.id}", reason="试")
    assert ended == [("NOT_PERMITTED", ["role"])]


def test_seats_units_and_teams_are_named_and_lie_in_the_division(ask: Asking) -> None:
    town = ask.town
    home, committee = town.home.division_code, f"Committee_{town.home.id}"

    def refused(role: str, **more: Any) -> list[Any]:
        return ask.refused("subdistrict", "grantRole", **given_role(ask, role, home, **more))

    assert refused("MEMBER") == [("INVALID_INPUT", ["committeeId"])]
    assert refused("MEMBER", committeeId=f"Committee_{town.far.id}") == [("NOT_FOUND", ["committeeId"])]
    assert refused("STAFF", committeeId=committee) == [("INVALID_INPUT", ["committeeId"])]
    assert refused("UNIT_CONTACT", committeeId=committee) == [("INVALID_INPUT", ["committeeId"])]
    assert refused("TEAM_CAPTAIN", teamId="VolunteerTeam_999999") == [("NOT_FOUND", ["teamId"])]
    # Roles that follow from a fact are not given without it.
    own = make.make_team(town.home.division)
    assert refused("MEMBER", committeeId=committee) == [("NOT_ELIGIBLE", ["role"])]
    assert refused("TEAM_CAPTAIN", teamId=f"VolunteerTeam_{own.id}") == [("NOT_ELIGIBLE", ["role"])]
    make.make_member(town.home, account=town.accounts["neighbour"])
    assert refused("DIRECTOR", committeeId=committee) == [("NOT_ELIGIBLE", ["role"])]
    assert refused("MEMBER", committeeId=committee) == []


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"accountId": "Account_999999"}, ("NOT_FOUND", ["accountId"])),
        ({"accountId": None}, ("INVALID_INPUT", ["accountId"])),
        ({"accountId": None, "subject": "nobody"}, ("NOT_FOUND", ["subject"])),
        ({"divisionCode": "999999999999"}, ("NOT_FOUND", ["divisionCode"])),
        ({"endsAt": "2026-01-05T08:00:00Z"}, ("INVALID_INPUT", ["endsAt"])),
        ({"reason": " "}, ("INVALID_INPUT", ["reason"])),
        ({"role": "SUBDISTRICT_OFFICER"}, ("INVALID_INPUT", ["divisionCode"])),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(ask: Asking, given: dict[str, Any], refusal: Any) -> None:
    inputs = given_role(ask, "STAFF", ask.town.home.division_code) | given
    before = models.RoleGrant.select().count()

    assert ask.refused("city", "grantRole", **inputs) == [refusal]
    assert models.RoleGrant.select().count() == before


def test_an_account_is_named_by_its_subject_too(ask: Asking) -> None:
    make.make_account(subject="oidc:42")
    inputs = given_role(ask, "STAFF", ask.town.home.division_code) | {"accountId": None, "subject": "oidc:42"}

    assert ask.refused("subdistrict", "grantRole", **inputs) == []
