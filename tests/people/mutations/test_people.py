"""People: registered once, known to few, their groups verified, and erased without a trace."""

import threading
from collections import Counter
from typing import Any

from graphql import is_input_object_type
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.city import models
from db.kernel.database import database as proxy
from db.people.models.ties import TIES
from db.teams.models.team import TeamRole
from tests import factories as make
from tests.asking import Asking
from tests.graph.evaluator import printed_schema
from tests.stored import everything
from tests.town import build

NAME, PHONE, PAPER = "欧阳示范", "13812345678", "退役证甲字一号"
SHOWN = "person { id name phone accountId groups groupsVerifiedOn groupsNote isErased version workUnit { id } }"
READ = "query ($id: ID!) { person(id: $id) { name phone accountId groups groupsVerifiedOn groupsNote } }"


def given(ask: Asking, **more: Any) -> dict[str, Any]:
    return {"divisionCode": ask.town.home.division_code, "name": NAME, "phone": PHONE, **more}


def register(ask: Asking, who: str = "staff", **more: Any) -> str:
    payload = ask.change(who, "registerPerson", "person { id }", **given(ask, **more))
    assert payload["userErrors"] == []
    return payload["person"]["id"]


def unit_of(ask: Asking) -> str:
    assert ask.town.unit is not None
    return f"Organization_{ask.town.unit.id}"


def people() -> list[dict[str, Any]]:
    return [{**row.__data__, "id": 0} for row in models.Person.select().order_by(models.Person.id)]


# --- Registering ------------------------------------------------------------------------------------------------------


def test_a_person_is_registered_once(ask: Asking) -> None:
    unit = unit_of(ask)
    payload = ask.change("staff", "registerPerson", SHOWN, **given(ask, groups=["ELDER", "VETERAN", "ELDER"]))
    own = register(ask, "resident", isSelf=True, phone="13800000002")

    person = payload["person"]
    assert person == {
        "id": person["id"], "name": NAME, "phone": "138****5678", "accountId": None, "groups": ["VETERAN", "ELDER"],
        "groupsVerifiedOn": None, "groupsNote": None, "isErased": False, "version": 1, "workUnit": None,
    }  # fmt: skip
    viewer = ask.answer("resident", "{ viewer { person { id phone members { totalCount } } } }")["data"]["viewer"]
    assert viewer["person"] == {"id": own, "phone": "13800000002", "members": {"totalCount": 0}}
    for who, more, refusal in (
        ("staff", {}, ("ALREADY_EXISTS", ["phone"])),
        ("resident", {"isSelf": True, "phone": None}, ("ALREADY_EXISTS", ["isSelf"])),
        ("neighbour", {"isSelf": True}, ("ALREADY_EXISTS", ["phone"])),
        ("neighbour", {"phone": None}, ("NOT_PERMITTED", None)),
        ("next_staff", {"phone": None}, ("NOT_PERMITTED", None)),
        ("contact", {"phone": None}, ("NOT_PERMITTED", None)),
        ("staff", {"divisionCode": ask.town.street.code}, ("NOT_FOUND", ["divisionCode"])),
        ("staff", {"workUnitId": "Organization_99", "phone": None}, ("NOT_FOUND", ["workUnitId"])),
        ("staff", {"name": "王" * 41, "phone": None}, ("INVALID_INPUT", ["name"])),
        ("staff", {"phone": "13"}, ("INVALID_INPUT", ["phone"])),
    ):
        assert ask.refused(who, "registerPerson", **given(ask, **more)) == [refusal], (who, more)
    assert len(people()) == 2
    register(ask, "contact", phone=None, workUnitId=unit)
    # The same number elsewhere is somebody else's.
    register(ask, "next_staff", divisionCode=ask.town.next_door.division_code)


def test_who_has_a_number_is_named_to_staff_alone(ask: Asking) -> None:
    person = register(ask)

    told = [
        ask.change(who, "registerPerson", "__typename", **given(ask, **more))["userErrors"][0]["message"]
        for who, more in (("staff", {}), ("neighbour", {"isSelf": True}))
    ]

    assert [person in text for text in told] == [True, False]
    assert not any(PHONE in text or NAME in text for text in told)


def test_many_are_registered_as_one_by_one(ask: Asking) -> None:
    rows = [given(ask), given(ask, name="王示范"), given(ask, name="李示范", phone=None, groups=["POLICE"])]
    shows = "results { person { name groups } userErrors { code field } }"

    refused = ask.change("staff", "registerPersons", shows, rows=rows)
    dry = ask.change("staff", "registerPersons", shows, rows=rows, errorPolicy="SKIP_FAILED", dryRun=True)
    assert {error["code"] for error in refused["userErrors"]} == {"ROLLED_BACK", "ALREADY_EXISTS"}
    assert people() == []

    kept = ask.change("staff", "registerPersons", shows, rows=rows, errorPolicy="SKIP_FAILED")
    assert kept["results"] == dry["results"]
    assert [row["person"] for row in kept["results"]] == [
        {"name": NAME, "groups": []}, None, {"name": "李示范", "groups": ["POLICE"]},
    ]  # fmt: skip
    assert kept["results"][1]["userErrors"] == [{"code": "ALREADY_EXISTS", "field": ["rows", "1", "phone"]}]

    in_bulk = people()
    models.Person.delete().execute()
    for row in (rows[0], rows[2]):
        ask.change("staff", "registerPerson", "__typename", **row)
    assert people() == in_bulk


def test_of_many_at_once_one_is_registered(database: DatabaseProxy) -> None:
    ask = Asking(build())
    together = threading.Barrier(4, timeout=20)
    answers: list[str] = []

    def run(who: str, **more: Any) -> None:
        try:
            together.wait()
            answers.extend(code for code, _ in ask.refused(who, "registerPerson", **given(ask, **more)) or [("", None)])
        finally:
            proxy.close()

    for work in ({"who": "staff"}, {"who": "resident", "isSelf": True, "phone": None}):
        threads = [threading.Thread(target=run, kwargs=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert Counter(answers) == {"": 2, "ALREADY_EXISTS": 6}
    assert len(people()) == 2


# --- Who knows what ---------------------------------------------------------------------------------------------------


def test_each_role_knows_of_a_person_what_it_needs(ask: Asking) -> None:
    town = ask.town
    person = register(ask, "resident", isSelf=True, groups=["VETERAN"], workUnitId=unit_of(ask))
    verified = {"personId": person, "groups": ["DISABLED", "VETERAN"], "note": PAPER}
    assert ask.change("staff", "verifyPersonGroups", "person { version }", **verified)["person"] == {"version": 2}
    account = f"Account_{town.accounts['resident'].id}"
    everything_known = (NAME, PHONE, account, ["VETERAN", "DISABLED"], "2026-01-05", PAPER)
    office = (NAME, "138****5678", account, ["VETERAN"], "2026-01-05", None)
    stranger = ("欧****", None, None, None, None, None)

    known = {who: tuple(ask.answer(who, READ, id=person)["data"]["person"].values()) for who in (*town.accounts, None)}

    assert known == dict.fromkeys((*town.accounts, None), stranger) | {
        "resident": everything_known,
        "staff": (NAME, "138****5678", account, ["VETERAN", "DISABLED"], "2026-01-05", PAPER),
        **dict.fromkeys(("subdistrict", "district", "city"), office),
        "contact": (NAME, None, None, None, None, None),
    }
    # A group that an office does not learn of is not told by the day of its verification either.
    ask.change("staff", "verifyPersonGroups", "__typename", **verified | {"groups": ["ELDER"]})
    assert tuple(ask.answer("district", READ, id=person)["data"]["person"].values())[3:] == ([], None, None)
    # Whoever holds a seat or an office, or leads a team, is known by name, and by nothing else.
    for hold in (_by_a_seat, _by_an_office, _by_a_team):
        row = hold(ask, models.Person.get())
        assert tuple(ask.answer(None, READ, id=person)["data"]["person"].values()) == (NAME, *stranger[1:])
        row.delete_instance()
        assert tuple(ask.answer(None, READ, id=person)["data"]["person"].values()) == stranger


def _by_a_seat(ask: Asking, person: models.Person) -> Any:
    return make.make_member(ask.town.home, person=person)


def _by_an_office(ask: Asking, person: models.Person) -> Any:
    return make.make_role_grant(Role.STAFF, ask.town.far.division, account=person.account)


def _by_a_team(ask: Asking, person: models.Person) -> Any:
    return make.make_team_membership(person=person, role=TeamRole.CAPTAIN)


def test_nobody_looks_for_what_is_not_theirs_to_see() -> None:
    schema = printed_schema().type_map
    private = {"name", "phone", "accountId", "groups", "groupsVerifiedOn", "groupsNote"}

    inputs = {name: kind for name, kind in schema.items() if name.startswith("Person") and is_input_object_type(kind)}
    assert {"PersonFilter", "PersonOrder", "PersonGroupFilter"} & {*inputs} >= {"PersonFilter", "PersonOrder"}
    assert not private & {*inputs["PersonFilter"].fields}
    listed: Any = [value for name, kind in schema.items() if name.startswith("Person") for value in _values(kind)]
    assert not {"NAME", "PHONE", "ACCOUNT_ID", "GROUPS", "GROUPS_VERIFIED_ON"} & {*listed}


def _values(kind: Any) -> list[str]:
    return list(getattr(kind, "values", {}))


# --- Erasing ----------------------------------------------------------------------------------------------------------


def test_a_person_is_updated_by_themselves_and_by_staff(ask: Asking) -> None:
    other, own = register(ask), register(ask, "resident", isSelf=True, phone="13800000002")
    unit = unit_of(ask)

    changed = ask.change("resident", "updatePerson", SHOWN, personId=own, workUnitId=unit, expectedVersion=1)
    renamed = ask.change("staff", "updatePerson", SHOWN, personId=own, name="王示范", phone=None, workUnitId=None)

    assert changed["person"] == {**changed["person"], "name": NAME, "phone": "13800000002", "workUnit": {"id": unit}}
    assert renamed["person"] == {
        **renamed["person"], "name": "王示范", "phone": None, "workUnit": None, "version": 3,
    }  # fmt: skip
    for who, more, refusal in (
        ("resident", {"phone": PHONE}, ("ALREADY_EXISTS", ["phone"])),
        ("resident", {"workUnitId": "Organization_99"}, ("NOT_FOUND", ["workUnitId"])),
        ("resident", {"name": "王" * 41}, ("INVALID_INPUT", ["name"])),
        ("neighbour", {"name": "王"}, ("NOT_PERMITTED", None)),
        ("next_staff", {"name": "王"}, ("NOT_PERMITTED", None)),
        ("city", {"name": "王"}, ("NOT_PERMITTED", None)),
        ("staff", {"expectedVersion": 1}, ("STALE_OBJECT", ["expectedVersion"])),
    ):
        assert ask.refused(who, "updatePerson", personId=own, **more) == [refusal], (who, more)
    # One's own number is nobody else's.
    assert ask.refused("staff", "updatePerson", personId=other, phone=PHONE) == []
    ask.change("staff", "erasePerson", "__typename", personId=other)
    assert ask.refused("staff", "updatePerson", personId=other, name="王") == [("ILLEGAL_TRANSITION", ["personId"])]


def test_a_number_is_shown_to_the_offices_and_audited(ask: Asking) -> None:
    person, silent = register(ask), register(ask, phone=None)
    why = {"personId": person, "reason": "核实报到信息"}

    for who in ("resident", "next_staff", "other_subdistrict", "contact", "grid"):
        assert ask.refused(who, "revealPersonContact", **why) == [("NOT_PERMITTED", None)], who
    dry = ask.change("staff", "revealPersonContact", "phone", **why, dryRun=True)
    told = [
        ask.change(who, "revealPersonContact", "phone", **why, idempotencyKey="k1")
        for who in ("staff", "staff", "district")
    ]

    assert dry["phone"] is None
    assert [answer["phone"] for answer in told] == [PHONE, None, PHONE]
    assert ask.refused("staff", "revealPersonContact", personId=silent, reason="x") == [("NOT_FOUND", ["personId"])]
    assert ask.refused("staff", "revealPersonContact", personId=person, reason=" ") == [("INVALID_INPUT", ["reason"])]
    entries = models.AuditEntry.select().where(models.AuditEntry.action == "REVEALED").order_by(models.AuditEntry.id)
    assert [(entry.subject_type, entry.reason, entry.account_id) for entry in entries] == [
        ("Person", "核实报到信息", ask.town.accounts[who].id) for who in ("staff", "district")
    ]


def test_an_erased_person_leaves_nothing(ask: Asking) -> None:
    town = ask.town
    person = register(ask, "resident", isSelf=True, groups=["VETERAN"])
    ask.change("staff", "verifyPersonGroups", "__typename", personId=person, groups=["VETERAN"], note=PAPER)
    row = models.Person.get()
    seat = make.make_member(town.home, name=NAME, phone=PHONE, account=row.account, person=row)
    for who in ("neighbour", "next_staff", "subdistrict"):
        assert ask.refused(who, "erasePerson", personId=person) == [("NOT_PERMITTED", None)]
    held = ask.change("resident", "erasePerson", "__typename", personId=person)["userErrors"]
    assert [(error["code"], f"Member_{seat.id}" in error["message"]) for error in held] == [("NOT_ALL_SETTLED", True)]
    models.Member.update(is_active=False).where(models.Member.id == seat.id).execute()
    assert ask.refused("staff", "erasePerson", personId=person, expectedVersion=1) == [
        ("STALE_OBJECT", ["expectedVersion"])
    ]

    make.make_performed(account=row.account, rows=f'[{{"case": {row.id}}}, []]')
    payload = ask.change("resident", "erasePerson", SHOWN, personId=person, expectedVersion=2, idempotencyKey="k-1")

    assert payload["person"] == {
        "id": person, "name": "已注销", "phone": None, "accountId": None, "groups": None, "groupsVerifiedOn": None,
        "groupsNote": None, "isErased": True, "version": 3, "workUnit": None,
    }  # fmt: skip
    kept = str(everything())
    assert [text for text in (NAME, PHONE, PAPER, "VETERAN'") if text in kept] == []
    assert models.Person.get().account_id is models.Member.get_by_id(seat.id).account_id is None
    # Nothing else that the account asked for is known any more.
    assert [one.idempotency_key for one in models.Performed.select()] == ["k-1"]
    for step, more in (("erasePerson", {}), ("verifyPersonGroups", {"groups": [], "note": PAPER})):
        assert ask.refused("staff", step, personId=person, **more) == [("ILLEGAL_TRANSITION", ["personId"])]
    # Whoever was erased may take part again, as somebody new.
    assert register(ask, "resident", isSelf=True) != person


def test_every_table_that_points_to_people_says_how(engine: str) -> None:
    keys = {key.model for model in models.ALL for key in model._meta.refs if key.rel_model is models.Person}

    assert keys <= {tie.model for tie in TIES}
