"""What is done with task forces: a subdistrict forms, changes and ends them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Input, inputs_of
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.officers import division_of
from db.access.subjects import Command, command
from db.kernel.bounds import Days, Items, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid
from db.kernel.statements import compiled
from db.linkage.lifecycle import TASK_FORCE_LIFECYCLE
from db.linkage.models.task_force import TaskForce, TaskForceKind, TaskForceMember, TaskForceRole, TaskForceState
from db.linkage.standing import TASK_FORCE
from db.people.finding import living_person, require_each_once
from db.places.models.division import Division, DivisionLevel

NAME = Length(2, 100, has_lines=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Who has which place in a task force."""

    person_id: int
    role: TaskForceRole
    work: Annotated[str, Length(1, 100, has_lines=False)]


Places = Annotated[Sequence[Place], Items(1, 50)]


@command(division_of(Role.SUBDISTRICT_OFFICER, level=DivisionLevel.SUBDISTRICT))
def form_task_force(
    call: Call,
    division: Division,
    standing: None,
    *,
    kind: TaskForceKind,
    name: Annotated[str, NAME],
    members: Places,
    formed_on: Annotated[date, Days(last=0)] | None = None,
) -> CommandResult:
    """Form a task force or a coordination body of a subdistrict (成立工作专班).

    Raises:
        DomainError: NOT_FOUND, no such subdistrict or person; NOT_PERMITTED; INVALID_INPUT, it has not exactly one
            lead, or somebody twice; ALREADY_EXISTS, the subdistrict has one of that kind.
    """
    other = TaskForce.find(division_code=division.code, kind=kind, state=TaskForceState.ACTIVE)
    if other is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"The subdistrict has one of this kind already: TaskForce_{other.id}. Change that one, or end it first.",
            ("kind",),
            chinese=f"该街道已有同类机构：TaskForce_{other.id}。请变更原机构，或先予撤销。",
        )
    _check(members)
    force = begin(
        call, TASK_FORCE_LIFECYCLE, TaskForce, _by(call, division.code), division=division, division_code=division.code,
        kind=kind, name=name, formed_on=formed_on or call.day, created_at=call.at,
    )  # fmt: skip
    _seat(force, members)
    return CommandResult({"taskForce": force.id, "event": entry_of(TASK_FORCE_LIFECYCLE, force)})


def _change(call: Call, force: TaskForce, role: Role, **given: Any) -> CommandResult:
    """Change the name of a task force, or all of its members (变更工作专班).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; INVALID_INPUT, it has not exactly one
            lead, or somebody twice.
    """
    members: Sequence[Place] | None = given.pop("members", None)
    if members is not None:
        _check(members)
        _empty.change(force.id)
        _seat(force, members)
    event = move(call, TASK_FORCE_LIFECYCLE, force, JournalAction.AMEND, _by(call, force.division_code), **given)
    return CommandResult({"taskForce": force.id, "event": event})


_INPUTS = inputs_of(form_task_force.rule)
change_task_force = Command(
    _change, TASK_FORCE, "changeTaskForce", inputs={"name": Input((NAME,)), "members": _INPUTS["members"]}
)


@command(TASK_FORCE, "endTaskForce")
def end_task_force(call: Call, force: TaskForce, role: Role, *, reason: Prose) -> CommandResult:
    """End a task force; who its members were stays (撤销工作专班).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    by = _by(call, force.division_code)
    event = move(call, TASK_FORCE_LIFECYCLE, force, JournalAction.END, by, note=reason, ended_on=call.day)
    return CommandResult({"taskForce": force.id, "event": event})


def _by(call: Call, division_code: str) -> By:
    return By.actor(call, Role.SUBDISTRICT_OFFICER, division_code)


def _check(members: Sequence[Place]) -> None:
    if sum(one.role is TaskForceRole.LEAD for one in members) != 1:
        raise invalid("members", "Name exactly one member with the role LEAD.", "须且只能有一名组长（LEAD）。")
    require_each_once(one.person_id for one in members)


def _seat(force: TaskForce, members: Sequence[Place]) -> None:
    """Give people their places, after finding and locking them in the order of their ids."""
    for one in sorted(members, key=lambda member: member.person_id):
        living_person(one.person_id, "members")
    for one in members:
        TaskForceMember.create(
            task_force=force, division_code=force.division_code, person=one.person_id, role=one.role, work=one.work
        )


@compiled
def _empty(force_id: Any) -> Any:
    return TaskForceMember.delete().where(TaskForceMember.task_force == force_id)
