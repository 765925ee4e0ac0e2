"""Applications for services, and the materials that they bring."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, BigIntegerField, Check, CompositeKey, ForeignKeyField, IntegerField

from db.access.models.account import Account
from db.attachments.models import Attachment
from db.kernel.bounds import Between, Length
from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, EnumField, LineField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division, DivisionLevel
from db.services.models.catalogue import ServiceItem

RATING, OUTSIDE_NUMBER = Between(1, 5), Length(1, 40)


class ApplicationState(DomainEnum):
    """The state of an application (办件状态)."""

    SUBMITTED = "SUBMITTED", "The application waits to be accepted.", "待受理"
    NEEDS_MATERIALS = "NEEDS_MATERIALS", "The applicant was asked for materials that are missing.", "待补正"
    ACCEPTED = "ACCEPTED", "The application was accepted and waits for a decision.", "已受理"
    FORWARDED = "FORWARDED", "Another office decides, to which the application was forwarded.", "已转办"
    DECIDED = "DECIDED", "The application was decided.", "已办结"
    RATED = "RATED", "The application was decided, and the applicant has rated it.", "已评价"
    WITHDRAWN = "WITHDRAWN", "The application was withdrawn before it was decided.", "已撤回"


# Those in which its clock runs; where materials are missing it stands still.
RUNNING = (ApplicationState.SUBMITTED, ApplicationState.ACCEPTED, ApplicationState.FORWARDED)
OPEN = (*RUNNING, ApplicationState.NEEDS_MATERIALS)


class ApplicationConsent(DomainEnum):
    """How an applicant agreed that somebody else files the application (授权方式)."""

    SIGNED = "SIGNED", "The applicant signed a slip.", "签署委托书"
    RECORDED = "RECORDED", "The applicant's word was recorded.", "录音录像"


class ApplicationDecision(DomainEnum):
    """What was decided on an application (办理结果)."""

    APPROVED = "APPROVED", "The applicant gets what they applied for.", "准予"
    REFUSED = "REFUSED", "The applicant does not get it; the grounds and the remedy say more.", "不予"


class ServiceApplication(BaseModel):
    """An application of a person for a service (办件), for the item as it was when the application was filed.

    applicant: null once nobody need know it any more. assisted_by: the account that filed it for the applicant.
    level: of the office that takes it in, as the item says. forwarded_to: the code of the division whose office
    decides instead, and outside_number the number there. requested: codes of materials with blanks between. due_at,
    warn_at: of its clock, which stands still in NEEDS_MATERIALS. rate_until: the end of the time for a rating.
    """

    id = BigAutoField()
    number = CodeField(unique=True)
    division = ForeignKeyField(Division, backref="applications", on_delete="RESTRICT")
    division_code = CodeField()
    item = ForeignKeyField(ServiceItem, backref="applications", on_delete="RESTRICT")
    applicant = ForeignKeyField(Person, null=True, backref="applications", on_delete="RESTRICT")
    assisted_by = ForeignKeyField(Account, null=True, on_delete="SET NULL")
    assisted_by_name = LineField(null=True)
    consent = EnumField(ApplicationConsent, null=True)
    level = EnumField(DivisionLevel)
    forwarded_to = CodeField(null=True)
    outside_number = CodeField(null=True)
    requested_at = UtcDateTimeField(null=True)
    requested = LineField(default="")
    accepted_at = UtcDateTimeField(null=True)
    due_at = UtcDateTimeField()
    warn_at = UtcDateTimeField()
    decided_at = UtcDateTimeField(null=True)
    decision = EnumField(ApplicationDecision, null=True)
    grounds = ProseField(null=True)
    remedy = ProseField(null=True)
    rate_until = UtcDateTimeField(null=True)
    rating = IntegerField(null=True)
    rating_text = ProseField(null=True)
    withdrawn_at = UtcDateTimeField(null=True)
    state = EnumField(ApplicationState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        division_id: int
        item_id: int
        applicant_id: int | None
        assisted_by_id: int | None

    class Meta:
        indexes = (
            (("created_at", "id"), True),
            (("division_code", "created_at", "id"), True),
            (("state", "warn_at"), False),
        )
        constraints = [
            Check("level IN ('COMMUNITY', 'SUBDISTRICT')"),
            Check("(consent IS NULL) = (assisted_by_name IS NULL)"),
            Check("assisted_by_id IS NULL OR assisted_by_name IS NOT NULL"),
            Check("(forwarded_to IS NULL) = (outside_number IS NULL)"),
            Check("state <> 'NEEDS_MATERIALS' OR requested_at IS NOT NULL"),
            Check("state IN ('SUBMITTED', 'NEEDS_MATERIALS', 'WITHDRAWN') OR accepted_at IS NOT NULL"),
            Check("state <> 'FORWARDED' OR forwarded_to IS NOT NULL"),
            Check("(state IN ('DECIDED', 'RATED')) = (decided_at IS NOT NULL)"),
            Check("(decided_at IS NULL) = (decision IS NULL)"),
            Check("(decided_at IS NULL) = (rate_until IS NULL)"),
            Check("decision <> 'REFUSED' OR (grounds IS NOT NULL AND remedy IS NOT NULL)"),
            Check("(state = 'RATED') = (rating IS NOT NULL)"),
            Check(RATING.sql("rating")),
            Check("(state = 'WITHDRAWN') = (withdrawn_at IS NOT NULL)"),
        ]


# With all that figures of a division read, so that they need no table.
ServiceApplication.add_index(
    ServiceApplication.index(
        ServiceApplication.division_code,
        ServiceApplication.state,
        ServiceApplication.due_at,
        ServiceApplication.decided_at,
        ServiceApplication.rating,
        name="service_application_figures",
    )
)
# Of whom it is still known that they applied.
ServiceApplication.add_index(
    ServiceApplication.index(
        ServiceApplication.created_at, where=SQL("applicant_id IS NOT NULL"), name="service_application_known"
    )
)


class ApplicationMaterial(BaseModel):
    """A material that an application brought (办件材料). code: of the item's material that it is."""

    id = BigAutoField()
    application = ForeignKeyField(ServiceApplication, backref="materials", on_delete="CASCADE", index=False)
    division_code = CodeField()
    code = CodeField()
    attachment = ForeignKeyField(Attachment, unique=True, on_delete="CASCADE")

    if TYPE_CHECKING:
        application_id: int
        attachment_id: int

    class Meta:
        indexes = ((("application", "id"), True),)


class ApplicationSerial(BaseModel):
    """The last number given to an application in a community and year: as `LedgerSerial`."""

    division_code = CodeField()
    year = IntegerField()
    last = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("division_code", "year")


add_tie(
    Tie(
        ServiceApplication,
        ("an application", "办件"),
        points=lambda application, person: application.applicant == person.id,
        holds=lambda application, now: application.state.in_([state.value for state in OPEN]),
    )
)
TABLES = (ServiceApplication, ApplicationMaterial, ApplicationSerial)
