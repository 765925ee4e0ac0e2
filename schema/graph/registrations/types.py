"""Registrations and partnership agreements as everybody sees them."""

from peewee import Node, Value, fn

from db.issues.models.duty import Duty
from db.kernel.expressions import Row
from db.registrations.models import agreement, registration
from schema.catalog.declare import column, many, model_type, names, one, one_of


def _duties(row: Row) -> Node:
    return Value('["').concat(fn.REPLACE(row.duties, " ", '","')).concat('"]')


@model_type(
    registration.Registration,
    "A registration of a unit or a person with the community that they help (双报到).",
)
class Registration:
    """Everybody sees all of them; who a person is depends on who asks."""

    kind = column("As what the party registers.")
    party = one_of(
        "RegistrationParty",
        {"Organization": "organization", "Person": "person"},
        "The unit or the person who registers.",
    )
    organization = one("Organization", "The unit that registers; null for a person.")
    person = one("Person", "The person who registers; null for a unit.")
    party_organization_name = column("The name of the party organization.")
    work_unit = one("Organization", "The unit that a registered person works for.")
    duties = names(_duties, "The one to three duties that the party offers to serve.", enum=Duty)
    skills = column("What the party is good at.")
    yearly_hours = column("How many hours a year the party offers.")
    contact_person = one("Person", "The person who speaks for the unit while it is registered.")
    division = one("Division", "The community with which the party registers.")
    division_code = column("The 12-digit code of the community.")
    confirmed_on = column("The day on which the registration was last confirmed or renewed.")
    renew_by = column("The day by which the registration must be renewed.")
    ended_on = column("The day on which the registration ended.")
    end_reason = column("Why the registration ended.")
    pledges = many("Pledge", "What the party promised.", on="registration")
    hours = many(
        "HourRecord", "Hours of service for the registration, newest day first.", on="registration", order="-day"
    )
    appraisals = many("Appraisal", "The yearly appraisals of the registration.", on="registration", order="-year")
    state = column("The state of the registration.")
    created_at = column("When the registration was submitted.")
    version = column("The version, which grows by one with each step; send it as `expectedVersion`.")


@model_type(
    agreement.PartnershipAgreement,
    "An agreement of a community or a subdistrict with a unit, with three lists (共建协议).",
)
class PartnershipAgreement:
    """Everybody sees all of them."""

    division = one("Division", "The community or the subdistrict that agrees with the unit.")
    division_code = column("The 12-digit code of the community or the subdistrict.")
    organization = one("Organization", "The unit that agrees with the community.")
    starts_on = column("The first day of the agreement.")
    ends_on = column("The last day of the agreement.")
    renews = one("PartnershipAgreement", "The earlier agreement that this one renews.")
    renewals = many("PartnershipAgreement", "Agreements that renew this one.", on="renews")
    items = many(
        "AgreementItem", "The items of its lists of resources, needs and projects.", on="agreement", order="position"
    )
    signed_by_community_at = column("When the community or the subdistrict signed.")
    signed_by_unit_at = column("When the unit signed the agreement.")
    state = column("The state of the agreement.")
    created_at = column("When the agreement was drafted.")
    version = column("The version, which grows by one with each step; send it as `expectedVersion`.")


@model_type(agreement.AgreementItem, "An item on one of the lists of a partnership agreement (协议清单条目).")
class AgreementItem:
    """Items never change."""

    agreement = one("PartnershipAgreement", "The agreement that the item belongs to.")
    position = column("The place of the item in the agreement, from 1.")
    side = column("The side that offers, wants or leads it.")
    kind = column("The list that the item is on.")
    text = column("What the item is about.")
    resource = one("Resource", "The resource that is offered, where the item names one.")
