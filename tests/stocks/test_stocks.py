"""Supplies: what comes in, goes out, is given, moved, counted and taken back, and who knows of it."""

from typing import Any

import pytest
from peewee import DatabaseProxy, IntegrityError

from db.incidents.models import IncidentState
from db.monitoring.models import MonitoringState
from db.stocks.models import Stock, StockMove
from tests.asking import Asking
from tests.emergency.factories import make_incident
from tests.factories import AT
from tests.funds.factories import GOODS, make_donation
from tests.monitoring.factories import make_monitoring_case
from tests.sites.factories import make_site
from tests.stocks.supplies import Supplies, check, row_of


@pytest.fixture
def supplies(ask: Asking) -> Supplies:
    return Supplies(ask)


def test_an_office_opens_stocks_of_its_own_division(supplies: Supplies) -> None:
    town = supplies.town
    new = {"item": "MASK", "name": "医用口罩", "unit": "箱"}
    for who, code, refusal in (
        ("staff", town.home.division_code, ("ALREADY_EXISTS", ["name"])),
        ("staff", town.street.code, ("NOT_PERMITTED", ["divisionCode"])),
        ("subdistrict", town.home.division_code, ("NOT_PERMITTED", ["divisionCode"])),
        ("district", town.district.code, None),
        ("city", town.city.code, None),
        ("city", "620000000000", ("NOT_FOUND", ["divisionCode"])),
        ("city", "000000000000", ("NOT_FOUND", ["divisionCode"])),
    ):  # fmt: skip
        asked = supplies.ask.refused(who, "openStock", divisionCode=code, **new)
        assert asked == ([refusal] if refusal else []), (who, code)
    query = """query ($code: String!) { division(code: $code) {
        stocks { totalCount } own: stocks(scope: SELF) { nodes { item quantity isLow } } } }"""
    found = supplies.ask.answer(None, query, code=town.district.code)["data"]["division"]
    assert found["stocks"] == {"totalCount": 4}
    assert found["own"] == {"nodes": [{"item": "MASK", "quantity": "0.00", "isLow": False}]}


def test_a_stock_is_what_its_moves_add_up_to(supplies: Supplies) -> None:
    first = supplies.move("receiveStock", quantity="5.5", value="550", voucher="2026-0001", expectedVersion=1)
    assert first["stock"] == {"id": supplies.home, "quantity": "5.50", "version": 2, "isLow": False}
    out = supplies.move("issueStock", quantity="4", to="三号楼王示范")
    assert (out["stock"]["quantity"], out["stock"]["isLow"]) == ("1.50", True)
    assert (out["move"]["quantity"], out["move"]["to"]) == ("-4.00", "三号楼王示范")
    # What is there is said, and what to do.
    [refusal] = supplies.move("issueStock", quantity="1.51", to="示范")["userErrors"]
    assert (refusal["code"], refusal["field"]) == ("STOCK_INSUFFICIENT", ["quantity"])
    assert "1.50 箱" in refusal["message"]
    assert "receiveStock" in refusal["message"]
    assert supplies.move("returnStock", quantity="1", reason="未用完")["stock"]["quantity"] == "2.50"
    [stale] = supplies.move("issueStock", quantity="1", to="示范", expectedVersion=2)["userErrors"]
    assert stale["code"] == "STALE_OBJECT"
    assert "ISSUE by 示范staff" in stale["message"]
    assert "RETURN by 示范staff" in stale["message"]
    assert "RECEIVE" not in stale["message"]
    # Whoever made the last move does not count; a count that agrees is a move too.
    count = {"counted": "2", "reason": "破损半箱"}
    assert supplies.refused("countStock", **count) == [("NOT_PERMITTED", ["stockId"])]
    assert supplies.move("countStock", "colleague", **count)["move"]["quantity"] == "-0.50"
    assert supplies.refused("countStock", "colleague", **count) == [("NOT_PERMITTED", ["stockId"])]
    assert supplies.move("countStock", "staff", **count)["move"]["quantity"] == "0.00"
    dry = supplies.move("issueStock", quantity="2", to="示范", dryRun=True)
    assert (dry["stock"]["quantity"], dry["move"]["number"]) == ("0.00", 6)
    keyed = {"quantity": "2", "to": "示范", "idempotencyKey": "k-1"}
    assert supplies.move("issueStock", **keyed)["move"] == supplies.move("issueStock", **keyed)["move"]
    check()
    # To whom supplies went, offices know; the rest everybody.
    query = f'{{ stock(id: "{supplies.home}") {{ moves {{ nodes {{ number kind to byName }} }} }} }}'
    for who, knows in (("staff", True), ("district", True), ("next_staff", False), ("resident", False), (None, False)):
        nodes = supplies.ask.answer(who, query)["data"]["stock"]["moves"]["nodes"]
        assert [node["number"] for node in nodes] == [6, 5, 4, 3, 2, 1]
        assert {node["to"] for node in nodes} == ({"三号楼王示范", "示范", None} if knows else {None}), who


def test_supplies_go_to_another_stock_under_one_code(supplies: Supplies) -> None:
    supplies.move("receiveStock", quantity="10")
    other = supplies.open(name="消毒液", item="DISINFECTANT")
    loose = supplies.open(name="散装口罩", unit="只")
    for wrong, refusal in (
        (supplies.home, "INVALID_INPUT"), (other, "INVALID_INPUT"), (loose, "INVALID_INPUT"), ("Stock_99", "NOT_FOUND"),
    ):  # fmt: skip
        assert supplies.refused("transferStock", toStockId=wrong, quantity="1") == [(refusal, ["toStockId"])]
    assert supplies.refused("transferStock", "next_staff", toStockId=supplies.next_door, quantity="1") == [
        ("NOT_PERMITTED", None)
    ]
    asked = {"stockId": "Stock_99", "toStockId": supplies.street, "quantity": "1"}
    assert supplies.refused("transferStock", **asked) == [("NOT_FOUND", ["stockId"])]
    too_much = {"toStockId": supplies.street, "quantity": "10.01"}
    assert supplies.refused("transferStock", **too_much) == [("STOCK_INSUFFICIENT", ["quantity"])]
    shows = "stock { quantity } toStock { id quantity } move { transferCode counterpart { id } } toMove { id kind }"
    given = {"stockId": supplies.home, "toStockId": supplies.street, "quantity": "4"}
    payload = supplies.ask.change("staff", "transferStock", shows, **given)
    assert (payload["stock"]["quantity"], payload["toStock"]["quantity"]) == ("6.00", "4.00")
    assert payload["move"]["counterpart"]["id"] == payload["toMove"]["id"]
    assert payload["move"]["transferCode"] == f"DB-{supplies.town.home.division_code}-{row_of(supplies.home)}-2"
    check()


def test_given_goods_come_into_stock_part_by_part_and_keep_their_value(supplies: Supplies) -> None:
    town = supplies.town
    goods = {**GOODS, "unit": "箱", "quantity": 3, "value": 100, "committee": town.home}
    incident = make_incident(town.home.division, state=IncidentState.HANDLING)
    gift = f"Donation_{make_donation(**goods, incident=incident).id}"
    enter = {"donationId": gift, "quantity": "1"}
    assert supplies.refused("receiveStock", **enter) == [("NOT_FOUND", ["donationId"])]
    assert supplies.ask.refused("staff", "receiveDonation", donationId=gift) == []
    assert supplies.refused("receiveStock", **enter, value="1") == [("INVALID_INPUT", ["value"])]
    assert supplies.refused("receiveStock", "next_staff", **enter, stockId=supplies.next_door) == [
        ("NOT_FOUND", ["donationId"])
    ]
    loose = supplies.open(name="散装口罩", unit="只")
    assert supplies.refused("receiveStock", **enter, stockId=loose) == [("INVALID_INPUT", ["donationId"])]
    values = [supplies.move("receiveStock", **enter)["move"]["value"] for _ in range(2)]
    values.append(supplies.move("receiveStock", "subdistrict", **enter, stockId=supplies.street)["move"]["value"])
    assert values == ["33.33", "33.34", "33.33"]
    assert supplies.refused("receiveStock", **enter) == [("INVALID_INPUT", ["quantity"])]
    check()

    # Staff enter all of it while they receive it; money goes into no stock.
    whole = f"Donation_{make_donation(**{**goods, 'value': None}).id}"
    money = f"Donation_{make_donation(committee=town.home).id}"
    for row, stock, refusal in (
        (money, supplies.home, ("INVALID_INPUT", ["stockId"])), (whole, "Stock_99", ("NOT_FOUND", ["stockId"])),
        (whole, supplies.street, ("NOT_PERMITTED", ["stockId"])),
        (whole, supplies.next_door, ("NOT_FOUND", ["stockId"])), (whole, loose, ("INVALID_INPUT", ["donationId"])),
    ):  # fmt: skip
        assert supplies.ask.refused("staff", "receiveDonation", donationId=row, stockId=stock) == [refusal]
    shows = "donation { state stockMoves { totalCount } } move { quantity value }"
    given = {"donationId": whole, "stockId": supplies.home}
    payload = supplies.ask.change("staff", "receiveDonation", shows, **given)
    assert payload["donation"] == {"state": "RECEIVED", "stockMoves": {"totalCount": 1}}
    assert payload["move"] == {"quantity": "3.00", "value": None}
    check()
    # What came for an incident is counted with it, also for the incident that it is a part of.
    assert worth(supplies.ask, None, None) == "100.00"
    assert worth(supplies.ask, None, f"Incident_{incident.id}") == "100.00"


def worth(ask: Asking, who: str | None, incident: str | None) -> Any:
    query = """query ($code: String!, $incident: ID) { division(code: $code) { stats {
        suppliesValue(incidentId: $incident) } } }"""
    answer = ask.answer(who, query, code=ask.town.city.code, incident=incident)
    return answer["data"]["division"]["stats"]["suppliesValue"]


def test_supplies_of_an_incident_are_found_from_it(supplies: Supplies) -> None:
    town = supplies.town
    city = make_incident(town.city, state=IncidentState.HANDLING)
    part = make_incident(town.far.division, state=IncidentState.HANDLING, parent=city)
    over = make_incident(town.home.division, state=IncidentState.REVIEWED)
    secret = make_incident(town.far.division)
    site = make_site(town.home.division, code="M-01")
    # Supplies come from anywhere, also from another community.
    named = {"incidentId": f"Incident_{part.id}"}
    assert supplies.refused("receiveStock", quantity="9", value="90", **named) == []
    assert supplies.refused("receiveStock", quantity="9", value="1") == []
    for wrong, code in ((over, "LIMIT_REACHED"), (secret, "NOT_FOUND")):
        given = {"quantity": "1", "to": "示范", "incidentId": f"Incident_{wrong.id}"}
        assert supplies.refused("issueStock", **given) == [(code, ["incidentId"])]
    given = {"quantity": "1", "to": "示范", "siteCode": "M-01", **named}
    assert supplies.refused("issueStock", **given) == []
    assert supplies.refused("issueStock", **{**given, "siteCode": "M-02"}) == [("NOT_FOUND", ["siteCode"])]
    assert supplies.refused("returnStock", quantity="1", siteId=f"Site_{site.id}", **named) == []
    assert supplies.refused("transferStock", toStockId=supplies.street, quantity="1", **named) == []
    both = f'nodes(ids: ["Incident_{city.id}", "Incident_{part.id}"])'
    query = f"{{ {both} {{ ... on Incident {{ stockMoves {{ nodes {{ kind site {{ code }} }} }} }} }} }}"
    for found in supplies.ask.answer(None, query)["data"]["nodes"]:
        moves = [(move["kind"], move["site"]) for move in found["stockMoves"]["nodes"]]
        assert sorted(moves, key=str) == [
            ("ISSUE", {"code": "M-01"}), ("RECEIVE", None), ("RETURN", {"code": "M-01"}), ("TRANSFER_IN", None),
            ("TRANSFER_OUT", None),
        ]  # fmt: skip
    assert worth(supplies.ask, None, None) == "91.00"
    for incident, value in ((city, "90.00"), (part, "90.00"), (over, "0.00"), (secret, "0.00")):
        assert worth(supplies.ask, None, f"Incident_{incident.id}") == value
    check()


def test_supplies_for_somebody_who_is_monitored_name_nobody(supplies: Supplies) -> None:
    home = supplies.town.home.division
    supplies.move("receiveStock", quantity="2")
    case, ended = make_monitoring_case(home), make_monitoring_case(home, state=MonitoringState.CLOSED)
    far = make_monitoring_case(supplies.town.next_door.division)
    both = {"to": "王示范", "caseId": f"MonitoringCase_{case.id}"}
    for wrong, refusal in (
        ({}, ("INVALID_INPUT", ["to"])), (both, ("INVALID_INPUT", ["to"])),
        ({"caseId": f"MonitoringCase_{ended.id}"}, ("NOT_FOUND", ["caseId"])),
        ({"caseId": f"MonitoringCase_{far.id}"}, ("NOT_FOUND", ["caseId"])),
    ):  # fmt: skip
        assert supplies.refused("issueStock", quantity="1", **wrong) == [refusal]
    payload = supplies.move("issueStock", quantity="1", caseId=f"MonitoringCase_{case.id}")
    assert payload["move"]["incident"] == {"id": f"Incident_{case.incident_id}"}
    assert payload["move"]["to"] == "居家监测户"
    # Who does not know of the case does not find the move by it.
    query = "{ stockMoves(filter: {hasCase: true}) { nodes { case { stockMoves { totalCount } } } } }"
    for who in ("staff", "district", None):
        found = supplies.ask.answer(who, query)["data"]["stockMoves"]["nodes"]
        assert found == ([{"case": {"stockMoves": {"totalCount": 1}}}] if who == "staff" else []), who


def test_moves_stay_as_they_are(scratch: DatabaseProxy, supplies: Supplies) -> None:
    supplies.move("receiveStock", quantity="1")
    for change in (StockMove.update(quantity=2), StockMove.delete()):
        with pytest.raises(IntegrityError, match="append-only"), scratch.atomic():
            change.execute()
    with pytest.raises(IntegrityError), scratch.atomic():
        Stock.update(quantity=-1).execute()
    assert StockMove.get().at == AT
