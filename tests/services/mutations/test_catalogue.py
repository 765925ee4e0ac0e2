"""The service catalogue is published in versions, which are compared and stay as they were (事项目录)."""

from typing import Any

import pytest
from peewee import DatabaseProxy, IntegrityError

from db.access.models.account import Role
from db.places.models.division import DivisionLevel
from db.services.models.catalogue import ServiceCatalogue, ServiceItem
from tests import factories as make
from tests.asking import Asking
from tests.services.desk import FILED, ITEM, OF_THE_STREET, Desk
from tests.threads import at_once
from tests.town import build

READ = """query ($version: Int) { serviceCatalogue(version: $version) { version isInForce itemCount
    changes { code change name }
    items { nodes { code promisedDays fee materials { nodes { code isRequired } } } } } }"""


@pytest.fixture
def desk(ask: Asking) -> Desk:
    return Desk(ask)


def test_the_next_version_says_what_changed(desk: Desk) -> None:
    slower = {**FILED, "promisedDays": 9}
    papers = {**OF_THE_STREET, "materials": [{"code": "M-1", "name": "户口簿"}]}
    new = {**ITEM, "code": "YL-001", "name": "高龄津贴申请", "fee": "1.50"}

    made = desk.publish(ITEM, slower, new, note="示范调整")["serviceCatalogue"]

    assert (made["version"], made["itemCount"]) == (2, 3)
    assert made["changes"] == [
        {"code": "CJ-001", "change": "CHANGED", "name": FILED["name"]},
        {"code": "YL-001", "change": "ADDED", "name": new["name"]},
        {"code": "ZF-001", "change": "REMOVED", "name": OF_THE_STREET["name"]},
    ]
    last = desk.publish(ITEM, slower, papers, new)["serviceCatalogue"]
    assert [(one["code"], one["change"]) for one in last["changes"]] == [("ZF-001", "ADDED")]
    since = "{ serviceCatalogue { changes(since: 1) { code change } } }"
    changed = desk.ask.answer(None, since)["data"]["serviceCatalogue"]["changes"]
    assert [tuple(one.values()) for one in changed] == [
        ("CJ-001", "CHANGED"), ("YL-001", "ADDED"), ("ZF-001", "CHANGED"),
    ]  # fmt: skip
    # In force is the highest; earlier ones are read by their version.
    newest = desk.ask.answer(None, READ)["data"]["serviceCatalogue"]
    assert (newest["version"], newest["isInForce"], len(newest["items"]["nodes"])) == (3, True, 4)
    first = desk.ask.answer(None, READ, version=1)["data"]["serviceCatalogue"]
    assert (first["isInForce"], [one["change"] for one in first["changes"]]) == (False, ["ADDED"] * 3)
    assert first["items"]["nodes"][1] == {
        "code": "MZ-001", "promisedDays": 5, "fee": "0.00",
        "materials": {"nodes": [{"code": "M-1", "isRequired": True}, {"code": "M-2", "isRequired": False}]},
    }  # fmt: skip
    item = (
        '{ serviceItem(code: "CJ-001") { promisedDays catalogue { version } } gone: serviceItem(code: "X-1") { id } }'
    )
    assert desk.ask.answer(None, item)["data"] == {
        "serviceItem": {"promisedDays": 9, "catalogue": {"version": 3}}, "gone": None,
    }  # fmt: skip
    assert desk.ask.answer(None, READ, version=9)["data"]["serviceCatalogue"] is None


def test_what_is_published(desk: Desk) -> None:
    def refused(*items: dict[str, Any], who: str = "city", **more: Any) -> Any:
        errors = desk.publish(*items, who=who, **more)["userErrors"]
        return [(error["code"], error["field"]) for error in errors]

    other = make.make_account(name="示范外市")
    elsewhere = make.make_division(DivisionLevel.CITY)
    desk.town.accounts["other city"] = other
    make.make_role_grant(Role.CITY_OFFICER, elsewhere, account=other)
    paper = {"code": "M-1", "name": "身份证"}
    assert refused(ITEM, who="district") == [("NOT_PERMITTED", ["divisionCode"])]
    assert refused(ITEM, who="other city") == [("NOT_PERMITTED", ["divisionCode"])]
    assert refused(ITEM, who="other city", divisionCode=elsewhere.code) == [("NOT_PERMITTED", ["divisionCode"])]
    assert refused(ITEM, divisionCode=desk.town.district.code) == [("NOT_FOUND", ["divisionCode"])]
    assert refused(ITEM, expectedVersion=0) == [("STALE_OBJECT", ["expectedVersion"])]
    assert refused() == refused(*[ITEM] * 501) == [("INVALID_INPUT", ["items"])]
    assert refused(ITEM, ITEM) == [("INVALID_INPUT", ["items", "1", "code"])]
    assert refused({**ITEM, "level": "DISTRICT"}) == [("INVALID_INPUT", ["items", "0", "level"])]
    assert refused({**ITEM, "promisedDays": 0}) == [("INVALID_INPUT", ["items", "0", "promisedDays"])]
    assert refused({**ITEM, "fee": "-0.01"}) == [("INVALID_INPUT", ["items", "0", "fee"])]
    assert refused({**ITEM, "materials": [paper, paper]}) == [
        ("INVALID_INPUT", ["items", "0", "materials", "1", "code"])
    ]
    assert refused(ITEM, expectedVersion=1) == []
    assert ServiceCatalogue.select().count() == 2


def test_versions_that_are_published_at_once_follow_each_other(database: DatabaseProxy) -> None:
    desk = Desk(Asking(build()))

    made = at_once(5, lambda: desk.publish(ITEM, FILED))

    assert sorted(one["serviceCatalogue"]["version"] for one in made) == [2, 3, 4, 5, 6]
    assert ServiceItem.select().count() == 3 + 5 * 2


@pytest.mark.parametrize("statement", ["UPDATE service_item SET name = 'changed'", "DELETE FROM service_material"])
def test_the_database_refuses_to_change_what_was_published(scratch: DatabaseProxy, statement: str) -> None:
    Desk(Asking(build()))

    with pytest.raises(IntegrityError, match="append-only"), scratch.atomic():
        scratch.execute_sql(statement)
