"""What is done with publications: they are issued, withdrawn, and read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, begin, entry_of, illegal_transition, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.officers import no_such_division
from db.access.subjects import command
from db.incidents.finding import OfIncident
from db.issues.models.duty import Duty
from db.kernel.addresses import read_file
from db.kernel.bounds import Between, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.kernel.statements import compiled
from db.places.models.division import Division
from db.publications.lifecycle import PUBLICATION_LIFECYCLE
from db.publications.models import Audience, Publication, PublicationKind, PublicationRead, PublicationState
from db.publications.standing import PUBLICATION, READ_PUBLICATION, require_issuer
from db.publications.visibility import is_addressed, may_see


@dataclass(frozen=True, slots=True)
class Content(Inputs):
    """What is made known: a text, or a file that is kept elsewhere, or both."""

    kind: PublicationKind
    title: Annotated[str, Length(1, 100, has_lines=False)]
    body: Annotated[str, Length(1, 20_000)] | None = None
    uri: str | None = None
    sha256: str | None = None
    duration_seconds: Annotated[int, Between(1, 86_400)] | None = None
    duty: Duty | None = None

    def columns(self) -> dict[str, Any]:
        """Return the columns of what is made known.

        Raises:
            DomainError: INVALID_INPUT, there is neither text nor file, a video has no file, or the file's address or
                hash is out of form.
        """
        is_video = self.kind is PublicationKind.TRAINING_VIDEO
        if self.uri is None and (self.body is None or is_video or self.sha256 is not None):
            raise invalid(
                "uri",
                "Send a text (body), or the address of a file (uri); a video and a hash need the address.",
                "请填写正文（body）或文件地址（uri）；教学视频和哈希值须有文件地址。",
            )
        if self.duration_seconds is not None and not is_video:
            raise invalid(
                "durationSeconds", "Only a TRAINING_VIDEO has a length; leave it out.", "只有教学视频可填写时长。"
            )
        return {**self.values(), **read_file(self.uri, self.sha256)}


@dataclass(frozen=True, slots=True)
class Validity(Inputs):
    """When it is in force, from now on where no beginning is given."""

    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def columns(self, at: datetime) -> dict[str, datetime | None]:
        """Return the columns of the time. at: of the call.

        Raises:
            DomainError: INVALID_INPUT, it ends before it begins, or is over.
        """
        begins = self.valid_from or at
        if self.valid_until is not None and self.valid_until <= max(begins, at):
            raise invalid(
                "validUntil",
                "It must end after it begins, and after now.",
                "失效时间须晚于生效时间和现在。",
            )
        return {"valid_from": begins, "valid_until": self.valid_until}


@command()
def issue_publication(
    call: Call,
    *,
    division_code: str,
    audience: Audience,
    content: Content,
    validity: Validity,
    of_incident: OfIncident,
    needs_receipt: bool = False,
    supersedes_id: int | None = None,
) -> CommandResult:
    """Issue a publication to an audience in a division and all below it (发布资料).

    Raises:
        DomainError: NOT_FOUND, no such division, or no such publication to supersede; NOT_PERMITTED; INVALID_INPUT;
            ALREADY_EXISTS, another one supersedes it already; as `OfIncident` refuses.
    """
    division = Division.lock(code=division_code)
    if division is None:
        raise no_such_division(division_code)
    role = require_issuer(call, audience, division.code)
    columns: dict[str, Any] = content.columns() | validity.columns(call.at)
    if supersedes_id is not None:
        _require_superseded(call, supersedes_id, division, content.kind)
    row = begin(
        call, PUBLICATION_LIFECYCLE, Publication, By.actor(call, role, division.code), **columns, audience=audience,
        division=division, division_code=division.code, last_code=division.last_code, needs_receipt=needs_receipt,
        supersedes=supersedes_id, incident=of_incident.find(call, division.code),
        published_by_name=call.actor.name, created_at=call.at,
    )  # fmt: skip
    return CommandResult({"publication": row.id, "event": entry_of(PUBLICATION_LIFECYCLE, row)})


def _require_superseded(call: Call, row_id: int, division: Division, kind: PublicationKind) -> None:
    old = Publication.lock(id=row_id)
    is_there = old is not None and old.state is PublicationState.PUBLISHED and may_see(call.actor, old)
    if old is None or not is_there or (old.division_code, old.kind) != (division.code, kind):
        raise not_found(
            "supersedesId",
            "The division has no such publication of this kind that stands; check the id.",
            "该区划没有此类别的有效发布资料，请核对 ID。",
        )
    other = Publication.find(supersedes=old.id, state=PublicationState.PUBLISHED)
    if other is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"Publication_{other.id} supersedes it already; supersede that one, or withdraw it first.",
            ("supersedesId",),
            chinese=f"Publication_{other.id} 已替代该资料，请替代新的一份，或先予撤回。",
        )


@command(PUBLICATION, "withdrawPublication")
def withdraw_publication(call: Call, row: Publication, role: Role, *, reason: Prose) -> CommandResult:
    """Withdraw a publication; that it was issued, and who read it, stays (撤回资料).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    by = By.actor(call, role, row.division_code)
    event = move(call, PUBLICATION_LIFECYCLE, row, JournalAction.WITHDRAW, by, note=reason)
    return CommandResult({"publication": row.id, "event": event})


@command(READ_PUBLICATION)
def confirm_reading(call: Call, row: Publication, standing: None) -> CommandResult:
    """Confirm having read a publication; each day counts once (确认阅读).

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED, it addresses others; ILLEGAL_TRANSITION, it was withdrawn; LIMIT_REACHED,
            it is no longer in force.
    """
    if row.audience is not Audience.PUBLIC and not is_addressed(call.actor, row):
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "The publication addresses others, so your reading is not counted.",
            ("publicationId",),
            chinese="该资料不是发给您的，无需确认阅读。",
        )
    if row.state is PublicationState.WITHDRAWN:
        raise illegal_transition(PUBLICATION_LIFECYCLE, row.state, "publicationId")
    if row.valid_until is not None and row.valid_until <= call.at:
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            "The publication is no longer in force, so reading it is not counted any more.",
            ("publicationId",),
            chinese="该资料已失效，不再登记阅读。",
        )
    reader = call.actor.account_id
    is_first = PublicationRead.create_unless_there(
        publication=row.id, account=reader, division_code=row.division_code, first_read_at=call.at,
        last_read_at=call.at, last_read_on=call.day,
    )  # fmt: skip
    if not is_first:
        _read_again.change(row.id, reader, call.at, call.day)
    read = PublicationRead.find(publication=row.id, account=reader)
    assert read is not None, "it was there, or has just been added"
    return CommandResult({"publication": row.id, "read": read.id})


@compiled
def _read_again(publication_id: Any, account_id: Any, at: Any, day: Any) -> Any:
    """Count a further day of reading, once however many requests come on it."""
    row = PublicationRead
    mine = (row.publication == publication_id) & (row.account == account_id) & (row.last_read_on < day)
    times = {
        row.last_read_at: at.through(row.last_read_at.db_value),
        row.last_read_on: day.through(row.last_read_on.db_value),
    }
    return row.update({row.read_days: row.read_days + 1, **times}).where(mine)
