"""The audit and the record of purges in the graph: for auditors, over their part of the city."""

from peewee import SQL, Case, ColumnBase, Node

from db.access.visibility import AUDIT, PURGE
from db.city import models
from db.kernel.expressions import Row
from schema.catalog.declare import column, computed, model_type
from schema.catalog.fields import Kind
from schema.graph.viewer import seen_by


def _account_name(entry: Row) -> Node:
    account = models.Account.alias("acted")
    return account.select(account.name).where(account.id == entry.account)


def _global_id(type_name: ColumnBase, key: ColumnBase) -> ColumnBase:
    return Case(None, [(key.is_null(), None)], type_name.concat("_").concat(key.cast("TEXT")))


@model_type(
    models.AuditEntry,
    "A use of authority or a refused attempt, recorded for auditors (审计记录).",
    visible=seen_by(AUDIT),
)
class AuditEntry:
    """Who, what, when and from where."""

    at = column("When the event was recorded.")
    action = column("What was done or attempted.")
    account_id = computed(
        Kind.CODE,
        lambda entry: _global_id(SQL("'Account'"), entry.account),
        "The global id of the account that acted.",
        nullable=True,
    )
    account_name = computed(Kind.LINE, _account_name, "The name of the account that acted.", nullable=True)
    address = column("The network address that the request came from; empty for the command line.")
    request_id = column("The id of the request, as its response reported it.")
    mutation = column("The mutation that was requested, if any.")
    subject_id = computed(
        Kind.CODE,
        lambda entry: _global_id(entry.subject_type, entry.subject_id),
        "The global id of the object concerned, if there is one.",
        nullable=True,
    )
    division_code = column("The code of the division concerned.")
    reason = column("The reason for the refusal or the action.")


@model_type(
    models.PurgeRun,
    "What a rule of the clock erased or deleted because it is kept no longer (清理记录).",
    visible=seen_by(PURGE),
)
class PurgeRun:
    """For auditors of a whole city."""

    rule = column("The code of the rule, such as booking.plate.")
    at = column("When the rule ran.")
    before = column("The time before which lay all that was erased.")
    count = column("The number of rows of which something was erased, or that were deleted.")
