"""`expectedVersion` of meetings: an old one is refused with what has happened since."""

from peewee import DatabaseProxy

from db.access.actor import actor_of
from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.account import Role
from db.city import models
from db.deliberation.lifecycle import MEETING_LIFECYCLE
from db.kernel.errors import ErrorCode
from tests.access.nouns import make_journal_entry
from tests.factories import AT, make_account, make_meeting


def test_an_old_version_is_told_what_happened_and_names_no_resident(scratch: DatabaseProxy) -> None:
    meeting = make_meeting()
    make_journal_entry(meeting, actor_name="示范主任", actor_role=Role.DIRECTOR)
    make_journal_entry(meeting, seq=2, actor_name="示范居民", actor_role=Role.RESIDENT)
    call = Call(actor_of(make_account().id, AT), AT)

    refusal = stale_by_journal(MEETING_LIFECYCLE)(call, models.Meeting.get_by_id(meeting.id), 0)

    assert (refusal.code, refusal.field) == (ErrorCode.STALE_OBJECT, ("expectedVersion",))
    assert refusal.message.startswith("You expected version 0, but it is now 1: CREATE by 示范主任 at ")
    assert "CREATE by 居民 at" in refusal.message
    assert "示范居民" not in refusal.message + refusal.chinese
