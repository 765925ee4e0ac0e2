"""Publications: what an office makes known to everybody, to members or to offices, and who confirmed having read it."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, BooleanField, Check, ForeignKeyField, IntegerField

from db.access.models.account import Account
from db.incidents.models import Incident
from db.issues.models.duty import Duty
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import CodeField, DayField, EnumField, LineField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.places.models.division import Division


class PublicationKind(GrowingEnum):
    """What an office makes known (发布资料类别)."""

    POLICY = "POLICY", "A policy, explained to residents.", "政策宣传"
    ANNOUNCEMENT = "ANNOUNCEMENT", "An announcement of something that is to come.", "通告"
    PLAN = "PLAN", "A plan that offices and committees carry out.", "方案"
    RULES = "RULES", "Rules that offices and committees work by.", "制度"
    TRAINING_VIDEO = "TRAINING_VIDEO", "A video from which others learn.", "教学视频"
    CASE = "CASE", "A case that shows how it was done elsewhere.", "案例"


class Audience(DomainEnum):
    """For whom a publication is (发布范围)."""

    PUBLIC = "PUBLIC", "Everybody sees it.", "公开"
    MEMBERS = "MEMBERS", "Members of committees, and offices.", "委员"
    OFFICES = "OFFICES", "Staff of communities, and officers above them.", "各级机构"


class PublicationState(DomainEnum):
    """The state of a publication (发布状态)."""

    PUBLISHED = "PUBLISHED", "The publication stands.", "已发布"
    WITHDRAWN = "WITHDRAWN", "The publication was withdrawn.", "已撤回"


class Publication(BaseModel):
    """What an office makes known in its division and all below it (发布资料).

    valid_from, valid_until: between them it is in force, unless it was withdrawn or one that supersedes it has begun.
    """

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="publications", on_delete="RESTRICT")
    division_code = CodeField()
    last_code = CodeField()
    kind = EnumField(PublicationKind)
    audience = EnumField(Audience)
    title = LineField()
    body = ProseField(null=True)
    uri = LineField(null=True)
    sha256 = CodeField(null=True)
    duration_seconds = IntegerField(null=True)
    duty = EnumField(Duty, null=True)
    valid_from = UtcDateTimeField()
    valid_until = UtcDateTimeField(null=True)
    needs_receipt = BooleanField(default=False)
    supersedes = ForeignKeyField("self", null=True, backref="superseded_by", on_delete="RESTRICT")
    published_by_name = LineField()
    state = EnumField(PublicationState)
    created_at = UtcDateTimeField()
    version = IntegerField()
    incident = ForeignKeyField(Incident, null=True, backref="publications", on_delete="RESTRICT")

    if TYPE_CHECKING:
        division_id: int
        supersedes_id: int | None
        incident_id: int | None

    class Meta:
        indexes = ((("division_code", "id"), True), (("valid_from", "id"), True))
        constraints = [
            Check("body IS NOT NULL OR uri IS NOT NULL"),
            Check("sha256 IS NULL OR uri IS NOT NULL"),
            Check("length(sha256) = 64"),
            Check("valid_until > valid_from"),
            Check("duration_seconds > 0"),
            Check("supersedes_id <> id"),
        ]


# One publication takes the place of another at a time.
Publication.add_index(
    Publication.index(
        Publication.supersedes, unique=True, where=SQL("state = 'PUBLISHED'"), name="publication_one_successor"
    )
)


class PublicationRead(BaseModel):
    """That an account read a publication (阅读回执). read_days: on how many days; last_read_on: the last of them."""

    id = BigAutoField()
    publication = ForeignKeyField(Publication, backref="reads", on_delete="CASCADE", index=False)
    account = ForeignKeyField(Account, backref="publication_reads", on_delete="CASCADE")
    division_code = CodeField()
    first_read_at = UtcDateTimeField()
    last_read_at = UtcDateTimeField()
    last_read_on = DayField()
    read_days = IntegerField(default=1)

    if TYPE_CHECKING:
        publication_id: int
        account_id: int

    class Meta:
        indexes = ((("publication", "account"), True), (("publication", "first_read_at", "id"), True))
        constraints = [Check("read_days >= 1"), Check("last_read_at >= first_read_at")]
