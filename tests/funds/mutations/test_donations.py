"""A donation from its pledge to its receipt, unnamed donors, and claims on money that were fulfilled (捐赠)."""

from decimal import Decimal
from typing import Any

import pytest

from db.access.models.account import Role
from db.city import models
from db.city.journal_check import verify_journals
from db.funds.models import Donation, DonationState
from db.issues.models.claim import ProjectState
from db.organizations.models.resource import CapacityModel
from tests import factories as make
from tests.asking import Asking
from tests.funds.factories import make_donation
from tests.funds.funded import GIVEN, Funded, check, codes


@pytest.fixture
def funded(ask: Asking) -> Funded:
    """Return a project that lives on donations."""
    return Funded(ask)


def auditor(ask: Asking) -> None:
    ask.town.accounts["auditor"] = make.make_account(name="示范auditor")
    make.make_role_grant(Role.AUDITOR, ask.town.city, account=ask.town.accounts["auditor"])


def test_a_unit_pledges_money_and_staff_receive_it_against_a_receipt(funded: Funded, ask: Asking) -> None:
    pledged = funded.pledge(purposeNote="用于铺装", attachments=[{"kind": "DOCUMENT", "description": "捐赠协议"}])
    donation = pledged["donation"]["id"]
    shows = "donation(id: $id) { state } donations { totalCount } division(code: $code) { stats { donatedAmount } }"

    def seen(who: str | None) -> Any:
        code = ask.town.home.division_code
        text = f"query ($id: ID!, $code: String!) {{ {shows} }}"
        return ask.answer(who, text, id=donation, code=code)["data"]

    before = {who: seen(who)["donation"] is not None for who in (None, "contact", "staff", "district", "neighbour")}
    received = funded.receive(donation)
    after = seen(None)

    assert (pledged["donation"]["state"], pledged["event"]["action"]) == ("PLEDGED", "CREATE")
    assert before == {None: False, "contact": True, "staff": True, "district": True, "neighbour": False}
    assert received["donation"]["receiptNumber"] == f"JZ-{ask.town.home.division_code}-2026-000001"
    assert (received["event"]["action"], received["event"]["actorName"]) == ("RECEIVE", "示范staff")
    assert after["donation"] == {"state": "RECEIVED"}
    assert after["division"]["stats"]["donatedAmount"] == "1000.00"
    assert funded.read("received spent balance donations { nodes { attachments { nodes { description } } } }") == {
        "received": "1000.00", "spent": "0.00", "balance": "1000.00",
        "donations": {"nodes": [{"attachments": {"nodes": [{"description": "捐赠协议"}]}}]},
    }  # fmt: skip
    assert [found for found in verify_journals().findings if found.subject_type == "Donation"] == []


def test_who_gives_and_what_and_for_whom(funded: Funded, ask: Asking) -> None:
    committee = f"Committee_{ask.town.home.id}"
    bench = {"kind": "GOODS", "item": "长椅", "unit": "把", "quantity": "4"}
    ended = make.make_project(ask.town.home, state=ProjectState.CLOSED)
    gone = make.make_organization(ask.town.home.division, state="CLOSED")
    given: list[tuple[str, dict[str, Any]]] = [
        ("resident", {}),
        ("staff", {"donorName": "示范商户", "recipientId": committee, **bench, "value": "1200", "amount": None}),
        ("resident", {"donorId": funded.unit}),
        ("resident", {"donorName": "示范商户"}),
        ("next_staff", {"donorId": funded.unit}),
        ("neighbour", {}),
        ("staff", {"donorId": funded.unit, "donorName": "示范商户"}),
        ("staff", {"donorId": f"Organization_{gone.id}"}),
        ("contact", {"recipientId": f"Project_{ended.id}"}),
        ("contact", {"recipientId": "Project_99999"}),
        ("contact", {"amount": None}),
        ("contact", {**bench}),
        ("contact", {**bench, "amount": None, "unit": None}),
        ("contact", {"amount": "0"}),
        ("contact", {"amount": "0.001"}),
    ]

    answers = [codes(funded.pledge(who, **values)) for who, values in given]

    assert answers == [
        [], [], *[[("NOT_PERMITTED", None)]] * 3, [("INVALID_INPUT", ["donorId"])], [("INVALID_INPUT", ["donorId"])],
        [("NOT_FOUND", ["donorId"])], [("LIMIT_REACHED", ["recipientId"])], [("NOT_FOUND", ["recipientId"])],
        [("INVALID_INPUT", ["amount"])], [("INVALID_INPUT", ["amount"])], [("INVALID_INPUT", ["unit"])],
        [("INVALID_INPUT", ["amount"])], [("INVALID_INPUT", ["amount"])],
    ]  # fmt: skip
    rows = sorted(Donation.find_all(), key=lambda row: row.id)
    assert [(row.person_id, row.donor_name, row.committee_id) for row in rows] == [
        (funded.person.id, None, None), (None, "示范商户", ask.town.home.id),
    ]  # fmt: skip
    # Goods are received as well, and are no money that a project could spend.
    assert codes(funded.receive(f"Donation_{rows[1].id}")) == []
    check()


def test_nobody_receives_their_own_donation_and_a_donation_called_off_is_over(funded: Funded, ask: Asking) -> None:
    own = funded.pledge()["donation"]["id"]
    make.make_role_grant(
        Role.UNIT_CONTACT, ask.town.home.division, account=ask.town.accounts["staff"], organization=ask.town.unit
    )
    for_the_end = funded.pledge("resident")["donation"]["id"]

    refused = [
        codes(funded.receive(own)),
        codes(funded.receive(own, "contact")),
        codes(funded.receive(own, "stranger")),
    ]
    cancelled = ask.change("contact", "cancelDonation", GIVEN, donationId=own, reason="改捐其他项目")
    again = [codes(funded.receive(own)), ask.refused("contact", "cancelDonation", donationId=own, reason="示范")]
    models.Project.update(state=ProjectState.CANCELLED).execute()
    late = codes(funded.receive(for_the_end))

    assert refused == [
        [("NOT_PERMITTED", ["donationId"])], [("NOT_PERMITTED", None)], [("NOT_FOUND", ["donationId"])],
    ]  # fmt: skip
    assert cancelled["donation"]["state"] == "CANCELLED"
    assert again == [[("ILLEGAL_TRANSITION", ["donationId"])]] * 2
    assert late == [("LIMIT_REACHED", ["donationId"])]


def test_a_hidden_donor_is_unnamed_to_all_but_auditors(funded: Funded, ask: Asking) -> None:
    auditor(ask)
    hidden = funded.pledge(isNameHidden=True)
    funded.receive(hidden["donation"]["id"])
    shown = "donor { ... on Organization { name } } donorName"
    text = f"""query ($unit: ID!) {{
        donations {{ nodes {{ {shown} journal {{ nodes {{ action actorName }} }} }} }}
        found: donations(filter: {{ donor: {{ organization: {{ id: {{ eq: $unit }} }} }} }}) {{ totalCount }}
        organization(id: $unit) {{ donations {{ totalCount }} }} }}"""

    answers = {
        who: ask.answer(who, text, unit=funded.unit)["data"]
        for who in (None, "contact", "staff", "city", "auditor")
    }  # fmt: skip

    assert hidden["event"]["actorName"] == "不具名"
    for who, answer in answers.items():
        [gift] = answer["donations"]["nodes"]
        knows = who == "auditor"
        assert gift["donorName"] == (ask.town.unit.name if knows and ask.town.unit else "不具名"), who
        assert (gift["donor"] is not None) == knows, who
        assert answer["found"]["totalCount"] == answer["organization"]["donations"]["totalCount"] == int(knows), who
        assert [entry["actorName"] for entry in gift["journal"]["nodes"]] == ["不具名", "示范staff"]


def test_a_fulfilled_claim_on_money_is_a_received_donation_to_the_project(funded: Funded, ask: Asking) -> None:
    town = ask.town
    money = make.make_resource(town.unit, quantity=5000, unit="元", capacity_model=CapacityModel.FUND)
    things = make.make_resource(town.unit, quantity=50, unit="件", capacity_model=CapacityModel.STOCK)
    served, other = (str(models.Issue.get_by_id(town.accept()).number) for _ in range(2))
    make.make_project_issue(funded.project, issue=models.Issue.get(models.Issue.number == served))
    help_ = {"wantedHelp": "需要资金", "claimUntil": "2026-01-30T08:00:00Z"}
    for number in (served, other):
        assert not ask.refused("staff", "publishIssue", issueNumber=number, **help_)

    def fulfil(number: str, resource: models.Resource, quantity: str) -> None:
        given = {
            "promise": "出资",
            "promisedOn": "2026-01-06",
            "quantity": quantity,
            "resourceId": f"Resource_{resource.id}",
        }
        claim = ask.change("contact", "claimIssue", "claim { id }", issueNumber=number, **given)["claim"]["id"]
        for step in ("confirmClaim", "fulfilClaim"):
            assert not ask.refused("staff", step, issueNumber=number, claimId=claim)

    fulfil(served, money, "1500.50")
    fulfil(served, things, "5")
    fulfil(other, money, "10")

    [gift] = Donation.find_all()
    assert town.unit is not None
    assert (gift.state, gift.amount, gift.organization_id) == (DonationState.RECEIVED, Decimal("1500.50"), town.unit.id)
    assert (gift.project_id, gift.claim_id is not None) == (funded.project.id, True)
    assert funded.read("balance") == {"balance": "1500.50"}
    check()
    assert [found for found in verify_journals().findings if found.subject_type == "Donation"] == []


def test_receipts_go_on_by_community_and_year(funded: Funded, ask: Asking) -> None:
    neighbour = make_donation(make.make_project(ask.town.next_door, state=ProjectState.ACTIVE))
    one, two = (funded.pledge()["donation"]["id"] for _ in range(2))

    numbers = [
        ask.change(who, "receiveDonation", GIVEN, at, donationId=gift)["donation"]["receiptNumber"]
        for who, at, gift in (
            ("staff", "2026-12-31T15:59:59Z", one),
            ("staff", "2026-12-31T16:00:00Z", two),
            ("next_staff", "2026-12-31T16:00:00Z", f"Donation_{neighbour.id}"),
        )
    ]

    home, next_door = ask.town.home.division_code, ask.town.next_door.division_code
    assert numbers == [f"JZ-{home}-2026-000001", f"JZ-{home}-2027-000001", f"JZ-{next_door}-2027-000001"]
