"""Notices of the system, visible to their recipients and to the responsible offices."""

from peewee import ColumnBase

from db.access.models.access import has_power, part_of
from db.city import models
from db.kernel.expressions import Row
from schema.catalog.declare import column, model_type, one
from schema.engine.bindings import ACCOUNT_ID
from schema.graph.viewer import ASKER


def is_told(notice: Row) -> ColumnBase:
    """Build the condition that a notice went to the viewer: to their account, or to a role that they hold."""
    by_role = ASKER.holds(lambda grant: (grant.role == notice.role) & part_of(grant).covers(notice.office_code))
    return (notice.account == ACCOUNT_ID) | (notice.account.is_null() & by_role)


def _is_seen(notice: Row) -> ColumnBase:
    def reads(grant: Row) -> ColumnBase:
        return has_power(grant.role, lambda powers: powers.reads_notices) & part_of(grant).covers(notice.division_code)

    return ASKER.covers(notice.division_code) & (is_told(notice) | ASKER.holds(reads))


@model_type(models.Notice, "A reminder that the system sent to somebody (提醒).", visible=_is_seen)
class Notice:
    """For whom it was meant, and for the offices over the place."""

    kind = column("The kind of the notice.")
    text = column("The text of the notice.")
    issue = one("Issue", "The issue that the notice is about, if any.")
    member = one("Member", "The member that the notice is about, if any.")
    division_code = column("The code of the division that the notice is about.")
    role = column("The role of the recipient.")
    office_code = column("The code of the division whose office received the notice.")
    created_at = column("When the notice was written.")
