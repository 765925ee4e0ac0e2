"""One account for each role, to try the demo city with; tokens are made elsewhere."""

from db.access.models.access import RoleGrant
from db.access.models.account import Account, Role
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import moment, utc
from db.places.models.division import CODE_DIGITS, DivisionLevel, last_code

_SINCE = utc(moment("2022-01-01T00:00:00"))
NAMES = {
    Role.RESIDENT: "演示居民",
    Role.GRID_WORKER: "演示网格员",
    Role.MEMBER: "演示委员",
    Role.DEPUTY_DIRECTOR: "演示副主任",
    Role.DIRECTOR: "演示主任",
    Role.STAFF: "演示社区两委工作人员",
    Role.UNIT_CONTACT: "演示单位联络人",
    Role.TEAM_CAPTAIN: "演示志愿服务队队长",
    Role.SUBDISTRICT_OFFICER: "演示街道干部",
    Role.DISTRICT_OFFICER: "演示区县干部",
    Role.CITY_OFFICER: "演示市级干部",
    Role.LEADER: "演示包抓领导",
    Role.AUDITOR: "演示审计员",
}
# Role and the account's subject, in the order of the roles.
DEMO_ACCOUNTS = tuple((role, f"demo:{role.lower()}") for role in NAMES)
# The community where most of them act, and those whose committees the leader is in contact with.
HOME = "杨家园社区"
CONTACTS = (HOME, "畅家巷社区", "牌坊路社区")
# Who holds which seat of its committee: all four stay while in office.
SEATS = {1: Role.DIRECTOR, 2: Role.DEPUTY_DIRECTOR, 3: Role.TEAM_CAPTAIN, 6: Role.MEMBER}


def add_accounts(rows: Rows) -> dict[Role, int]:
    """Add the accounts and return their ids."""
    return {
        role: rows.add(Account, name=NAMES[role], subject=subject, created_at=_SINCE) for role, subject in DEMO_ACCOUNTS
    }


def add_grants(rows: Rows, accounts: dict[Role, int], code: str, named: dict[str, int]) -> None:
    """Grant each account its role over a fitting part of the city, but for the leader's, which follows from contacts.

    code: of the community `HOME`. named: for whom holders speak there, the ids by "committee", "organization", "team".
    """
    for role in accounts:
        if role is Role.LEADER:
            continue
        level = role.office or (DivisionLevel.CITY if role.powers.audits else DivisionLevel.COMMUNITY)
        whom = role.powers.speaks_for
        over = {f"{whom}_id": named[whom]} if whom in named else {}
        _grant(rows, accounts, role, code[: CODE_DIGITS[level]].ljust(12, "0"), level, **over)


def _grant(rows: Rows, accounts: dict[Role, int], role: Role, code: str, level: DivisionLevel, **over: int) -> None:
    rows.add(
        RoleGrant,
        account_id=accounts[role],
        role=role,
        division_code=code,
        last_code=last_code(code, level),
        starts_at=_SINCE,
        **over,
    )
