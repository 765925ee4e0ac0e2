"""Registrations: who reports to a community to help it, what they promise and do there, and agreements with units."""

from db.kernel.context import DomainContext
from db.registrations.clock import RULES
from db.registrations.models.agreement import AgreementItem, PartnershipAgreement
from db.registrations.models.registration import Registration
from db.registrations.models.service import Appraisal, HourRecord, Pledge
from db.registrations.rosters import REGISTRATIONS

CONTEXT = DomainContext(
    (Registration, Pledge, HourRecord, Appraisal, PartnershipAgreement, AgreementItem),
    clock=RULES,
    rosters=(REGISTRATIONS,),
)
