"""Journal entries in the tests that span all nouns."""

from typing import Any

from db.access.journal import JOURNAL_COLUMNS
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.city import models
from db.city.machines import JOURNALED
from db.issues.lifecycle import IssueState
from db.kernel.chain import GENESIS, chained_hash
from tests.factories import AT, MAKERS, make_claim, make_invitation, make_issue, make_person
from tests.graph.evaluator import COMPUTED, LISTS, PERSONAL, ROOT_LISTS
from tests.graph.maker import LINES, MOMENTS, PROSE, Maker
from tests.graph.places import OFFICERS, ROLES, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, WORDS
from tests.graph.viewers import Viewer
from tests.people.nouns import is_office


def make_journal_entry(subject: Any = None, **values: Any) -> models.JournalEntry:
    """Add the first entry to the journal of a claim, or of another subject."""
    subject = subject or make_claim()
    given = {
        "seq": 1, "at": AT, "action": JournalAction.CREATE, "actor_role": Role.STAFF, "to_state": subject.state,
        "prev_hash": GENESIS, "issue": getattr(subject, "issue_id", None), **values,
    }  # fmt: skip
    noun = type(subject).__name__
    entry = models.JournalEntry(subject_type=noun, subject_id=subject.id, division_code=subject.division_code, **given)
    fields = models.JournalEntry._meta.columns
    stored = {column: fields[column].db_value(getattr(entry, fields[column].name)) for column in JOURNAL_COLUMNS}
    entry.hash = given.get("hash") or chained_hash(JOURNAL_COLUMNS, stored, entry.prev_hash)
    entry.save(force_insert=True)
    return entry


MAKERS[models.JournalEntry] = make_journal_entry


def fill(maker: Maker) -> None:
    """Add journal entries to a random database."""
    made: list[dict[str, Any]] = []
    for row in maker.matters:
        subject = maker.one(list(JOURNALED.values()))
        for _ in maker.few(2):
            key = subject.noun, maker.random.randint(1, 4)
            before = sum((entry["subject_type"], entry["subject_id"]) == key for entry in made)
            made.append(
                {
                    "subject_type": key[0], "subject_id": key[1], "seq": 1 + before,
                    "issue": maker.maybe([row["id"]]), "division_code": row["division_code"],
                    "at": maker.one(MOMENTS), "action": maker.one(list(JournalAction)),
                    "actor": maker.maybe([person["id"] for person in maker.people]), "actor_name": maker.maybe(LINES),
                    "actor_role": maker.one([Role.RESIDENT, Role.RESIDENT, *Role]),
                    "office_code": maker.maybe([row["division_code"]]),
                    "from_state": maker.maybe([state.value for state in subject.states]),
                    "to_state": maker.one([state.value for state in subject.states]), "note": maker.maybe(PROSE),
                    "facts": "{}", "prev_hash": "0" * 64, "hash": f"{maker.random.getrandbits(256):064x}",
                }
            )  # fmt: skip
    maker.add(models.JournalEntry, made)
    invited = [
        {
            "person": person["id"], "secret_hash": f"{at:064}", "created_at": maker.one(MOMENTS),
            "expires_at": maker.one(MOMENTS),
        }
        for at, person in enumerate(maker.some(maker.persons))
    ]  # fmt: skip
    maker.add(models.Invitation, invited)


FILLS.append(fill)


def _journal(noun: str) -> Any:
    def found(world: Any, row: Any, _: str) -> list[Any]:
        entries = world.rows["JournalEntry"]
        return [entry for entry in entries if (entry.subject_type, entry.subject_id) == (noun, row.id)]

    return found


LISTS |= {(machine.noun, "journal"): (_journal(machine.noun), "seq") for machine in JOURNALED.values()}
ROOT_LISTS["journalEntries"] = ("JournalEntry", "-at")


def invitation_expires_at(viewer: Viewer, person: Any) -> Any:
    rows = viewer.world.rows["Invitation"]
    until = next((row.expires_at for row in rows if row.person_id == person.id), None)
    return until if until and until > viewer.now and is_office(viewer, person) else None


PERSONAL[("Person", "invitationExpiresAt")] = invitation_expires_at


def _created_at(noun: str) -> Any:
    def first(world: Any, row: Any) -> Any:
        entries = _journal(noun)(world, row, "")
        return next((entry.at for entry in entries if entry.seq == 1), None)

    return first


COMPUTED |= {
    (machine.noun, "createdAt"): _created_at(machine.noun)
    for model, machine in JOURNALED.items()
    if "created_at" not in model._meta.fields
}
COMPUTED |= {
    ("JournalEntry", "subjectId"): lambda _, row: f"{row.subject_type}_{row.subject_id}",
}


def add_to_place(place: Place) -> dict[str, str]:
    """Add the journal of a claim on an issue that was not taken up, and that of the committee."""
    issue = make_issue(IssueState.SUBMITTED, place.committee, reporter=place.accounts[Role.RESIDENT])
    hidden, public = make_journal_entry(make_claim(issue)), make_journal_entry(place.committee)
    return {"journal": f"JournalEntry_{hidden.id}", "public journal": f"JournalEntry_{public.id}"}


THINGS.append(add_to_place)
# Who reads an issue that was not taken up, and so what serves it.
_READERS = {*ROLES} - {Role.UNIT_CONTACT, Role.TEAM_CAPTAIN, Role.HEALTH_WORKER, Role.GATE_KEEPER}
_PAGE = 'journalEntries(filter: {id: {eq: "%%(%s)s"}}) { totalCount nodes { id } }'


def add_invitations(place: Place) -> dict[str, str]:
    """Add somebody who has no account, and somebody who was invited, by a secret."""
    home = place.committee.division
    guest, invited = make_person(home, name="钱示范"), make_person(home, name="孙示范")
    make_invitation(f"lzi_{place.code}", person=invited)
    return {"guest": f"Person_{guest.id}"}


THINGS.append(add_invitations)
READS = {
    "journalEntries": (_PAGE % "journal", _READERS),
    "journalEntries, of a committee": (_PAGE % "public journal", {*ROLES, None, Role.ANONYMOUS}),
}
_OFFICES = {Role.STAFF, *OFFICERS}
MAY = {
    "inviteAccount": (_OFFICES,),
    "acceptInvitation": ({*ROLES, None},),
}
INPUTS |= {
    "inviteAccount": lambda at: {"personId": at.row("guest"), "subject": "sso-1"},
    "acceptInvitation": lambda at: {"secret": f"lzi_{at.place.code}", "label": WORDS},
}
