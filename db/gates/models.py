"""Access points, passes for them, scans of passes, which name nobody, and how many there are a day."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, BigIntegerField, BooleanField, Check, CompositeKey, ForeignKeyField, IntegerField

from db.kernel.bounds import Length
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import CodeField, DayField, EnumField, LineField, UtcDateTimeField, one_of
from db.kernel.model import BaseModel
from db.kernel.partitions import DayPartitions
from db.organizations.models.organization import Organization
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division
from db.sites.models import Site

NAME = Length(2, 60, has_lines=False)


class AccessPointState(DomainEnum):
    """The state of an access point (出入口状态)."""

    ACTIVE = "ACTIVE", "People come and go through it.", "启用"
    CLOSED = "CLOSED", "The access point was closed.", "关闭"


class PassState(DomainEnum):
    """The state of a pass (出入证状态)."""

    VALID = "VALID", "The pass is valid until its day.", "有效"
    REVOKED = "REVOKED", "The pass was revoked.", "已吊销"
    EXPIRED = "EXPIRED", "The day of the pass is over.", "已过期"


class ScanDirection(DomainEnum):
    """Which way somebody went (进出方向)."""

    IN = "IN", "Into the compound or building.", "进"
    OUT = "OUT", "Out of it.", "出"


class ScanResult(DomainEnum):
    """Whether somebody was let through (通行结果)."""

    PASSED = "PASSED", "They were let through.", "放行"
    REFUSED = "REFUSED", "They were not; the reason says why.", "拒绝"


class ScanReason(GrowingEnum):
    """Why somebody was not let through (拒绝原因)."""

    NO_PASS = "NO_PASS", "They had no pass.", "无出入证"
    EXPIRED = "EXPIRED", "The pass was no longer valid.", "出入证失效"
    FEVER = "FEVER", "They had a fever.", "发热"
    CODE_YELLOW = "CODE_YELLOW", "Their health code was yellow.", "黄码"
    CODE_RED = "CODE_RED", "Their health code was red.", "红码"


class AccessPoint(BaseModel):
    """A gate of a compound, or a door of a unit, at which passes are scanned (出入口).

    is_only_gate: no other one of the site is open while it is.
    """

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="access_points", on_delete="RESTRICT")
    division_code = CodeField()
    site = ForeignKeyField(Site, null=True, backref="access_points", on_delete="RESTRICT")
    organization = ForeignKeyField(Organization, null=True, backref="access_points", on_delete="RESTRICT")
    name = LineField()
    is_only_gate = BooleanField()
    needs_pass = BooleanField()
    state = EnumField(AccessPointState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        division_id: int
        site_id: int | None
        organization_id: int | None

    class Meta:
        indexes = ((("division_code", "id"), True),)
        constraints = [one_of("site_id", "organization_id"), Check("site_id IS NOT NULL OR NOT is_only_gate")]


# A site has one gate that is the only one, if any; beside others it has none (`db.gates.commands`).
AccessPoint.add_index(
    AccessPoint.index(
        AccessPoint.site, unique=True, where=SQL("is_only_gate AND state = 'ACTIVE'"), name="access_point_only_gate"
    )
)


class AccessPass(BaseModel):
    """A pass of a person for the gates of a site (出入证). code_hash: of the code on it, which is told once."""

    id = BigAutoField()
    site = ForeignKeyField(Site, backref="access_passes", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    person = ForeignKeyField(Person, backref="access_passes", on_delete="RESTRICT")
    code_hash = CodeField(unique=True)
    valid_until = DayField()
    state = EnumField(PassState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        site_id: int
        person_id: int

    class Meta:
        indexes = (
            (("site", "id"), True),
            (("division_code", "id"), True),
            (("state", "valid_until"), False),
        )
        constraints = [Check("length(code_hash) = 64")]


class AccessDay(BaseModel):
    """How many people were let through an access point on a day, and how many not (日流量): kept for ever."""

    id = BigAutoField()
    access_point = ForeignKeyField(AccessPoint, backref="days", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    day = DayField()
    direction = EnumField(ScanDirection)
    passed = IntegerField(default=0)
    refused = IntegerField(default=0)

    if TYPE_CHECKING:
        access_point_id: int

    class Meta:
        indexes = (
            (("access_point", "day", "direction"), True),
            (("division_code", "day", "id"), True),
            (("day", "id"), True),
        )
        constraints = [Check("passed >= 0"), Check("refused >= 0")]


class ScanSecret(BaseModel):
    """The secret of a day, by which the scans of that day are hashed; it goes with them."""

    id = BigAutoField()
    day = DayField(unique=True)
    secret = CodeField()

    class Meta:
        constraints = [Check("length(secret) = 64")]


class ScanEvent(BaseModel):
    """That somebody came to an access point (扫码): nothing in it names anybody, and no type of the graph shows it.

    access_point_id: no foreign key, which would be looked up for each scan: what is counted of its day has one. number:
    of the scan in its direction on its day. pass_hash: keyed with the secret of the day. On PostgreSQL each day is a
    partition.
    """

    day = DayField()
    access_point_id = BigIntegerField()
    direction = EnumField(ScanDirection)
    number = IntegerField()
    at = UtcDateTimeField()
    pass_hash = CodeField(null=True)
    result = EnumField(ScanResult)
    reason = EnumField(ScanReason, null=True)

    class Meta:
        primary_key = CompositeKey("day", "access_point_id", "direction", "number")
        schema_manager_class = DayPartitions
        constraints = [
            Check("number >= 1"),
            Check("length(pass_hash) = 64"),
            Check("(result = 'REFUSED') = (reason IS NOT NULL)"),
        ]


add_tie(
    Tie(
        AccessPass,
        ("a pass", "出入证"),
        points=lambda row, person: row.person == person.id,
        holds=lambda row, now: row.state == PassState.VALID.value,
    )
)
TABLES = (AccessPoint, AccessPass, AccessDay, ScanSecret, ScanEvent)
