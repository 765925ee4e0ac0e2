"""Sites: grids drawn by the subdistrict, what lies in them kept by staff, and found by their codes."""

import threading
from collections import Counter
from typing import Any

from peewee import DatabaseProxy

from db.city import models
from db.city.journal_check import verify_journals
from db.kernel.database import database as proxy
from db.sites.models import SiteKind
from tests import factories as make
from tests.asking import Asking
from tests.town import build

SHOWN = """site {
    id kind code name householdCount latitude longitude state version grid { code } sites { totalCount }
    journal { nodes { seq action actorRole officeCode } }
} event { seq action }"""
FIND = (
    "query ($community: String, $code: String, $id: ID) { site(divisionCode: $community, code: $code, id: $id) { id } }"
)


def given(ask: Asking, **more: Any) -> dict[str, Any]:
    code = ask.town.home.division_code
    return {"divisionCode": code, "kind": "COMPOUND", "code": "X-01", "name": "示范小区", "gridCode": "G-01", **more}


def grid(ask: Asking, **more: Any) -> dict[str, Any]:
    return given(ask, kind="GRID", code="G-01", name="第一网格", gridCode=None, **more)


def register(ask: Asking, who: str, values: dict[str, Any]) -> str:
    payload = ask.change(who, "registerSite", "site { id }", **values)
    assert payload["userErrors"] == []
    return payload["site"]["id"]


def sites() -> list[dict[str, Any]]:
    return [
        {**row.__data__, "id": 0, "grid": row.grid_id and 0} for row in models.Site.select().order_by(models.Site.id)
    ]


def test_a_site_is_registered_changed_and_retired(ask: Asking) -> None:
    area = register(ask, "subdistrict", grid(ask))
    placed = {"householdCount": 340, "latitude": "36.062", "longitude": "103.834"}
    payload = ask.change("staff", "registerSite", SHOWN, **given(ask, **placed))
    site = payload["site"]
    assert payload["event"] == {"seq": 1, "action": "CREATE"}
    expected = {
        "kind": "COMPOUND", "code": "X-01", "householdCount": 340, "latitude": "36.062000", "longitude": "103.834000",
        "state": "ACTIVE", "grid": {"code": "G-01"},
    }  # fmt: skip
    assert {name: site[name] for name in expected} == expected
    row = models.Site.get(models.Site.code == "X-01")
    assert (row.x_m, row.y_m, row.cell_x, row.cell_y) == (0, 111, 0, 0)

    changes = {"siteId": site["id"], "householdCount": None, "latitude": None, "longitude": None, "name": "示范新小区"}
    changed = ask.change("staff", "updateSite", SHOWN, expectedVersion=1, **changes)
    assert changed["event"] == {"seq": 2, "action": "AMEND"}
    assert [changed["site"][name] for name in ("name", "householdCount", "latitude")] == ["示范新小区", None, None]
    assert models.Site.get(models.Site.code == "X-01").cell_x is None
    stale = ask.refused("staff", "updateSite", siteId=site["id"], name="甲乙", expectedVersion=1)
    assert stale == [("STALE_OBJECT", ["expectedVersion"])]

    assert ask.refused("subdistrict", "retireSite", siteId=area) == [("NOT_ALL_SETTLED", ["siteId"])]
    retired = ask.change("staff", "retireSite", SHOWN, siteId=site["id"])
    assert retired["site"]["journal"]["nodes"] == [
        {"seq": seq, "action": action, "actorRole": "STAFF", "officeCode": ask.town.home.division_code}
        for seq, action in enumerate(("CREATE", "AMEND", "END"), 1)
    ]
    assert ask.refused("staff", "updateSite", siteId=site["id"], name="甲乙") == [("ILLEGAL_TRANSITION", ["siteId"])]
    assert ask.change("subdistrict", "retireSite", "site { state }", siteId=area)["site"] == {"state": "RETIRED"}
    assert [finding for finding in verify_journals().findings if finding.subject_type == "Site"] == []


def test_what_is_refused_says_what_to_do(ask: Asking) -> None:
    town = ask.town
    area = register(ask, "subdistrict", grid(ask))
    elsewhere = make.make_site(town.next_door.division)
    site = register(ask, "staff", given(ask))
    for who, values, refusal in (
        ("staff", given(ask), ("ALREADY_EXISTS", ["code"])),
        ("staff", grid(ask), ("NOT_PERMITTED", None)),
        ("subdistrict", given(ask, code="X-02"), ("NOT_PERMITTED", None)),
        ("next_staff", given(ask, code="X-02"), ("NOT_PERMITTED", None)),
        ("staff", given(ask, code="X-02", gridCode=None), ("INVALID_INPUT", ["gridId"])),
        ("staff", given(ask, code="X-02", gridId=area), ("INVALID_INPUT", ["gridId"])),
        ("staff", given(ask, code="X-02", gridCode="G-02"), ("NOT_FOUND", ["gridCode"])),
        ("staff", given(ask, code="X-02", gridCode="X-01"), ("NOT_FOUND", ["gridCode"])),
        ("staff", given(ask, code="X-02", gridCode=None, gridId=f"Site_{elsewhere.id}"), ("NOT_FOUND", ["gridId"])),
        ("subdistrict", grid(ask) | {"code": "G-02", "gridId": area}, ("INVALID_INPUT", ["gridId"])),
        ("staff", given(ask, code="X-02", latitude="36.06"), ("INVALID_INPUT", ["longitude"])),
        ("staff", given(ask, code="X-02", latitude="39.9", longitude="116.4"), ("INVALID_INPUT", ["latitude"])),
        ("staff", given(ask, code="X-02", householdCount=-1), ("INVALID_INPUT", ["householdCount"])),
        ("staff", given(ask, divisionCode=town.street.code), ("NOT_FOUND", ["divisionCode"])),
    ):
        assert ask.refused(who, "registerSite", **values) == [refusal], (who, values)
    assert ask.refused("staff", "updateSite", siteId=site, gridCode="G-09") == [("NOT_FOUND", ["gridCode"])]
    assert ask.refused("staff", "updateSite", siteId=site, latitude="36.06") == [("INVALID_INPUT", ["longitude"])]
    assert len(sites()) == 3


def test_a_site_is_found_by_its_code(ask: Asking) -> None:
    area = register(ask, "subdistrict", grid(ask))
    community = ask.town.home.division_code

    def find(**variables: Any) -> Any:
        answer = ask.answer(None, FIND, **variables)
        return answer["data"]["site"] if "errors" not in answer else answer["errors"][0]["extensions"]["code"]

    assert find(community=community, code="G-01") == find(id=area) == {"id": area}
    assert find(community=community, code="G-02") is find(community=ask.town.far.division_code, code="G-01") is None
    for half in ({}, {"code": "G-01"}, {"community": community}, {"id": area, "code": "G-01", "community": community}):
        assert find(**half) == "BAD_USER_INPUT", half


def test_many_are_registered_as_one_by_one(ask: Asking) -> None:
    make.make_role_grant(division=ask.town.home.division, account=ask.town.accounts["subdistrict"])
    rows = [grid(ask), given(ask), given(ask), given(ask, code="L-01", kind="COURTYARD_BUILDING", householdCount=36)]
    shows = "results { site { code } userErrors { code field } }"

    refused = ask.change("subdistrict", "registerSites", shows, rows=rows)
    assert {error["code"] for error in refused["userErrors"]} == {"ROLLED_BACK", "ALREADY_EXISTS"}
    assert sites() == []
    kept = ask.change("subdistrict", "registerSites", shows, rows=rows, errorPolicy="SKIP_FAILED")
    assert [row["site"] and row["site"]["code"] for row in kept["results"]] == ["G-01", "X-01", None, "L-01"]

    in_bulk = sites()
    models.Site.update(grid=None, kind=SiteKind.GRID).execute()
    models.Site.delete().execute()
    for row in (rows[0], rows[1], rows[3]):
        register(ask, "subdistrict", row | {"code": row["code"]})
    assert sites() == in_bulk


def test_of_many_at_once_one_is_registered_and_no_grid_is_retired_under_it(database: DatabaseProxy) -> None:
    ask = Asking(build())
    area = register(ask, "subdistrict", grid(ask))
    together = threading.Barrier(5, timeout=20)
    answers: list[str] = []

    def run(who: str, name: str, values: dict[str, Any]) -> None:
        try:
            together.wait()
            answers.extend(code for code, _ in ask.refused(who, name, **values) or [(name, None)])
        finally:
            proxy.close()

    work = [("staff", "registerSite", given(ask))] * 4 + [("subdistrict", "retireSite", {"siteId": area})]
    threads = [threading.Thread(target=run, args=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = Counter(answers)
    # Whoever comes first: the grid is gone and nothing lies in it, or it stays because something does.
    is_retired = found["retireSite"] == 1
    assert found == (
        {"retireSite": 1, "NOT_FOUND": 4}
        if is_retired
        else {"registerSite": 1, "ALREADY_EXISTS": 3, "NOT_ALL_SETTLED": 1}
    )
    assert len(sites()) == (1 if is_retired else 2)
