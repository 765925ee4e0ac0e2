"""Who sees roles, tokens, notices and the audit: each rule of one row, and the same as SQL."""

from peewee import SQL, ColumnBase, fn

from db.access.actor import Actor, Held
from db.access.models.access import ApiToken, RoleGrant, has_power, part_of
from db.access.models.account import Account, Powers
from db.access.models.audit import AuditEntry
from db.access.models.notice import Notice
from db.access.models.purge import PurgeRun
from db.access.viewers import Rule, ViewerSql
from db.kernel.expressions import Row
from db.places.models.division import Division

# --- What is an account's own -----------------------------------------------------------------------------------------

VIEWER = Rule(
    Account,
    check=lambda actor, account: account.id == actor.account_id,
    condition=lambda account, viewer: account.id == viewer.account_id,
)
TOKEN = Rule(
    ApiToken,
    check=lambda actor, token: token.account_id == actor.account_id,
    condition=lambda token, viewer: token.account == viewer.account_id,
)


def may_see_grant(actor: Actor, grant: RoleGrant) -> bool:
    """Return whether an actor sees a grant: they hold the role, or granted it."""
    return actor.account_id is not None and actor.account_id in (grant.account_id, grant.granted_by_id)


def sees_grant(grant: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer sees a grant: they hold the role, or granted it."""
    return (grant.account == viewer.account_id) | (grant.granted_by == viewer.account_id)


GRANT = Rule(RoleGrant, may_see_grant, sees_grant)

# --- Notices: their recipients, and the offices over the place --------------------------------------------------------


def is_recipient(actor: Actor, notice: Notice) -> bool:
    """Return whether a notice went to an actor: to their account, or to a role that they hold."""
    if notice.account_id is not None:
        return notice.account_id == actor.account_id
    return any(held.role is notice.role and held.granted.covers(notice.office_code) for held in actor.held)


def is_sent_to(notice: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that a notice went to the viewer: to their account, or to a role that they hold."""
    by_role = viewer.holds(lambda grant: (grant.role == notice.role) & part_of(grant).covers(notice.office_code))
    return (notice.account == viewer.account_id) | (notice.account.is_null() & by_role)


def _reads(powers: Powers) -> bool:
    return powers.reads_notices


def may_see_notice(actor: Actor, notice: Notice) -> bool:
    """Return whether an actor sees a notice."""
    code = notice.division_code
    return actor.has_power(_reads, over=code) or (actor.mandate.part.covers(code) and is_recipient(actor, notice))


def sees_notice(notice: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer sees a notice."""
    code = notice.division_code
    return viewer.covers(code) & (is_sent_to(notice, viewer) | viewer.has_power(_reads, over=code))


NOTICE = Rule(Notice, may_see_notice, sees_notice)

# --- The audit: auditors over the division of an entry; those of a whole city where it has none -----------------------

_TOP = ["CITY", "PROVINCE"]


def _is_over_a_city(actor: Actor, held: Held) -> bool:
    code = held.granted.first
    top = Division.select().where(Division.code == code, Division.level.in_(_TOP))
    return actor.mandate.part.covers(code) and top.exists()


def _covers_a_city(grant: Row, viewer: ViewerSql) -> ColumnBase:
    place = Division.alias("part")
    top = place.select(SQL("1")).where(place.code == grant.division_code, place.level.in_(_TOP))
    return viewer.covers(grant.division_code) & fn.EXISTS(top)


def may_see_audit(actor: Actor, entry: AuditEntry) -> bool:
    """Return whether an actor audits the division of an entry, or a whole city if it has none."""
    part = actor.mandate.part

    def audits(held: Held) -> bool:
        if entry.division_code is not None:
            return held.granted.covers(entry.division_code)
        return _is_over_a_city(actor, held)

    is_good = entry.division_code is None or part.covers(entry.division_code)
    return is_good and any(held.role.powers.audits and audits(held) for held in actor.held)


def sees_audit(entry: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer audits the division of an entry, or a whole city if it has none."""

    def audits(grant: Row) -> ColumnBase:
        of_nowhere = entry.division_code.is_null() & _covers_a_city(grant, viewer)
        is_over = part_of(grant).covers(entry.division_code)
        return has_power(grant.role, lambda powers: powers.audits) & (is_over | of_nowhere)

    return (entry.division_code.is_null() | viewer.covers(entry.division_code)) & viewer.holds(audits)


AUDIT = Rule(AuditEntry, may_see_audit, sees_audit)

# --- Purges: auditors of a whole city, as what was purged belongs to all of it ----------------------------------------


def may_see_purge(actor: Actor, run: PurgeRun) -> bool:
    """Return whether an actor audits a whole city."""
    return any(held.role.powers.audits and _is_over_a_city(actor, held) for held in actor.held)


def sees_purge(run: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer audits a whole city."""
    return viewer.holds(
        lambda grant: has_power(grant.role, lambda powers: powers.audits) & _covers_a_city(grant, viewer)
    )


PURGE = Rule(PurgeRun, may_see_purge, sees_purge)

RULES = (VIEWER, TOKEN, GRANT, NOTICE, AUDIT, PURGE)
