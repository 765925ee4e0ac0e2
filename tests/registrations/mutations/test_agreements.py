"""The life of a partnership agreement: it is drafted, signed by both sides, renewed and ended."""

from typing import Any

from db.access.models.account import Role
from db.registrations.models.agreement import AgreementState
from tests.asking import Asking
from tests.factories import make_organization, make_resource, make_role_grant
from tests.registrations.factories import make_agreement

SHOWN = """agreement { id state signedByCommunityAt signedByUnitAt renews { id }
    items { nodes { position side kind text resource { id } } }
    journal { nodes { action toState actorRole facts } } } event { action }"""


def test_both_sides_sign_an_agreement(ask: Asking) -> None:
    home = ask.town.home.division
    unit = make_organization(home)
    ask.town.accounts["contact"] = make_role_grant(Role.UNIT_CONTACT, home, organization=unit).account
    resource, other = make_resource(unit), make_resource(make_organization(home))
    offered = {"side": "UNIT", "kind": "RESOURCE", "text": "会议室", "resourceId": f"Resource_{resource.id}"}
    given: dict[str, Any] = {
        "divisionCode": home.code, "organizationId": f"Organization_{unit.id}", "startsOn": "2026-02-01",
        "endsOn": "2029-02-01", "items": [offered, {"side": "COMMUNITY", "kind": "NEED", "text": "义诊"}],
    }  # fmt: skip
    refused = [
        ask.refused("resident", "draftAgreement", **given),
        ask.refused("staff", "draftAgreement", **given | {"endsOn": "2029-02-02"}),
        ask.refused("staff", "draftAgreement", **given | {"endsOn": "2026-02-01"}),
        ask.refused("staff", "draftAgreement", **given | {"divisionCode": ask.town.district.code}),
        ask.refused("staff", "draftAgreement", **given | {"divisionCode": ask.town.street.code}),
        ask.refused("staff", "draftAgreement", **given | {"items": []}),
        ask.refused("staff", "draftAgreement", **given | {"items": [offered | {"kind": "NEED"}]}),
        ask.refused("staff", "draftAgreement", **given | {"items": [offered | {"resourceId": f"Resource_{other.id}"}]}),
        ask.refused("staff", "draftAgreement", **given | {"renewsId": "PartnershipAgreement_9"}),
    ]

    drafted = ask.change("contact", "draftAgreement", SHOWN, **given)
    key = {"agreementId": drafted["agreement"]["id"]}
    once = ask.change("contact", "signAgreement", SHOWN, **key)
    refused += [
        ask.refused("contact", "signAgreement", **key),
        ask.refused("resident", "signAgreement", **key),
        ask.refused("staff", "draftAgreement", **given | {"renewsId": key["agreementId"]}),
    ]
    signed = ask.change("subdistrict", "signAgreement", SHOWN, **key)
    refused.append(ask.refused("staff", "signAgreement", **key))
    renewed = ask.change("staff", "draftAgreement", SHOWN, **given | {"renewsId": key["agreementId"]})
    ended = ask.change("contact", "endAgreement", SHOWN, **key, reason="提前终止")

    assert refused == [
        [("NOT_PERMITTED", None)],
        [("INVALID_INPUT", ["endsOn"])],
        [("INVALID_INPUT", ["endsOn"])],
        [("NOT_FOUND", ["divisionCode"])],
        [("NOT_PERMITTED", None)],
        [("INVALID_INPUT", ["items"])],
        [("NOT_FOUND", ["items", "0", "resourceId"])],
        [("NOT_FOUND", ["items", "0", "resourceId"])],
        [("NOT_FOUND", ["renewsId"])],
        [("LIMIT_REACHED", ["agreementId"])],
        [("NOT_PERMITTED", None)],
        [("NOT_FOUND", ["renewsId"])],
        [("ILLEGAL_TRANSITION", ["agreementId"])],
    ]
    assert drafted["agreement"]["items"]["nodes"] == [
        {
            "position": 1,
            "side": "UNIT",
            "kind": "RESOURCE",
            "text": "会议室",
            "resource": {"id": offered["resourceId"]},
        },
        {"position": 2, "side": "COMMUNITY", "kind": "NEED", "text": "义诊", "resource": None},
    ]
    assert [once["agreement"][name] for name in ("state", "signedByUnitAt", "signedByCommunityAt")] == [
        "DRAFT", "2026-01-05T08:00:00Z", None,
    ]  # fmt: skip
    assert [entry["actorRole"] for entry in ended["agreement"]["journal"]["nodes"]] == [
        "UNIT_CONTACT", "UNIT_CONTACT", "SUBDISTRICT_OFFICER", "UNIT_CONTACT",
    ]  # fmt: skip
    assert [signed["agreement"]["state"], signed["event"]["action"]] == ["SIGNED", "CONCLUDE"]
    assert renewed["agreement"]["renews"] == {"id": key["agreementId"]}
    assert ended["agreement"]["state"] == "ENDED"


def test_a_subdistrict_signs_by_its_officer_alone(ask: Asking) -> None:
    unit = make_organization(ask.town.home.division)
    agreement = make_agreement(unit, division=ask.town.street, state=AgreementState.DRAFT)
    key = {"agreementId": f"PartnershipAgreement_{agreement.id}"}

    refused = ask.refused("staff", "signAgreement", **key)
    signed = ask.change("subdistrict", "signAgreement", SHOWN, **key)

    assert refused == [("NOT_PERMITTED", None)]
    assert signed["agreement"]["signedByCommunityAt"] == "2026-01-05T08:00:00Z"


def test_one_person_signs_for_one_side(ask: Asking) -> None:
    home = ask.town.home.division
    unit = make_organization(home)
    make_role_grant(Role.UNIT_CONTACT, home, organization=unit, account=ask.town.accounts["staff"])
    agreement = make_agreement(unit, state=AgreementState.DRAFT)
    key = {"agreementId": f"PartnershipAgreement_{agreement.id}"}
    steps = "availableTransitions { mutation isAllowed }"
    offers = f'{{ partnershipAgreement(id: "{key["agreementId"]}") {{ {steps} }} }}'

    first = ask.change("staff", "signAgreement", "event { action facts }", **key)
    second = ask.change("staff", "signAgreement", "__typename", **key)["userErrors"]
    offered = ask.answer("staff", offers)["data"]["partnershipAgreement"]["availableTransitions"]
    other = ask.change("subdistrict", "signAgreement", "agreement { state } event { facts }", **key)

    assert (first["userErrors"], first["event"]["action"]) == ([], "SIGN")
    assert [(error["code"], error["field"]) for error in second] == [("NOT_PERMITTED", ["agreementId"])]
    assert "somebody else signs" in second[0]["message"]
    assert not any(one["isAllowed"] for one in offered if one["mutation"] == "signAgreement")
    assert other["agreement"]["state"] == "SIGNED"
