"""Applications are filed, by the applicant or by staff for them, supplied with what is missing, rated and withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.models.notice import NoticeKind
from db.access.notices import notify, office_above
from db.access.steps import not_permitted
from db.access.subjects import command
from db.attachments.commands import MAX_ATTACHMENTS, AttachedFile, attach_one, require_room
from db.issues.deadlines import Deadline, working_days_after
from db.issues.lifecycle import Capacity
from db.kernel.bounds import Items, Prose
from db.kernel.calendar import SHANGHAI
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid
from db.kernel.serials import numbers_of
from db.people.finding import living_person
from db.people.models.person import Person
from db.places.holidays import working_days_between
from db.services.catalogue import item_in_force, materials_of
from db.services.lifecycle import APPLICATION_LIFECYCLE
from db.services.models.application import (
    RATING,
    ApplicationConsent,
    ApplicationMaterial,
    ApplicationSerial,
    ServiceApplication,
)
from db.services.offices import office_code
from db.services.standing import APPLICATION
from db.services.visibility import is_applicant
from db.settings.models import SettingKey
from db.settings.values import setting

A, MACHINE = JournalAction, APPLICATION_LIFECYCLE
# Of a rating up to this, the office above is told.
POOR_RATING = 2
_next_number = numbers_of("BJ", ApplicationSerial)


@dataclass(frozen=True, slots=True)
class Material:
    """A material that is brought. code: of the material of the service that it is."""

    code: str
    attachment: AttachedFile


Materials = Annotated[Sequence[Material], Items(0, MAX_ATTACHMENTS)]


@dataclass(frozen=True, slots=True)
class NamedItem(Inputs):
    """The service that somebody applies for, by its id or its code."""

    item_id: int | None = None
    item_code: str | None = None


@command()
def submit_application(
    call: Call,
    *,
    item: NamedItem,
    applicant_id: int | None = None,
    consent: ApplicationConsent | None = None,
    materials: Materials = (),
) -> CommandResult:
    """Apply for a service of the catalogue in force, for oneself or as staff for somebody (申请办件).

    Raises:
        DomainError: NOT_FOUND, no such service or person; NOT_PERMITTED, only the applicant and staff of their
            community file it; CONSENT_REQUIRED; INVALID_INPUT, also where an account is no registered person.
    """
    person = living_person(applicant_id, "applicantId") if applicant_id is not None else _own(call)
    found = item_in_force(item.item_id, item.item_code)
    code = person.division_code
    role = _filing(call, ServiceApplication(applicant=person.id, division_code=code), consent)
    is_assisted = role is Role.STAFF
    limit = working_days_after(call.at, setting(SettingKey.APPLICATION_ACCEPT_WD, code))
    application = begin(
        call, MACHINE, ServiceApplication, By.actor(call, role, code), number=_next_number(call.at, code),
        division=person.division_id, division_code=code, item=found.id, applicant=person.id,
        assisted_by=call.actor.account_id if is_assisted else None,
        assisted_by_name=call.actor.name if is_assisted else None, consent=consent, level=found.level,
        created_at=call.at, **Deadline.until(call.at, limit).columns,
    )  # fmt: skip
    _add_materials(call, application, materials)
    return CommandResult({"application": application.id, "event": entry_of(MACHINE, application)})


def _own(call: Call) -> Person:
    own = Person.find(account=call.actor.account_id) if call.actor.account_id is not None else None
    if own is None:
        message = "Your account is not registered as a person; name the applicant, or register (`registerPerson`)."
        raise invalid("applicantId", message, "您的账号尚未登记人员信息，请指明申请人，或先登记（registerPerson）。")
    return living_person(own.id, "applicantId")


def _filing(call: Call, asked: ServiceApplication, consent: ApplicationConsent | None) -> Role:
    """Return the role in which the actor files an application: as who applies, or as staff who were asked to."""
    code = asked.division_code
    if call.actor.mandate.part.covers(code) and is_applicant(call.actor, asked):
        if consent is not None:
            raise invalid("consent", "You apply for yourself; leave it out.", "本人申请无须填写授权方式。")
        return Role.RESIDENT
    if call.actor.holds(Role.STAFF, over=code) is None:
        raise not_permitted(Capacity.SUBJECT, Capacity.COMMUNITY_STAFF, field="applicantId")
    if consent is None:
        raise DomainError(
            ErrorCode.CONSENT_REQUIRED,
            "You file it for somebody else: ask whether they agree, and send how they did (consent).",
            ("consent",),
            chinese="代他人申请须征得其同意，请填写授权方式（consent）。",
        )
    return Role.STAFF


def _add_materials(call: Call, application: ServiceApplication, materials: Sequence[Material]) -> None:
    """Attach materials, each of which the service lists.

    Raises:
        DomainError: INVALID_INPUT, the service has no such material, or its file is out of form; LIMIT_REACHED.
    """
    require_room(application, len(materials), "materials")
    require_listed(application, [one.code for one in materials], of_rows=True)
    for at, one in enumerate(materials):
        file = attach_one(call, application, one.attachment, ("materials", str(at), "attachment"))
        ApplicationMaterial.create(
            application=application.id, division_code=application.division_code, code=one.code, attachment=file
        )


def require_listed(application: ServiceApplication, codes: Sequence[str], *, of_rows: bool = False) -> None:
    """Check that the service lists materials. of_rows: they are named by the `code` of the input's rows.

    Raises:
        DomainError: INVALID_INPUT.
    """
    listed = materials_of(application.item_id) if codes else []
    for at, code in enumerate(codes):
        if code not in listed:
            raise DomainError(
                ErrorCode.INVALID_INPUT,
                f"The service lists no material {code}; it lists {', '.join(listed) or 'none'}.",
                ("materials", str(at), "code") if of_rows else ("materials",),
                chinese=f"该事项没有材料 {code}；材料清单：{'、'.join(listed) or '无'}。",
            )


@command(APPLICATION, "supplementApplication")
def supplement_application(
    call: Call, application: ServiceApplication, role: Role, *, note: Prose, materials: Materials = ()
) -> CommandResult:
    """Supply what was asked for; the clock goes on where it stood still (补正材料).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT, LIMIT_REACHED.
    """
    assert application.requested_at is not None, "materials were asked for"
    _add_materials(call, application, materials)
    asked = application.requested_at
    # What was late already stays late.
    stood = working_days_between(asked.astimezone(SHANGHAI).date(), call.day) if application.due_at > asked else 0
    clock = {name: working_days_after(getattr(application, name), stood) for name in ("due_at", "warn_at")}
    return take_step(call, application, role, A.SUPPLEMENT, note=note, **clock)


@command(APPLICATION, "rateApplication")
def rate_application(
    call: Call,
    application: ServiceApplication,
    role: Role,
    *,
    rating: Annotated[int, RATING],
    rating_text: Prose | None = None,
) -> CommandResult:
    """Rate as the applicant how an application was dealt with; of a poor rating the office above is told (评价办件).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; LIMIT_REACHED, it is too
            late.
    """
    done = take_step(call, application, role, A.RATE, rating=rating, rating_text=rating_text)
    above = office_above(office_code(application))
    if rating <= POOR_RATING and above is not None:
        text = f"办件{application.number}被申请人评为{rating}分，请了解情况。"
        notify(
            call, NoticeKind.APPLICATION_RATED, str(application.id), above, text,
            division_code=application.division_code,
        )  # fmt: skip
    return done


@command(APPLICATION, "withdrawApplication")
def withdraw_application(call: Call, application: ServiceApplication, role: Role, *, reason: Prose) -> CommandResult:
    """Withdraw an application that is not decided yet, as the applicant or whoever filed it for them (撤回办件).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT.
    """
    return take_step(call, application, role, A.WITHDRAW, note=reason, withdrawn_at=call.at)


def take_step(
    call: Call, application: ServiceApplication, role: Role, action: JournalAction, **more: Any
) -> CommandResult:
    """Move an application, and return what its payload shows. more: as of `move`."""
    by = By.actor(call, role, office_code(application))
    return CommandResult({"application": application.id, "event": move(call, MACHINE, application, action, by, **more)})
