"""What the clock does for applications: it reminds of deadlines, tells the office above, and forgets what is over."""

from datetime import timedelta
from typing import Any

from peewee import fn

from db.access.clock import ClockRule, Due, Purge, Tick, TickReport
from db.access.commands import Call
from db.access.models.notice import NoticeKind
from db.access.notices import Recipient, is_told, notify, office_above
from db.attachments.models import Attachment
from db.files.uploads import forget_file
from db.kernel.fields import utc_text
from db.kernel.statements import compiled
from db.services.models.application import RUNNING, ServiceApplication
from db.services.offices import office_code, office_of
from db.settings.models import SettingKey
from db.settings.values import least, setting

S = ServiceApplication
# How long after its end it is known who applied.
APPLICANT_KEPT = timedelta(days=5 * 365 + 1)


def remind_of_applications(call: Call, report: TickReport) -> None:
    """Remind the office that answers when four fifths of the time have passed."""

    def remind(application: ServiceApplication) -> None:
        _tell(call, report, application, office_of(application), "即将到期，请及时办理。", "office")

    _nearly_due.for_each(call, remind)


def tell_office_above(call: Call, report: TickReport) -> None:
    """Notify the office above of an application that is overdue."""

    def tell(application: ServiceApplication) -> None:
        above = office_above(office_code(application))
        if above is not None:
            _tell(call, report, application, above, "已逾期，请督促办理。", "above")

    _overdue.for_each(call, tell)


def _tell(call: Call, report: TickReport, application: ServiceApplication, to: Recipient, text: str, whom: str) -> None:
    about = f"{application.id}:{utc_text(application.due_at)}:{application.forwarded_to or application.level}:{whom}"
    report.counts["reminded of applications"] += notify(
        call, NoticeKind.APPLICATION_DUE, about, to, f"办件{application.number}{text}",
        division_code=application.division_code,
    )  # fmt: skip


def _is_told(whom: str) -> Any:
    office = fn.COALESCE(S.forwarded_to, S.level)
    return is_told(NoticeKind.APPLICATION_DUE, S.id.cast("TEXT"), S.due_at, office, whom)


_nearly_due = Due(S, lambda tick: S.state.in_(RUNNING) & (S.warn_at <= tick.now) & ~_is_told("office"))
_overdue = Due(
    S, lambda tick: S.state.in_(RUNNING) & (S.warn_at <= tick.now) & (S.due_at <= tick.now) & ~_is_told("above")
)  # fmt: skip

# --- What is kept for a time ------------------------------------------------------------------------------------------


def _ended_until(moment: Any) -> Any:
    return fn.COALESCE(S.decided_at, S.withdrawn_at) <= moment


def _has_old_files(tick: Tick) -> Any:
    # What has files is found first: that is little.
    files = Attachment.select(Attachment.subject_id).where(Attachment.subject_type == S.__name__)
    return _ended_until(tick.days_ago(lambda: least(SettingKey.MATERIAL_KEEP_DAYS))) & S.id.in_(files)


def _has_old_applicant(tick: Tick) -> Any:
    long_ago = tick.ago(APPLICANT_KEPT)
    return S.applicant.is_null(False) & (S.created_at <= long_ago) & _ended_until(long_ago)


def _are_files_over(call: Call, application: ServiceApplication) -> bool:
    ended = application.decided_at or application.withdrawn_at
    assert ended is not None, "it has ended"
    return ended + timedelta(days=setting(SettingKey.MATERIAL_KEEP_DAYS, application.division_code)) <= call.at


def _forget_materials(application: ServiceApplication) -> None:
    uploaded = _uploads_of.tuples(application.id)
    _files_of.change(application.id)
    for (file_id,) in uploaded:
        forget_file.change(file_id)


@compiled
def _uploads_of(application_id: Any) -> Any:
    own = (Attachment.subject_type == S.__name__) & (Attachment.subject_id == application_id)
    return Attachment.select(Attachment.file).where(own & Attachment.file.is_null(False))


@compiled
def _files_of(application_id: Any) -> Any:
    own = (Attachment.subject_type == S.__name__) & (Attachment.subject_id == application_id)
    return Attachment.delete().where(own)


forget_materials = Purge(
    "application.material",
    Due(S, _has_old_files),
    before=lambda call: call.at - timedelta(days=least(SettingKey.MATERIAL_KEEP_DAYS)),
    forget=_forget_materials,
    is_over=_are_files_over,
)
forget_applicants = Purge(
    "application.applicant",
    Due(S, _has_old_applicant),
    before=lambda call: call.at - APPLICANT_KEPT,
    forget=lambda application: application.change(applicant=None, rating_text=None),
)
RULES: tuple[ClockRule, ...] = (remind_of_applications, tell_office_above, forget_materials, forget_applicants)
