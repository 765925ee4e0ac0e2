"""The life of a session of the forum: it is announced and held, its statements are settled, and it is made public."""

from db.access.models.journal import JournalAction
from db.forum.models import ForumState
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Need, Transition

A, C, G, S = JournalAction, Capacity, RowGuard, ForumState
# Those who announce a session and call it off, those who say something there, and those who lead it.
CONVENERS = (C.DIRECTOR, C.COMMUNITY_STAFF)
SPEAKERS = (C.COMMUNITY_STAFF, C.REGISTERED)
LEADS = (C.HOST, C.COMMUNITY_STAFF)
_OPEN = (S.ANNOUNCED, S.HELD)
FORUM_LIFECYCLE: Machine[JournalAction, ForumState, RowGuard, Capacity] = Machine(
    "ForumSession",
    ("a forum session", "居民说事"),
    ForumState,
    {
        A.CREATE: Transition((), ("scheduleForum",), (None,), (S.ANNOUNCED,), CONVENERS, ("title", "scheduledAt")),
        A.SPEAK: Transition(
            (), ("addStatement",), _OPEN, _OPEN, SPEAKERS, ("text",),
            needs=(Need(G.SPEAKER_NEEDED, (("speakerName",), ("speakerId",), ("isAnonymous",))),),
        ),
        A.HOLD: Transition(
            (), ("holdForum",), (S.ANNOUNCED,), (S.HELD,), LEADS, ("participantCount",), (G.SESSION_AHEAD,)
        ),
        A.SETTLE: Transition(
            (), ("settleStatement",), (S.HELD,), (S.HELD,), LEADS, ("statementId", "outcome"), (G.ALL_SETTLED,)
        ),
        A.COMPLETE: Transition(
            (), ("closeForum",), (S.HELD,), (S.CLOSED,), LEADS, ("summary",), (G.STATEMENTS_OPEN,)
        ),
        A.CANCEL: Transition((), ("cancelForum",), (S.ANNOUNCED,), (S.CANCELLED,), CONVENERS, ("reason",)),
    },
)  # fmt: skip
