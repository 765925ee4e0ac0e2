"""The forum in the tests that span all nouns."""

from datetime import timedelta
from typing import Any

from db.access.models.account import Role
from db.city import models
from db.forum.models import ForumState
from db.kernel.fields import utc_text
from tests.factories import AT, MAKERS
from tests.forum import factories
from tests.forum.factories import make_forum_session, make_statement
from tests.forum.rows import fill
from tests.graph.evaluator import AGGREGATES, LISTS, PERSONAL, ROOT_LISTS, World, by_column, scoped
from tests.graph.places import OFFICERS, ROLES, SEATS, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, WORDS
from tests.graph.viewers import RULES, Viewer, masked
from tests.issues.capacities import covers
from tests.people.nouns import OFFICES
from tests.people.nouns import name as name_of

FILLS.append(fill)
MAKERS.update(factories.MAKERS)


def knows_speaker(viewer: Viewer, statement: Any) -> bool:
    """Return whether a viewer made a statement, is on the staff there, or in an office above."""
    code, person = statement.division_code, viewer.world.get("Person", statement.speaker_id)
    is_self = viewer.account_id is not None and person is not None and person.account_id == viewer.account_id
    is_office = any(grant.role in OFFICES and covers(grant, code) for grant in viewer.held())
    return viewer.is_good(code) and (is_self or is_office)


def sees(viewer: Viewer, statement: Any) -> bool:
    """Return whether a viewer knows of a statement."""
    session = viewer.world.get("ForumSession", statement.session_id)
    host = viewer.world.get("Member", session.host_id)
    hosts = viewer.account_id is not None and host.is_active and host.account_id == viewer.account_id
    is_known = knows_speaker(viewer, statement) or (viewer.is_good(statement.division_code) and hosts)
    return session.state == "CLOSED" or is_known


def speaker(viewer: Viewer, statement: Any) -> Any:
    is_known = not statement.is_anonymous or knows_speaker(viewer, statement)
    return viewer.world.get("Person", statement.speaker_id) if is_known else None


def speaker_name(viewer: Viewer, statement: Any) -> str:
    is_known, person = knows_speaker(viewer, statement), viewer.world.get("Person", statement.speaker_id)
    if statement.is_anonymous and not is_known:
        return "居民"
    if person is not None:
        return name_of(viewer, person) or "居民"
    if statement.speaker_name is None:
        return "居民"
    return statement.speaker_name if is_known else masked(statement.speaker_name, 1) or "居民"


def of_item(viewer: Viewer, item: Any) -> Any:
    found = (row for row in viewer.world.rows["Statement"] if row.agenda_item_id == item.id)
    return next((row for row in found if sees(viewer, row)), None)


def of_meeting(world: World, meeting: Any, _: str) -> list[Any]:
    items = {row.id for row in world.rows["AgendaItem"] if row.meeting_id == meeting.id}
    return [row for row in world.rows["Statement"] if row.agenda_item_id in items]


RULES["Statement"] = sees
PERSONAL |= {
    ("Statement", "speaker"): speaker,
    ("Statement", "speakerName"): speaker_name,
    ("AgendaItem", "statement"): of_item,
}
LISTS |= {
    ("Division", "forumSessions"): (scoped("ForumSession"), "-scheduledAt"),
    ("Committee", "forumSessions"): (by_column("committee_id", "ForumSession"), "-scheduledAt"),
    ("ForumSession", "invited"): (by_column("session_id", "ForumInvitation"), ""),
    ("ForumSession", "statements"): (by_column("session_id", "Statement"), "position"),
    ("Issue", "statements"): (by_column("issue_id", "Statement"), ""),
    ("Meeting", "statements"): (of_meeting, ""),
}
AGGREGATES["forumAggregate"] = "ForumSession"
ROOT_LISTS |= {"forumSessions": ("ForumSession", "-scheduledAt"), "statements": ("Statement", "-id")}


def add_to_place(place: Place) -> dict[str, str]:
    """Add sessions in each state that a step needs, hosted by the director, with statements of the resident."""
    host = models.Member.get_by_id(int(place.rows[Role.DIRECTOR.value].rpartition("_")[2]))
    person = models.Person.get(models.Person.account == place.accounts[Role.RESIDENT])

    def session(state: ForumState, **values: Any) -> Any:
        return make_forum_session(place.committee, host=host, state=state, **values)

    begun = AT - timedelta(hours=1)
    held, done = (session(ForumState.HELD, scheduled_at=begun) for _ in range(2))
    said = make_statement(held, speaker=person)
    make_statement(done, speaker=person, outcome="NO_ACTION", settled_at=AT)
    return {
        "session": f"ForumSession_{session(ForumState.ANNOUNCED).id}",
        "session begun": f"ForumSession_{session(ForumState.ANNOUNCED, scheduled_at=begun).id}",
        "session held": f"ForumSession_{held.id}", "session done": f"ForumSession_{done.id}",
        "said": f"Statement_{said.id}",
    }  # fmt: skip


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
_KNOW = {Role.RESIDENT, Role.DIRECTOR, Role.STAFF, *OFFICERS}


def _reads(noun: str, row: str, who: set[Any]) -> dict[str, tuple[str, set[Any]]]:
    page = f'{noun}s(filter: {{id: {{eq: "%({row})s"}}}}) {{ totalCount nodes {{ id }} }}'
    return {noun: (f'{noun}(id: "%({row})s") {{ id }}', who), f"{noun}s": (page, who)}


READS = {
    **_reads("forumSession", "session", _PUBLIC), **_reads("statement", "said", _KNOW),
    "forumAggregate": ('forumAggregate(filter: {id: {eq: "%(session)s"}}) { count }', _PUBLIC),
}  # fmt: skip
KNOWN = {"settleStatement": _KNOW}
# Whoever is registered as a person in a place.
_REGISTERED = {Role.RESIDENT, *SEATS, Role.UNIT_CONTACT, Role.LEADER}
_CONVENERS, _LEADS = {Role.DIRECTOR, Role.DEPUTY_DIRECTOR, Role.STAFF}, {Role.DIRECTOR, Role.STAFF}
MAY = {
    "scheduleForum": (_CONVENERS,),
    "addStatement": (_REGISTERED | {Role.STAFF},),
    "addStatement for somebody": ({Role.STAFF},),
    "holdForum": (_LEADS,),
    "settleStatement": (_LEADS,),
    "closeForum": (_LEADS,),
    "cancelForum": (_CONVENERS,),
}
INPUTS |= {
    "scheduleForum": lambda at: {
        "divisionCode": at.place.code, "title": WORDS, "scheduledAt": utc_text(AT + timedelta(days=3)), "place": WORDS,
        "hostId": at.row(Role.DIRECTOR.value), "invited": [{"label": WORDS, "organizationId": at.row("unit")}],
    },
    "addStatement": lambda at: {"sessionId": at.row("session"), "text": WORDS, "isAnonymous": True},
    "addStatement for somebody": lambda at: {
        "sessionId": at.row("session held"), "text": WORDS, "speakerName": "赵示范",
    },
    "holdForum": lambda at: {"sessionId": at.row("session begun"), "participantCount": 9},
    "settleStatement": lambda at: {"statementId": at.row("said"), "outcome": "ANSWERED", "answer": WORDS},
    "closeForum": lambda at: {"sessionId": at.row("session done"), "summary": WORDS},
    "cancelForum": lambda at: {"sessionId": at.row("session"), "reason": WORDS},
}  # fmt: skip
