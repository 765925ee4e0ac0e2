"""Registrations of units and persons with communities, and partnership agreements."""

from db.access.models.access import TokenScope
from schema.catalog.declare import aggregate, every, lookup, many
from schema.catalog.registry import Context
from schema.graph.places.types import within
from schema.graph.registrations.mutations import MUTATIONS
from schema.graph.registrations.types import AgreementItem, PartnershipAgreement, Registration

CONTEXT = Context(
    types=(Registration, PartnershipAgreement, AgreementItem),
    unions={"RegistrationParty": "Who registers with a community: a unit or a person."},
    roots={
        "registration": lookup("Registration", "Find a registration by id."),
        "registrations": every("Registration", "All registrations, in the order of their ids."),
        "registration_aggregate": aggregate("Registration", "Count, sum and group registrations."),
        "partnership_agreement": lookup("PartnershipAgreement", "Find a partnership agreement by id."),
        "partnership_agreements": every(
            "PartnershipAgreement", "All partnership agreements, in the order of their ids."
        ),
    },
    additions={
        "Division": {
            "registrations": many(
                "Registration",
                "Registrations with the communities in the scope.",
                on=lambda division, row, given: within(row.division_code, division, given),
                scoped=True,
            ),
            "agreements": many(
                "PartnershipAgreement",
                "Partnership agreements of the communities and subdistricts in the scope.",
                on=lambda division, row, given: within(row.division_code, division, given),
                scoped=True,
            ),
        },
        "Organization": {
            "registrations": many("Registration", "Registrations of the organization.", on="organization"),
            "cadres": many(
                "Registration",
                "Registrations of persons who work for the organization (在职党员、干部).",
                on="work_unit",
            ),
            "agreements": many(
                "PartnershipAgreement", "Partnership agreements of the organization.", on="organization"
            ),
        },
        "Person": {
            "registrations": many("Registration", "Registrations of the person.", on="person"),
        },
    },
    mutations={TokenScope.REGISTRATIONS: MUTATIONS},
)
