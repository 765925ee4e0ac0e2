"""Attachments in the tests that span all nouns."""

from typing import Any

from tests.activities.nouns import FILLS
from tests.attachments.factories import MAKERS
from tests.attachments.rows import fill
from tests.committees.nouns import sees_candidacy
from tests.factories import MAKERS as ALL_MAKERS
from tests.funds.nouns import sees as sees_donation
from tests.graph.evaluator import COMPUTED, LISTS, World
from tests.graph.viewers import RULES, Viewer
from tests.linkage.nouns import findings
from tests.services.nouns import sees as sees_application
from tests.services.rows import fill_materials

ALL_MAKERS.update(MAKERS)
FILLS.extend((fill, fill_materials))
# Who sees what is attached to a row, by its type.
SEEN = {
    "Activity": lambda viewer, activity: True,
    "Candidacy": sees_candidacy,
    "Donation": sees_donation,
    "Expense": lambda viewer, expense: True,
    "Project": lambda viewer, project: True,
    "ServiceApplication": sees_application,
    "Visit": lambda viewer, visit: findings(viewer, visit) is not None,
}


def sees(viewer: Viewer, attachment: Any) -> bool:
    row = viewer.world.get(attachment.subject_type, attachment.subject_id)
    return row is not None and SEEN[attachment.subject_type](viewer, row)


RULES["Attachment"] = sees


def attached(world: World, row: Any, _: str) -> list[Any]:
    own = (type(row).__name__, row.id)
    return [one for one in world.rows["Attachment"] if (one.subject_type, one.subject_id) == own]


COMPUTED["Attachment", "subjectId"] = lambda world, row: f"{row.subject_type}_{row.subject_id}"
LISTS |= {(noun, "attachments"): (attached, "") for noun in SEEN}
