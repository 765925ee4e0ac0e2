"""What the clock does for people who were monitored: tasks are confirmed, and who it was is erased."""

from datetime import timedelta
from typing import Any

from db.access.clock import ClockRule, Due, Purge, Tick, TickReport, days_before
from db.access.commands import Call
from db.access.journal import move
from db.access.models.journal import JournalAction
from db.access.models.performed import Performed
from db.kernel.calendar import beginning_of
from db.kernel.database import write
from db.kernel.fields import utc_text
from db.kernel.statements import compiled
from db.monitoring.aid import cancel_open_tasks, confirm_unanswered
from db.monitoring.lifecycle import AID_LIFECYCLE, MONITORING_LIFECYCLE
from db.monitoring.models import (
    AidState,
    AidTask,
    MonitoringCase,
    MonitoringOutcome,
    MonitoringReading,
    MonitoringState,
)
from db.people.models.person import Person
from db.settings.models import SettingKey
from db.settings.values import least, setting
from db.teams.models.team import TeamMembership

# How long whoever was helped has to answer before a task counts as done.
HOURS_TO_ANSWER = 24
_KEPT = SettingKey.CONTACT_KEEP_DAYS
# What is asked for in a case, and until when after its last day: a task is confirmed within a day.
_STEPS = (*MONITORING_LIFECYCLE.steps, *AID_LIFECYCLE.steps)
_MUTATIONS = sorted({"recordReading"}.union(*(step.mutations for step in _STEPS)))
_ASKED_UNTIL = timedelta(days=2)


def confirm_aid(call: Call, report: TickReport) -> None:
    """Confirm each task that was done a day ago."""
    for row in _unanswered.rows(call):
        with write():
            # The volunteer first, as all do.
            Person.lock(id=row.taker_id)
            if (task := _unanswered.lock(call, row.id)) is not None:
                confirm_unanswered(call, report, task)


def lapse_cases(call: Call, report: TickReport) -> None:
    """End each case that nobody ended until its records are to be erased."""

    def lapse(case: MonitoringCase) -> None:
        if _is_old_here(call, case):
            cancel_open_tasks(call, case)
            move(call, MONITORING_LIFECYCLE, case, JournalAction.LAPSE, outcome=MonitoringOutcome.LAPSED)
            report.counts["monitoring lapsed"] += 1

    _forgotten.for_each(call, lapse)


def _is_old(tick: Tick) -> Any:
    is_over = MonitoringCase.ends_on < tick.day(lambda: -least(_KEPT))
    return MonitoringCase.person.is_null(False) & is_over


def _is_old_here(call: Call, case: MonitoringCase) -> bool:
    return case.ends_on + timedelta(days=setting(_KEPT, case.division_code)) < call.day


def _forget(case: MonitoringCase) -> None:
    _requests.change(case.id, utc_text(beginning_of(case.ends_on + _ASKED_UNTIL)))
    _readings.change(case.id)
    _tasks.change(case.id)
    case.change(person=None, address=None)


@compiled
def _requests(case_id: Any, until: Any) -> Any:
    """Delete what who was monitored, and the team, asked for under which keys: the answers name the case."""
    case = MonitoringCase.select().where(MonitoringCase.id == case_id)
    team = TeamMembership.select(TeamMembership.person).where(TeamMembership.team == case.select(MonitoringCase.team))
    is_theirs = Person.id.in_(team) | (Person.id == case.select(MonitoringCase.person))
    accounts = Person.select(Person.account).where(is_theirs)
    asked = Performed.verb.in_(_MUTATIONS) & (Performed.at < until)
    return Performed.delete().where(Performed.account.in_(accounts), asked)


@compiled
def _readings(case_id: Any) -> Any:
    return MonitoringReading.delete().where(MonitoringReading.case == case_id)


@compiled
def _tasks(case_id: Any) -> Any:
    return AidTask.update(text=None, taker=None).where(AidTask.case == case_id)


_unanswered = Due(
    AidTask,
    lambda tick: (AidTask.state == AidState.DONE) & (AidTask.done_at <= tick.ago(timedelta(hours=HOURS_TO_ANSWER))),
)
_forgotten = Due(MonitoringCase, lambda tick: (MonitoringCase.state == MonitoringState.OPEN) & _is_old(tick))
forget_monitored = Purge(
    "monitoring.person",
    Due(MonitoringCase, lambda tick: (MonitoringCase.state != MonitoringState.OPEN) & _is_old(tick)),
    before=days_before(lambda: least(_KEPT)),
    forget=_forget,
    is_over=_is_old_here,
)
# Tasks are confirmed, and cases ended, before they are erased.
RULES: tuple[ClockRule, ...] = (confirm_aid, lapse_cases, forget_monitored)
