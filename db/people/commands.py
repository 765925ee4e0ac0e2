"""What is done with people: they are registered, their groups verified, and they are erased again."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from db.access.commands import Call, CommandResult, record_act
from db.access.inputs import Inputs, inputs_of
from db.access.models.account import Role, is_office, roles_with
from db.access.models.audit import AuditAction
from db.access.officers import community_of
from db.access.requests import requests_of
from db.access.subjects import Command, command
from db.kernel.bounds import Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import not_found
from db.kernel.statements import Statement, compiled, compiled_finding
from db.organizations.models.organization import Organization
from db.people.changes import follow_change
from db.people.finding import person_subject, require_not_erased
from db.people.models.person import ERASED, PeopleGroup, Person, groups_text
from db.people.models.ties import TIES, Tie
from db.places.models.division import Division

# How many rows a refusal names of each noun.
MAX_NAMED = 3
# An office above registers the first people of a community, which has no staff before.
_REGISTRARS = (*roles_with(is_office), Role.TEAM_CAPTAIN)


@dataclass(frozen=True, slots=True)
class Particulars(Inputs):
    """What is known of somebody: groups as they say them, until papers are seen."""

    name: Annotated[str, Length(1, 40, has_lines=False)]
    phone: Annotated[str, Length(3, 20)] | None = None
    work_unit_id: int | None = None
    groups: Sequence[PeopleGroup] = ()


@command()
def register_person(
    call: Call, *, division_code: str, particulars: Particulars, is_self: bool = False
) -> CommandResult:
    """Register somebody who takes part in a community (登记人员).

    is_self: the caller registers themselves, and their account is tied to the person.

    Raises:
        DomainError: NOT_FOUND, no such community or unit; NOT_PERMITTED; INVALID_INPUT; ALREADY_EXISTS, the account, or
            somebody with the telephone number in the community, is registered.
    """
    home = community_of(division_code)
    unit = particulars.work_unit_id
    _require_registrar(call, division_code, unit, is_self)
    if unit is not None:
        _require_unit(unit)
    account_id = call.actor.account_id if is_self else None
    _require_new(call, division_code, account_id, particulars.phone)
    person = Person.create(
        division=home, division_code=home.code, name=particulars.name, phone=particulars.phone, account=account_id,
        groups=groups_text(particulars.groups), created_at=call.at, work_unit=unit,
    )  # fmt: skip
    return CommandResult({"person": person.id})


def _particulars(
    *,
    name: Annotated[str, Length(1, 40, has_lines=False)],
    phone: Annotated[str, Length(3, 20)] | None = None,
    work_unit_id: int | None = None,
) -> None:
    """Declare how what changes of a person is read."""


def _require_unit(unit: int) -> None:
    if Organization.find(id=unit) is None:
        raise not_found("workUnitId", "There is no such organization; check the id.", "没有此单位，请核对 ID。")


def _require_registrar(call: Call, code: str, unit: int | None, is_self: bool) -> None:
    """Check that the actor registers themselves, has an office or a team there, or is the contact of the work unit."""
    if is_self and call.actor.account_id is not None and call.actor.mandate.part.covers(code):
        return
    is_local = call.actor.holds(*_REGISTRARS, over=code) is not None
    if not is_self and (is_local or _speaks_for(call, unit, code)):
        return
    raise DomainError(
        ErrorCode.NOT_PERMITTED,
        "A person is registered by themselves (isSelf), by staff of the community or an office above it, by the "
        "contact of the work unit, or by the captain of a team there.",
        chinese="人员由本人（isSelf）、社区工作人员或其上级干部、所在单位联络人、社区志愿服务队队长登记。",
    )


def _speaks_for(call: Call, unit: int | None, code: str) -> bool:
    return unit is not None and any(
        held.role is Role.UNIT_CONTACT and held.organization_id == unit and held.part.covers(code)
        for held in call.actor.held
    )


def _require_new(call: Call, code: str, account_id: int | None, phone: str | None) -> None:
    """Check that neither the account nor the telephone number is registered."""
    if account_id is not None and (own := _of_account.first(account_id)):
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"You are registered already, as Person_{own.id}.",
            ("isSelf",),
            chinese=f"您已登记，人员 ID 为 Person_{own.id}。",
        )
    if phone is not None and (other := _of_phone.first(code, phone)):
        # Only the offices may know whose number it is.
        is_known = call.actor.has_power(is_office, over=code)
        which, chinese = (f", as Person_{other.id}", f"，人员 ID 为 Person_{other.id}") if is_known else ("", "")
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"Somebody with this telephone number is registered in the community already{which}.",
            ("phone",),
            chinese=f"该社区已登记使用此电话的人员{chinese}。",
        )


@compiled_finding(Person)
def _of_account(account_id: Any) -> Any:
    return Person.select().where(Person.account == account_id)


@compiled_finding(Person)
def _of_phone(division_code: Any, phone: Any) -> Any:
    home = Division.select(Division.id).where(Division.code == division_code)
    return Person.select().where(Person.division == home, Person.phone == phone)


def _is_staff(call: Call, person: Person) -> bool:
    return call.actor.holds(Role.STAFF, over=person.division_code) is not None


def _is_self(call: Call, person: Person) -> bool:
    is_own = person.account_id is not None and person.account_id == call.actor.account_id
    return is_own and call.actor.mandate.part.covers(person.division_code)


def _stand_to_update(call: Call, person: Person, action: Any) -> None:
    if not (_is_self(call, person) or _is_staff(call, person)):
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "A person is updated by themselves, or by staff of their community.",
            chinese="人员信息由本人或其所在社区工作人员变更。",
        )
    require_not_erased(person)


def _update(call: Call, person: Person, standing: None, **values: Any) -> CommandResult:
    """Change the name, telephone number or work unit of a person (变更人员信息); what is left out stays as it is.

    The names in the lists of seats and in journals stay as they were published.

    Raises:
        DomainError: NOT_FOUND, no such person or unit; NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT;
            ALREADY_EXISTS, somebody with the telephone number is registered in the community.
    """
    unit, phone = values.pop("work_unit_id", person.work_unit_id), values.get("phone", person.phone)
    if unit is not None and unit != person.work_unit_id:
        _require_unit(unit)
    if phone != person.phone:
        # By staff or the person alone: the account of the person is registered, and is not looked for.
        _require_new(call, person.division_code, None, phone)
    return _keep(call, person, **values, work_unit=unit)


update_person = Command(_update, person_subject(_stand_to_update), None, inputs=inputs_of(_particulars))


def _stand_as_office(call: Call, person: Person, action: Any) -> None:
    if not call.actor.has_power(is_office, over=person.division_code):
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "Only staff of the person's community and officers above it may see the telephone number.",
            chinese="仅人员所在社区工作人员及其上级干部可以查看电话。",
        )
    require_not_erased(person)


@command(person_subject(_stand_as_office))
def reveal_person_contact(call: Call, person: Person, standing: None, *, reason: Prose) -> CommandResult:
    """Show the telephone number of a person in full, and keep in the audit who asked and why (查看人员联系方式).

    It is told once: neither by a dry run, which nobody would hear of, nor by a replay.

    Raises:
        DomainError: NOT_FOUND, no such person, or none with a number; NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT,
            INVALID_INPUT.
    """
    if person.phone is None:
        raise not_found("personId", "The person has left no telephone number.", "此人员未登记电话。")
    record_act(call, AuditAction.REVEALED, person, reason)
    return CommandResult({"person": person.id}, texts={} if call.is_dry else {"phone": person.phone})


def _stand_as_staff(call: Call, person: Person, action: Any) -> None:
    if not _is_staff(call, person):
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "Groups are verified by staff of the person's community, who see the papers.",
            chinese="人员类别由其所在社区工作人员查验证件后核定。",
        )
    require_not_erased(person)


@command(person_subject(_stand_as_staff))
def verify_person_groups(
    call: Call, person: Person, standing: None, *, groups: Sequence[PeopleGroup], note: Prose
) -> CommandResult:
    """Set the groups of a person as their papers show them; the note names the papers (核定人员类别).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT.
    """
    return _keep(call, person, groups=groups_text(groups), groups_verified_on=call.day, groups_note=note)


def _stand_as_self(call: Call, person: Person, action: Any) -> None:
    if not (_is_self(call, person) or _is_staff(call, person)):
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "A person is erased by themselves, or by staff of their community.",
            chinese="人员由本人或其所在社区工作人员注销。",
        )
    require_not_erased(person)


@command(person_subject(_stand_as_self))
def erase_person(call: Call, person: Person, standing: None) -> CommandResult:
    """Erase who a person is, here and in the rows that point to them; that somebody was there stays (注销人员).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; NOT_ALL_SETTLED, something still holds
            the person.
    """
    _require_settled(call, person)
    for tie in TIES:
        if tie.erased:
            _erasing(tie).change(person)
    if person.account_id is not None:
        # What the account asked for would go on saying what the person was part of.
        requests_of.change(person.account_id)
    return _keep(
        call, person, name=ERASED, phone=None, account=None, work_unit=None, groups="", groups_verified_on=None,
        groups_note=None, is_erased=True,
    )  # fmt: skip


def _require_settled(call: Call, person: Person) -> None:
    holding = [(tie, rows) for tie in TIES if tie.keeps and (rows := _held_by(tie, call, person))]
    if not holding:
        return
    english = "; ".join(f"{tie.words[0]} ({', '.join(rows)})" for tie, rows in holding)
    chinese = "；".join(f"{tie.words[1]}（{'、'.join(rows)}）" for tie, rows in holding)
    raise DomainError(
        ErrorCode.NOT_ALL_SETTLED,
        f"The person still holds {english}; end this first.",
        ("personId",),
        chinese=f"该人员尚有未了事项：{chinese}，请先办结。",
    )


def _held_by(tie: Tie, call: Call, person: Person) -> list[str]:
    """List the rows that hold a person, by global id."""
    return [f"{tie.model.__name__}_{key}" for (key,) in _holding(tie).tuples(person, call.now)]


@cache
def _erasing(tie: Tie) -> Statement[Any]:
    return compiled(lambda person: tie.model.update(**tie.erased).where(tie.points(tie.model, person.as_row())))


@cache
def _holding(tie: Tie) -> Statement[Any]:
    def query(person: Any, now: Any) -> Any:
        row: Any = tie.model
        key = row._meta.primary_key
        found = row.select(key).where(tie.points(row, person.as_row()), tie.holds(row, now))
        return found.order_by(key).limit(MAX_NAMED)

    return compiled(query)


def _keep(call: Call, person: Person, **values: Any) -> CommandResult:
    person.change(**values, version=person.version + 1)
    follow_change(call, person)
    return CommandResult({"person": person.id})
