"""Who signs in: accounts, and the roles there are, each in one row with what it lets its holder do.

What depends on a role asks for the roles with a power (`roles_with`) and keeps no list of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from peewee import BigAutoField, BooleanField

from db.kernel.enumeration import GrowingEnum
from db.kernel.fields import CodeField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.places.models.division import DivisionLevel
from db.settings.models import SettingKey

# Shown in place of the name of a resident whom somebody may not know.
A_RESIDENT = "居民"


@dataclass(frozen=True, slots=True, kw_only=True)
class Powers:
    """What a role lets its holder do in the part of the city over which they hold it, and who grants it.

    granted_from: the lowest level whose officers grant it; None where nobody does. speaks_for: whom the holder acts
    for, by the column of the grant; `account` is the holder. capacity: what it makes of its holder towards the issues
    of their part, by the name of a `Capacity`. level: then only while that level answers for the issue; an office
    above the community is held over a division of that level. most_days: the setting that says how long it is granted
    at most; None where it need not end.
    """

    granted_from: DivisionLevel | None = None
    speaks_for: Literal["account", "committee", "organization", "team"] | None = None
    capacity: Literal["GRID_WORKER", "STAFF", "OFFICER", "LEADER"] | None = None
    level: DivisionLevel | None = None
    # Submits issues, and reads those that are not public yet.
    submits: bool = False
    reads: bool = False
    # Directs the committee of its seat.
    leads: bool = False
    # Verifies ledgers, reads every notice, and reads the audit.
    verifies: bool = False
    reads_notices: bool = False
    audits: bool = False
    # Sees the plan of a query.
    explains: bool = False
    # Is given from the command line too: whoever has it gives the other roles, or watches over them.
    is_first: bool = False
    # Knows who is a candidate, and who objected, before everybody does.
    knows_candidates: bool = False
    # Looks after people who are monitored at home.
    monitors: bool = False
    most_days: SettingKey | None = None
    # Names a private person, whom the ledger does not show to strangers.
    is_private: bool = False


def _local(**powers: Any) -> Powers:
    return Powers(granted_from=DivisionLevel.SUBDISTRICT, **powers)


def _seat(**powers: Any) -> Powers:
    return _local(speaks_for="committee", submits=True, reads=True, **powers)


def _officer(level: DivisionLevel, granted_from: DivisionLevel, **powers: Any) -> Powers:
    return Powers(
        granted_from=granted_from, capacity="OFFICER", level=level, submits=True, reads=True, verifies=True,
        reads_notices=True, is_first=True, **powers,
    )  # fmt: skip


_L = DivisionLevel


class Role(GrowingEnum):
    """A role that an account can hold in a part of the city (角色)."""

    ANONYMOUS = "ANONYMOUS", "Somebody who is not signed in.", "访客", Powers()
    RESIDENT = (
        "RESIDENT", "A resident of a community.", "居民",
        _local(speaks_for="account", submits=True, is_private=True),
    )  # fmt: skip
    GRID_WORKER = (
        "GRID_WORKER", "A grid worker of a community.", "网格员",
        _local(capacity="GRID_WORKER", submits=True, reads=True),
    )  # fmt: skip
    MEMBER = "MEMBER", "A member of a committee.", "委员", _seat()
    DEPUTY_DIRECTOR = (
        "DEPUTY_DIRECTOR", "A deputy director of a committee.", "副主任",
        _seat(leads=True, verifies=True),
    )  # fmt: skip
    DIRECTOR = "DIRECTOR", "The director of a committee.", "主任", _seat(leads=True, verifies=True)
    STAFF = (
        "STAFF", "Staff of a community's two committees.", "社区“两委”工作人员",
        _local(
            capacity="STAFF", level=_L.COMMUNITY, submits=True, reads=True, verifies=True, reads_notices=True,
            knows_candidates=True, monitors=True,
        ),
    )  # fmt: skip
    UNIT_CONTACT = (
        "UNIT_CONTACT", "The contact of a partner unit.", "共建单位联络人",
        _local(speaks_for="organization", submits=True),
    )  # fmt: skip
    TEAM_CAPTAIN = (
        "TEAM_CAPTAIN", "The captain of a volunteer team.", "志愿服务队队长",
        _local(speaks_for="team", submits=True),
    )  # fmt: skip
    SUBDISTRICT_OFFICER = (
        "SUBDISTRICT_OFFICER", "An officer of a subdistrict.", "街道干部",
        _officer(_L.SUBDISTRICT, granted_from=_L.DISTRICT, knows_candidates=True),
    )  # fmt: skip
    DISTRICT_OFFICER = (
        "DISTRICT_OFFICER", "An officer of a district or county.", "区县干部",
        _officer(_L.DISTRICT, granted_from=_L.CITY),
    )  # fmt: skip
    CITY_OFFICER = (
        "CITY_OFFICER", "An officer of the city.", "市级干部",
        _officer(_L.CITY, granted_from=_L.CITY, explains=True),
    )  # fmt: skip
    LEADER = (
        "LEADER", "A leader in contact with committees.", "包抓领导",
        Powers(granted_from=_L.CITY, capacity="LEADER", reads=True),
    )  # fmt: skip
    AUDITOR = (
        "AUDITOR", "An auditor, who reads ledgers and audit entries.", "审计员",
        Powers(
            granted_from=_L.CITY, reads=True, verifies=True, reads_notices=True, audits=True, explains=True,
            is_first=True,
        ),
    )  # fmt: skip
    HEALTH_WORKER = (
        "HEALTH_WORKER", "Somebody who looks after people monitored at home, for a time.", "居家健康监测员",
        _local(most_days=SettingKey.GRANT_HEALTH_DAYS, monitors=True),
    )  # fmt: skip
    GATE_KEEPER = (
        "GATE_KEEPER", "Somebody on duty at the gate of a compound, for a time.", "卡口值守员",
        _local(most_days=SettingKey.GRANT_GATE_DAYS),
    )  # fmt: skip
    SYSTEM = "SYSTEM", "The system itself, acting when deadlines pass.", "系统", Powers(reads=True)

    def __init__(self, _value: str, _english: str, _chinese: str, powers: Powers) -> None:
        self.powers = powers

    @property
    def office(self) -> DivisionLevel | None:
        """The level above the community for which its holder is an officer."""
        return self.powers.level if self.powers.capacity == "OFFICER" else None


def roles_with(power: Callable[[Powers], object]) -> tuple[Role, ...]:
    """List the roles of whose powers a condition is true."""
    return tuple(role for role in Role if power(role.powers))


def is_office(powers: Powers) -> bool:
    """Return whether a role makes an office of its holder: staff of a community, and officers above."""
    return powers.capacity in ("STAFF", "OFFICER")


def role_at(level: DivisionLevel) -> Role:
    """Return the role of those who answer for issues at a level: a community's staff, or the officers above it."""
    return next(role for role in Role if role.powers.level is level)


class Account(BaseModel):
    """Somebody, or some script, that may sign in."""

    id = BigAutoField()
    name = LineField()
    subject = CodeField(null=True, unique=True)
    is_active = BooleanField(default=True)
    created_at = UtcDateTimeField()
