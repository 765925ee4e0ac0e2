"""Service points: registered, changed and closed by staff and by the unit that runs them; found by distance."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from math import cos, radians, sqrt
from random import Random
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.kernel.plane import cell_of, metres_of
from db.service_points.models import ServiceCategory, ServicePoint, ServicePointState, ServiceTier
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT
from tests.service_points.nouns import MIDDLE, make_service_point

GIVEN: dict[str, Any] = {
    "name": "示范便利店", "category": "CONVENIENCE_STORE", "tier": "BASIC", "latitude": "36.062",
    "longitude": "103.834", "verifiedOn": "2026-01-04", "openFrom": 420, "openTo": 1440, "phone": "0931-8461234",
}  # fmt: skip
SHOWN = "servicePoint { id kind category name latitude longitude openFrom openTo phone verifiedOn state version }"
NEAR = """query (
  $near: NearFilter, $first: Int, $after: String, $filter: ServicePointFilter, $orderBy: [ServicePointOrder!]
) {
  servicePoints(near: $near, first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount nodes { name distanceMeters } pageInfo { endCursor hasNextPage }
  }
}"""
HERE = {"latitude": "36.061", "longitude": "103.834"}


def given(ask: Asking, **more: Any) -> dict[str, Any]:
    return {"divisionCode": ask.town.home.division_code, **GIVEN, **more}


def register(ask: Asking, who: str = "staff", **more: Any) -> str:
    payload = ask.change(who, "registerServicePoint", "servicePoint { id }", **given(ask, **more))
    assert payload["userErrors"] == []
    return payload["servicePoint"]["id"]


def count() -> int:
    return ServicePoint.select().count()


# --- Registering, changing, closing -----------------------------------------------------------------------------------


def test_staff_register_a_service_point(ask: Asking) -> None:
    payload = ask.change("staff", "registerServicePoint", SHOWN, **given(ask))

    point = ServicePoint.get()
    assert payload == {
        "servicePoint": {
            "id": f"ServicePoint_{point.id}", "kind": "SHOPPING", "category": "CONVENIENCE_STORE", "name": "示范便利店",
            "latitude": "36.062000", "longitude": "103.834000", "openFrom": 420, "openTo": 1440,
            "phone": "0931-8461234", "verifiedOn": "2026-01-04", "state": "ACTIVE", "version": 1,
        },
        "userErrors": [],
    }  # fmt: skip
    assert (point.division_id, point.x_m, point.y_m, point.cell_x, point.cell_y) == (
        ask.town.home.division_id, 0, 111, 0, 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"divisionCode": "999999999999"}, ("NOT_PERMITTED", None)),
        ({"name": "店"}, ("INVALID_INPUT", ["name"])),
        ({"name": "店" * 61}, ("INVALID_INPUT", ["name"])),
        ({"phone": "12"}, ("INVALID_INPUT", ["phone"])),
        ({"latitude": "90.000001"}, ("INVALID_INPUT", ["latitude"])),
        ({"longitude": "-180.5"}, ("INVALID_INPUT", ["longitude"])),
        ({"latitude": "39.9", "longitude": "116.4"}, ("INVALID_INPUT", ["latitude"])),
        ({"verifiedOn": "2026-01-06"}, ("INVALID_INPUT", ["verifiedOn"])),
        ({"verifiedOn": "2019-12-31"}, ("INVALID_INPUT", ["verifiedOn"])),
        ({"openFrom": None}, ("INVALID_INPUT", ["openTo"])),
        ({"openTo": None}, ("INVALID_INPUT", ["openTo"])),
        ({"openFrom": 1440, "openTo": 1500}, ("INVALID_INPUT", ["openTo"])),
        ({"openFrom": -1}, ("INVALID_INPUT", ["openTo"])),
        ({"openFrom": 600, "openTo": 600}, ("INVALID_INPUT", ["openTo"])),
        ({"openFrom": 0, "openTo": 1441}, ("INVALID_INPUT", ["openTo"])),
        ({"organizationId": "Organization_999"}, ("NOT_FOUND", ["organizationId"])),
        ({"organizationId": "Member_1"}, ("NOT_FOUND", ["organizationId"])),
    ],
)
def test_registering_is_refused(ask: Asking, changed: dict[str, Any], refusal: Any) -> None:
    assert ask.refused("staff", "registerServicePoint", **{**given(ask), **changed}) == [refusal]
    assert count() == 0


def test_a_unit_of_another_community_runs_nothing_here(ask: Asking) -> None:
    elsewhere = make.make_organization(ask.town.far.division)

    refused = ask.refused("staff", "registerServicePoint", **given(ask, organizationId=f"Organization_{elsewhere.id}"))

    assert refused == [("NOT_FOUND", ["organizationId"])]


def test_a_division_that_is_no_community_has_no_service_points(ask: Asking) -> None:
    code = ask.town.street.code

    assert ask.refused("staff", "registerServicePoint", **given(ask, divisionCode=code)) == [("NOT_PERMITTED", None)]
    make.make_role_grant(division=ask.town.street, account=ask.town.accounts["staff"])
    expected = [("NOT_FOUND", ["divisionCode"])]
    assert ask.refused("staff", "registerServicePoint", **given(ask, divisionCode=code)) == expected


def test_the_contact_of_a_unit_registers_what_the_unit_runs(ask: Asking) -> None:
    unit = ask.town.unit
    assert unit is not None
    own = given(ask, organizationId=f"Organization_{unit.id}")
    other = make.make_organization(ask.town.home.division)

    assert ask.refused("contact", "registerServicePoint", **given(ask)) == [("NOT_PERMITTED", None)]
    theirs = given(ask, organizationId=f"Organization_{other.id}")
    assert ask.refused("contact", "registerServicePoint", **theirs) == [("NOT_PERMITTED", None)]
    registered = ask.change("contact", "registerServicePoint", SHOWN, **own)["servicePoint"]["id"]
    # Giving it away would leave it without somebody who may change it.
    moved = {"servicePointId": registered, "organizationId": f"Organization_{other.id}"}
    assert ask.refused("contact", "updateServicePoint", **moved) == [("NOT_PERMITTED", None)]
    assert ask.change("staff", "updateServicePoint", SHOWN, **moved)["servicePoint"]["version"] == 2
    assert ask.refused("contact", "closeServicePoint", servicePointId=registered) == [("NOT_PERMITTED", None)]


@pytest.mark.parametrize("who", ["resident", "member", "director", "subdistrict", "district", "city"])
def test_others_change_nothing(ask: Asking, who: str) -> None:
    point = register(ask)

    assert ask.refused(who, "registerServicePoint", **given(ask)) == [("NOT_PERMITTED", None)]
    assert ask.refused(who, "updateServicePoint", servicePointId=point, name="示范") == [("NOT_PERMITTED", None)]
    assert ask.refused(who, "closeServicePoint", servicePointId=point) == [("NOT_PERMITTED", None)]
    assert (count(), ServicePoint.get().version) == (1, 1)


def test_a_change_keeps_what_is_left_out_and_empties_what_is_null(ask: Asking) -> None:
    point = register(ask)
    again = "servicePoint { name kind phone openFrom openTo latitude version }"

    renamed = ask.change(
        "staff", "updateServicePoint", again, servicePointId=point, name="示范药店", category="PHARMACY"
    )
    emptied = ask.change(
        "staff", "updateServicePoint", again, servicePointId=point, phone=None, openFrom=None, openTo=None, name=None
    )

    kept = {"kind": "SHOPPING", "latitude": "36.062000", "name": "示范药店"}
    hours = {"openFrom": 420, "openTo": 1440, "phone": "0931-8461234"}
    assert renamed["servicePoint"] == {**kept, **hours, "version": 2}
    assert emptied["servicePoint"] == {**kept, **dict.fromkeys(hours), "version": 3}


def test_a_point_that_moves_has_another_place_on_the_plane(ask: Asking) -> None:
    point = register(ask)

    ask.change("staff", "updateServicePoint", SHOWN, servicePointId=point, latitude="36.041", longitude="103.814")

    row = ServicePoint.get()
    assert (row.x_m, row.y_m) == metres_of(row.latitude, row.longitude) == (-1797, -2223)
    assert (row.cell_x, row.cell_y) == (-4, -5)


def test_the_version_that_was_seen_must_be_the_one_there_is(ask: Asking) -> None:
    point = register(ask)
    ask.change("staff", "updateServicePoint", SHOWN, servicePointId=point, name="示范一店", expectedVersion=1)

    for name, more in (("updateServicePoint", {"name": "示范二店"}), ("closeServicePoint", {})):
        refused = ask.refused("staff", name, servicePointId=point, expectedVersion=1, **more)
        assert refused == [("STALE_OBJECT", ["expectedVersion"])]
    assert ServicePoint.get().name == "示范一店"


def test_a_closed_point_stays_as_it_is(ask: Asking) -> None:
    point = register(ask)

    closed = ask.change("staff", "closeServicePoint", "servicePoint { state version }", servicePointId=point)

    assert closed["servicePoint"] == {"state": "CLOSED", "version": 2}
    assert ask.refused("staff", "closeServicePoint", servicePointId=point) == [("ILLEGAL_TRANSITION", None)]
    assert ask.refused("staff", "updateServicePoint", servicePointId=point, name="示范") == [
        ("ILLEGAL_TRANSITION", None)
    ]


@pytest.mark.parametrize("named", ["ServicePoint_999", "ServicePoint_0", "Issue_1", ""])
def test_what_is_not_there_is_not_found(ask: Asking, named: str) -> None:
    for name in ("updateServicePoint", "closeServicePoint"):
        assert ask.refused("staff", name, servicePointId=named) == [("NOT_FOUND", ["servicePointId"])]


def test_refusals_are_in_the_language_of_the_request(ask: Asking) -> None:
    point = register(ask)
    text = "mutation ($id: ID!) { closeServicePoint(input: {servicePointId: $id}) { userErrors { message } } }"

    answers = [ask.answer("resident", text, language=language, id=point) for language in ("en", "zh")]

    assert [answer["data"]["closeServicePoint"]["userErrors"][0]["message"] for answer in answers] == [
        "This needs staff of the community, or the contact of its organization.",
        "此事由社区工作人员或该单位联络人办理。",
    ]


def test_a_dry_run_shows_what_would_be_and_keeps_nothing(ask: Asking) -> None:
    shown = ask.change("staff", "registerServicePoint", SHOWN, **given(ask, dryRun=True))
    assert shown["servicePoint"]["name"] == "示范便利店"
    assert count() == 0

    point = register(ask)
    shown = ask.change("staff", "closeServicePoint", SHOWN, servicePointId=point, dryRun=True)
    assert shown["servicePoint"]["state"] == "CLOSED"
    assert ServicePoint.get().state is ServicePointState.ACTIVE


def test_a_retry_with_the_same_key_is_answered_and_does_nothing(ask: Asking) -> None:
    asked = given(ask, idempotencyKey="point-1")

    first, second = (ask.change("staff", "registerServicePoint", f"isReplayed {SHOWN}", **asked) for _ in range(2))

    assert (first["isReplayed"], second["isReplayed"]) == (False, True)
    assert first["servicePoint"] == second["servicePoint"]
    assert count() == 1
    other = ask.refused("staff", "registerServicePoint", **{**asked, "name": "示范二店"})
    assert other == [("IDEMPOTENCY_KEY_MISMATCH", ["idempotencyKey"])]


# --- Reading by distance ----------------------------------------------------------------------------------------------


def around(division: Any = None, **norths: str) -> None:
    """Make a service point for each name, so many degrees north of the middle."""
    for name, north in norths.items():
        make_service_point(division, name=name, latitude=MIDDLE[0] + Decimal(north))


def read(ask: Asking, **variables: Any) -> Any:
    answer = ask.answer(None, NEAR, **variables)
    assert "errors" not in answer, answer
    return answer["data"]["servicePoints"]


def found(ask: Asking, **variables: Any) -> list[tuple[str, int | None]]:
    return [(row["name"], row["distanceMeters"]) for row in read(ask, **variables)["nodes"]]


def test_the_nearest_come_first_and_ties_by_id(ask: Asking) -> None:
    around(far="0.008", tie="0.002", other="-0.002", near="0.0005", out="0.0091")

    assert found(ask, near=HERE) == [("near", 55), ("tie", 222), ("other", 222), ("far", 889)]
    assert found(ask) == [(name, None) for name in ("far", "tie", "other", "near", "out")]
    assert found(ask, near={**HERE, "withinMeters": 222}) == [("near", 55), ("tie", 222), ("other", 222)]
    assert found(ask, near={**HERE, "withinMeters": 221}) == [("near", 55)]
    assert found(ask, near={**HERE, "withinMeters": 54}) == []


def test_an_order_of_ones_own_goes_before(ask: Asking) -> None:
    around(a="0.002", c="0.001", b="0")

    assert found(ask, near=HERE, orderBy=[{"field": "NAME"}]) == [("a", 222), ("b", 0), ("c", 111)]
    descending = [{"field": "DISTANCE_METERS", "direction": "DESC"}]
    assert found(ask, near=HERE, orderBy=descending) == [("a", 222), ("c", 111), ("b", 0)]


def test_pages_by_cursor_hold_each_point_once(ask: Asking) -> None:
    around(**{f"p{number}": f"{number % 5 * 0.001:.3f}" for number in range(11)})
    whole, seen, after = found(ask, near=HERE), [], None

    while True:
        page = read(ask, near=HERE, first=2, after=after)
        seen += [(row["name"], row["distanceMeters"]) for row in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert seen == whole
    assert (len(whole), page["totalCount"]) == (11, 11)
    for near in ({**HERE, "withinMeters": 999}, {**HERE, "latitude": "36.0611"}, None):
        answer = ask.answer(None, NEAR, near=near, after=after)
        assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR", near


def test_filters_and_aggregates_know_the_distance(ask: Asking) -> None:
    around(a="0.001", b="0.004", c="0.008", out="0.02")
    ServicePoint.update(category=ServiceCategory.PARK).where(ServicePoint.name == "b").execute()

    assert found(ask, near=HERE, filter={"distanceMeters": {"gt": 111, "lt": 889}}) == [("b", 444)]
    assert found(ask, filter={"distanceMeters": {"lt": 889}}) == []
    assert found(ask, near=HERE, filter={"kind": {"eq": "SHOPPING"}}) == [("a", 111), ("c", 889)]
    text = """query ($near: NearFilter) { servicePointAggregate(near: $near, groupBy: [KIND]) {
      count min { distanceMeters } avg { distanceMeters } groups { key { kind } count max { distanceMeters } }
    } }"""
    assert ask.answer(None, text, near=HERE)["data"]["servicePointAggregate"] == {
        "count": 3, "min": {"distanceMeters": 111}, "avg": {"distanceMeters": "481.33"},
        "groups": [
            {"key": {"kind": "FUN"}, "count": 1, "max": {"distanceMeters": 444}},
            {"key": {"kind": "SHOPPING"}, "count": 2, "max": {"distanceMeters": 889}},
        ],
    }  # fmt: skip
    everywhere = ask.answer(None, text)["data"]["servicePointAggregate"]
    assert (everywhere["count"], everywhere["min"]) == (4, {"distanceMeters": None})


def test_a_division_lists_its_own_by_distance(ask: Asking) -> None:
    around(ask.town.home.division, here="0.002")
    around(ask.town.far.division, there="0.001")
    text = """query ($code: String!) { division(code: $code) {
      servicePoints(near: {latitude: "36.061", longitude: 103.834}) { nodes { name distanceMeters } }
    } }"""

    answers = [ask.answer(None, text, code=code)["data"]["division"] for code in (
        ask.town.home.division_code, ask.town.city.code,
    )]  # fmt: skip

    named = [[row["name"] for row in answer["servicePoints"]["nodes"]] for answer in answers]
    assert named == [["here"], ["there", "here"]]


@pytest.mark.parametrize(
    ("near", "message"),
    [
        ({"latitude": "90.1", "longitude": "0"}, "latitude must lie between -90 and 90; it is 90.1."),
        ({"latitude": "0", "longitude": "-180.000001"}, "longitude must lie between -180 and 180; it is -180.000001."),
        ({**HERE, "withinMeters": 0}, "withinMeters must lie between 1 and 50000; it is 0."),
        ({**HERE, "withinMeters": 50_001}, "withinMeters must lie between 1 and 50000; it is 50001."),
        ({"latitude": "36"}, "longitude"),
        ({"latitude": "north", "longitude": "0"}, "decimal"),
        ({**HERE, "latitude": None}, "latitude"),
    ],
)
def test_bad_coordinates_are_refused(ask: Asking, near: dict[str, Any], message: str) -> None:
    (error,) = ask.answer(None, NEAR, near=near)["errors"]

    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert message in error["message"]


def test_a_point_outside_the_city_finds_nothing(ask: Asking) -> None:
    around(a="0")

    for latitude, longitude in (("90", "180"), ("-90", "-180"), ("0", "0")):
        assert found(ask, near={"latitude": latitude, "longitude": longitude, "withinMeters": 50_000}) == []


def test_distances_agree_with_a_count_over_all_rows(ask: Asking) -> None:
    random = Random(3)
    points: list[tuple[Decimal, ...]] = []
    for number in range(60):
        at = tuple(base + random.randint(-30_000, 30_000) * Decimal("0.000001") for base in MIDDLE)
        points.append(at)
        make_service_point(name=f"p{number}", latitude=at[0], longitude=at[1])

    for _ in range(6):
        north, east = (base + random.randint(-20_000, 20_000) * Decimal("0.000001") for base in MIDDLE)
        within = random.randint(100, 3000)
        near = {"latitude": str(north), "longitude": str(east), "withinMeters": within}

        expected = sorted((distance(at, (north, east)), number) for number, at in enumerate(points))
        near_ones = [(f"p{number}", metres) for metres, number in expected if metres <= within]
        assert found(ask, near=near, first=100) == near_ones


def distance(one: Any, other: Any) -> int:
    """Work out a distance again, in whole metres of both coordinates."""
    places = [metres_of(*at) for at in (one, other)]
    return int(sqrt(sum((first - second) ** 2 for first, second in zip(*places, strict=True))))


def test_the_plane_is_true_to_the_earth_within_the_city() -> None:
    for north, east in ((0.1, 0.2), (-0.2, 0.3), (0.3, -0.3)):
        place = [base + Decimal(str(step)) for base, step in zip(MIDDLE, (north, east), strict=True)]
        x, y = metres_of(*place)

        middle = radians(float(MIDDLE[0]) + north / 2)
        assert abs(x - radians(east) * cos(middle) * 6_371_000) < 250
        assert abs(y - radians(north) * 6_371_000) < 20


@pytest.mark.parametrize(("metres", "cell"), [(0, 0), (499, 0), (500, 1), (-1, -1), (-500, -1), (-501, -2)])
def test_cells_are_500_metres_wide(metres: int, cell: int) -> None:
    assert cell_of(metres) == cell


def test_the_first_check_counts_until_the_end_of_the_day_in_lanzhou(ask: Asking) -> None:
    late = AT + timedelta(hours=8)

    tomorrow = given(ask, verifiedOn="2026-01-06")
    assert ask.refused("staff", "registerServicePoint", **tomorrow) == [("INVALID_INPUT", ["verifiedOn"])]
    assert ask.refused("staff", "registerServicePoint", late, **tomorrow) == []
    assert ServicePoint.get().tier is ServiceTier.BASIC


def test_the_demo_city_has_service_points(demo_city: DatabaseProxy) -> None:
    rows = list(ServicePoint.select().order_by(ServicePoint.id))

    assert Counter(row.division_code for row in rows) == dict.fromkeys({row.division_code for row in rows}, 12)
    assert len(rows) == 36
    for row in rows:
        assert (row.x_m, row.y_m) == metres_of(row.latitude, row.longitude)
        assert (row.cell_x, row.cell_y) == (cell_of(row.x_m), cell_of(row.y_m))
        assert row.division.code == row.division_code
        assert row.organization is None or row.organization.division_code == row.division_code
    assert [row.name for row in rows if row.organization_id] == ["示范社区食堂"] * 3
