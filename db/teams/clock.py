"""What the clock does for teams: it tells whoever called out a party that has not answered, and records rule T1.

Nothing is assumed of those who have not answered.
"""

from typing import Any

from peewee import Value

from db.access.clock import ClockRule, TickReport
from db.access.commands import Call
from db.access.models.notice import Notice, NoticeKind
from db.access.notices import Recipient, notify
from db.kernel.database import write
from db.kernel.statements import compiled
from db.teams.compliance import VETERANS_TEAM
from db.teams.models.deployment import Deployment, DeploymentState

_BATCH = 500
_UNANSWERED = "unanswered"


def tell_of_unanswered_calls(call: Call, report: TickReport) -> None:
    """Notify the caller, once, of each party that has not answered in time."""
    while found := _unanswered.all(call.now):
        with write():
            for row in found:
                to = Recipient(row.caller_role, row.division_code, row.called_by_id)
                text = f"出动召集（Deployment_{row.id}）至今未获答复，请电话联系或另行召集。"
                about = f"{row.id}:{_UNANSWERED}"
                told = notify(call, NoticeKind.CALLED_OUT, about, to, text, division_code=row.division_code)
                report.counts["calls unanswered"] += told


@compiled
def _unanswered(now: Any) -> Any:
    key = Value(f"{NoticeKind.CALLED_OUT.value}:").concat(Deployment.id.cast("TEXT")).concat(f":{_UNANSWERED}")
    told = Notice.select(Notice.key).where(Notice.key == key)
    due = (Deployment.state == DeploymentState.CALLED.value) & (Deployment.answer_by < now)
    return Deployment.select().where(due, key.not_in(told)).order_by(Deployment.id).limit(_BATCH)


RULES: tuple[ClockRule, ...] = (tell_of_unanswered_calls, VETERANS_TEAM.look)
