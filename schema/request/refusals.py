"""What the audit keeps of mutations that were refused for want of authority."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from db.access.audit import Event
from db.access.commands import CommandResult
from db.access.models.audit import AuditAction
from db.issues.models.issue import Issue
from db.kernel.errors import DomainError, ErrorCode
from schema.graph import CATALOG
from schema.ids import row_id, type_name
from schema.request.context import Context


def refused_authority(
    context: Context, name: str, given: Mapping[str, Any], done: CommandResult, refusals: Sequence[DomainError]
) -> list[Event]:
    """List what is to be recorded of a mutation: that it was refused, or each refused row of a bulk form.

    given: the input, as the client named it.
    """
    of_rows = [(given["rows"][at], row.refusal) for at, row in enumerate(done.results) if row.refusal]
    denied: Iterable[tuple[Any, DomainError]] = [*of_rows, *((given, refusal) for refusal in refusals)]
    return [
        _event(context, name, inputs, refusal) for inputs, refusal in denied if refusal.code is ErrorCode.NOT_PERMITTED
    ]


def _event(context: Context, name: str, given: Mapping[str, Any], refusal: DomainError) -> Event:
    subject, division_code = _subject(given)
    return Event(
        action=AuditAction.REFUSED,
        at=datetime.fromisoformat(context.now),
        account_id=context.viewer and context.viewer.account_id,
        origin=context.origin,
        mutation=name,
        subject=subject,
        division_code=division_code or _code(given.get("divisionCode")),
        reason=refusal.message,
    )


def _subject(given: Mapping[str, Any]) -> tuple[tuple[str | None, int | None], str | None]:
    """Find the row that an input is about, and the division that it belongs to."""
    if number := given.get("issueNumber"):
        row = Issue.find(number=number)
        return (("Issue", row.id), row.division_code) if row else ((None, None), None)
    ids = (value for name, value in given.items() if name.endswith("Id") and name != "clientMutationId")
    named = given.get("issueId") or next((value for value in ids if isinstance(value, str)), "")
    declared = CATALOG.types.get(type_name(named))
    if declared is None or declared.model is None:
        return (None, None), None
    key = row_id(named, declared.name)
    row = declared.model.get_or_none(declared.model._meta.primary_key == key)
    return ((declared.name, key), getattr(row, "division_code", None)) if row else ((None, None), None)


def _code(given: Any) -> str | None:
    return given if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) == 12 else None
