"""Registrations of units and persons with communities, and partnership agreements."""

from peewee import ColumnBase

from db.access.models.access import TokenScope
from db.kernel.expressions import Row
from db.registrations.models import registration as registrations
from schema.catalog.declare import aggregate, every, lookup, many
from schema.catalog.registry import Context
from schema.graph.places.types import within
from schema.graph.registrations.mutations import MUTATIONS
from schema.graph.registrations.service import Appraisal, Hour, HourRecord, Pledge
from schema.graph.registrations.stats import STATS
from schema.graph.registrations.types import AgreementItem, PartnershipAgreement, Registration


def _is_of_unit(unit: Row, appraisal: Row) -> ColumnBase:
    registration = registrations.Registration.alias("appraised")
    is_its = (registration.organization == unit.id) | (registration.work_unit == unit.id)
    return appraisal.registration.in_(registration.select(registration.id).where(is_its))


CONTEXT = Context(
    types=(Registration, Pledge, HourRecord, Hour, Appraisal, PartnershipAgreement, AgreementItem),
    unions={"RegistrationParty": "Who registers with a community: a unit or a person."},
    roots={
        "registration": lookup("Registration", "Find a registration by id."),
        "registrations": every("Registration", "All registrations, in the order of their ids."),
        "registration_aggregate": aggregate("Registration", "Count, sum and group registrations."),
        "pledge": lookup("Pledge", "Find a pledge by id."),
        "pledges": every("Pledge", "All pledges, in the order of their ids."),
        "hour_record": lookup("HourRecord", "Find a record of hours by id."),
        "hour_records": every("HourRecord", "Records of hours that the viewer sees, newest day first.", order="-day"),
        "hour_aggregate": aggregate("Hour", "Sum hours of service by duty, month, team and place; sums name nobody."),
        "appraisal": lookup("Appraisal", "Find an appraisal by id."),
        "appraisals": every("Appraisal", "Appraisals that the viewer sees, in the order of their ids."),
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
            "appraisals": many(
                "Appraisal",
                "Appraisals of the organization, and of persons who registered as working for it.",
                on=_is_of_unit,
                order="-year",
            ),
        },
        "DivisionStats": STATS,
        "Person": {
            "registrations": many("Registration", "Registrations of the person.", on="person"),
            "hours": many("HourRecord", "Hours of service of the person, newest day first.", on="person", order="-day"),
        },
        "VolunteerTeam": {
            "hours": many(
                "HourRecord",
                "Hours of service with the team that the viewer sees, newest day first.",
                on="team",
                order="-day",
            ),
        },
    },
    mutations={TokenScope.REGISTRATIONS: MUTATIONS},
)
