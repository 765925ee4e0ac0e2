"""Issues about a site, and grid workers who look after one grid alone."""

from typing import Any

from db.city import models
from db.sites.models import SiteKind, SiteState
from tests import factories as make
from tests.asking import Asking
from tests.issues.mutations.test_bulk import row

SUBMITTED = "issue { id site { code grid { code } } } "


def test_an_issue_names_its_site(ask: Asking) -> None:
    home, away = ask.town.home.division, ask.town.next_door.division
    grid = make.make_site(home, code="G-01")
    site = make.make_site(home, kind=SiteKind.COMPOUND, grid=grid, code="X-01")
    retired = make.make_site(home, code="G-02", state=SiteState.RETIRED)
    elsewhere = make.make_site(away)

    by_id = ask.change("resident", "submitIssue", SUBMITTED, **row(ask), siteId=f"Site_{site.id}")
    by_code = ask.change("resident", "submitIssue", SUBMITTED, **row(ask), siteCode="X-01")
    in_bulk = ask.change(
        "staff", "submitIssues", "results { issue { site { code } } }", rows=[{**row(ask), "siteCode": "G-01"}]
    )

    found = {"code": "X-01", "grid": {"code": "G-01"}}
    assert by_id["issue"]["site"] == by_code["issue"]["site"] == found
    assert in_bulk["results"][0]["issue"]["site"] == {"code": "G-01"}
    listed = ask.answer("staff", "query ($id: ID!) { site(id: $id) { issues { totalCount } } }", id=f"Site_{site.id}")
    assert listed["data"]["site"]["issues"]["totalCount"] == 2
    for given, field in (
        ({"siteId": f"Site_{retired.id}"}, "siteId"),
        ({"siteId": f"Site_{elsewhere.id}"}, "siteId"),
        ({"siteCode": "X-02"}, "siteCode"),
    ):
        assert ask.refused("resident", "submitIssue", **row(ask), **given) == [("NOT_FOUND", [field])]
    twice = {"siteId": f"Site_{site.id}", "siteCode": "X-01"}
    assert ask.refused("resident", "submitIssue", **row(ask), **twice) == [("INVALID_INPUT", ["siteId"])]


def test_a_grid_worker_of_one_grid_knows_what_lies_in_it(ask: Asking) -> None:
    home = ask.town.home.division
    grid, other = (make.make_site(home, code=code) for code in ("G-01", "G-02"))
    inside = make.make_site(home, kind=SiteKind.COURTYARD_BUILDING, grid=grid, code="L-01")
    worker = make.make_account(subject="grid-worker")
    given: dict[str, Any] = {
        "subject": "grid-worker", "role": "GRID_WORKER", "divisionCode": home.code, "reason": "示范说明",
    }  # fmt: skip
    for who, more, refusal in (
        ("subdistrict", {"siteId": f"Site_{inside.id}"}, ("NOT_FOUND", ["siteId"])),
        ("subdistrict", {"siteId": f"Site_{make.make_site().id}"}, ("NOT_FOUND", ["siteId"])),
        ("subdistrict", {"siteId": f"Site_{grid.id}", "role": "RESIDENT"}, ("INVALID_INPUT", ["siteId"])),
        ("staff", {"siteId": f"Site_{grid.id}"}, ("NOT_PERMITTED", ["role"])),
    ):
        assert ask.refused(who, "grantRole", **given | more) == [refusal], more
    granted = ask.change("subdistrict", "grantRole", "grant { site { code } }", **given, siteId=f"Site_{grid.id}")
    assert granted["grant"] == {"site": {"code": "G-01"}}
    ask.town.accounts["worker"] = worker

    issues = {
        at: ask.change("resident", "submitIssue", "issue { id }", **row(ask), **more)["issue"]["id"]
        for at, more in (
            ("grid", {"siteCode": "G-01"}), ("inside", {"siteCode": "L-01"}), ("other", {"siteId": f"Site_{other.id}"}),
            ("nowhere", {}),
        )
    }  # fmt: skip

    listed = ask.answer("worker", "{ issues(first: 50) { nodes { id } } }")["data"]["issues"]["nodes"]
    assert {node["id"] for node in listed} == {issues["grid"], issues["inside"]}
    assert ask.refused("worker", "submitIssue", **row(ask)) == [("NOT_PERMITTED", ["siteId"])]
    assert ask.refused("worker", "submitIssue", **row(ask), siteCode="G-02") == [("NOT_PERMITTED", ["siteId"])]
    assert ask.change("worker", "submitIssue", "issue { site { code } }", **row(ask), siteCode="L-01")["issue"] == {
        "site": {"code": "L-01"}
    }
    assert models.RoleGrant.select().where(models.RoleGrant.site.is_null(False)).count() == 1
