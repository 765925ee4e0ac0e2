"""Files in the tests that span all nouns."""

from typing import Any

from db.access.models.account import Role
from db.issues.lifecycle import IssueState
from tests.factories import AT, make_evidence, make_issue
from tests.files.factories import make_file
from tests.files.rows import fill
from tests.graph.evaluator import COMPUTED
from tests.graph.places import OFFICERS, ROLES, SEATS, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.viewers import RULES, Viewer

FILLS.append(fill)


def sees_file(viewer: Viewer, file: Any) -> bool:
    """Return whether a viewer sees a file: its uploader while it is unused, then whoever sees what it belongs to."""
    if file.attached_at is None:
        return viewer.account_id is not None and file.uploader_id == viewer.account_id
    holders = (*viewer.world.rows["Evidence"], *viewer.world.rows["Attachment"])
    return any(row.file_id == file.id and viewer.in_sight(row) for row in holders)


RULES["File"] = sees_file
COMPUTED |= {
    ("File", "url"): lambda _, file: f"/files/File_{file.id}",
    ("File", "thumbnailUrl"): lambda _, file: None if file.width is None else f"/files/File_{file.id}?width=320",
}


def add_to_place(place: Place) -> dict[str, str]:
    """Add files: one of an issue that was not taken up, one of a public issue, and one that staff uploaded just now."""
    resident = place.accounts[Role.RESIDENT]
    private = make_issue(IssueState.SUBMITTED, place.committee, number=None, reporter=resident)
    public = make_issue(IssueState.ACCEPTED, place.committee, number=f"LZ-F{place.code}")
    files = {
        "private file": make_file(resident, attached_at=AT),
        "public file": make_file(resident, attached_at=AT),
        "unused file": make_file(place.accounts[Role.STAFF]),
    }
    make_evidence(private, file=files["private file"])
    make_evidence(public, file=files["public file"])
    return {name: f"File_{file.id}" for name, file in files.items()}


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
_READERS = {Role.RESIDENT, Role.GRID_WORKER, *SEATS, Role.STAFF, *OFFICERS, Role.LEADER, Role.AUDITOR}
READS = {
    "file, of an issue that was not taken up": ('file(id: "%(private file)s") { id }', _READERS),
    "file, of a public issue": ('file(id: "%(public file)s") { id url }', _PUBLIC),
    "file": ('file(id: "%(unused file)s") { id }', {Role.STAFF}),
}
