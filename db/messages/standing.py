"""Who may take the steps of a message, and what stands in the way; see `db.access.steps`."""

from datetime import datetime, timedelta

from db.access.journal import stale_by_journal
from db.access.steps import RowSteps, offices_over
from db.access.subjects import Subject
from db.issues.row_guards import RowGuard
from db.kernel.fields import utc_text
from db.messages.lifecycle import MESSAGE_LIFECYCLE, OFFICES
from db.messages.models import ChannelMessage
from db.messages.visibility import may_see

G = RowGuard
# How long a message that was discarded can be restored.
RESTORE_DAYS = 7


def _oldest_restored(now: str) -> str:
    return utc_text(datetime.fromisoformat(now) - timedelta(days=RESTORE_DAYS))


MESSAGE_STEPS = RowSteps(
    ChannelMessage,
    MESSAGE_LIFECYCLE,
    lambda call, message: offices_over(call, message.division_code),
    lambda facts: facts.office_bits(*OFFICES),
    {
        G.REPLIED: lambda facts: facts.row.replied_at.is_null(False),
        G.DISCARDED_LONG_AGO: lambda facts: facts.row.settled_at < facts.asker.when(_oldest_restored),
    },
    serves_issue=False,
)
MESSAGE = Subject(
    model=ChannelMessage,
    keys={"message_id": "id", "message_number": "number"},
    missing=("There is no such message; check the id or number.", "没有这条来电来信，请核对 ID 或编号。"),
    is_known=may_see,
    stale=stale_by_journal(MESSAGE_LIFECYCLE),
    stand=lambda call, message, mutation: MESSAGE_STEPS.require(call, message, mutation, "messageId"),
)
