"""Publications in the tests that span all nouns."""

from decimal import Decimal
from typing import Any

from db.access.models.account import Role
from db.city import models
from db.places.models.division import DivisionLevel
from db.publications.models import Audience
from tests.factories import MAKERS as ALL_MAKERS
from tests.graph.evaluator import COMPUTED, LISTS, OF_VIEWER, PERSONAL, ROOT_LISTS, World, by_column, scoped
from tests.graph.places import ROLES, SEATS, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, WORDS, Spot
from tests.graph.viewers import HIDDEN_SUBJECTS, OFFICES, RULES, Viewer
from tests.issues.capacities import covers, is_held
from tests.publications.factories import MAKERS, make_publication, make_publication_read
from tests.publications.rows import fill

ALL_MAKERS.update(MAKERS)
FILLS.append(fill)


def covered(publication: Any, code: str) -> bool:
    return publication.division_code <= code <= publication.last_code


def addresses(publication: Any, grant: Any) -> bool:
    of_audience = {
        "PUBLIC": True, "MEMBERS": grant.role in ("MEMBER", "DEPUTY_DIRECTOR", "DIRECTOR"),
        "OFFICES": grant.role in OFFICES,
    }  # fmt: skip
    return covered(publication, grant.division_code) and of_audience[publication.audience]


def is_above(viewer: Viewer, publication: Any) -> bool:
    code = publication.division_code
    return viewer.is_good(code) and any(grant.role in OFFICES and covers(grant, code) for grant in viewer.held())


def sees(viewer: Viewer, publication: Any) -> bool:
    there = [grant for grant in viewer.held() if covered(publication, grant.division_code)]
    of_offices = publication.audience != "PUBLIC" and any(grant.role in OFFICES for grant in there)
    return (
        publication.audience == "PUBLIC" or of_offices or is_above(viewer, publication)
        or (publication.audience == "MEMBERS" and any(addresses(publication, grant) for grant in there))
    )  # fmt: skip


def sees_read(viewer: Viewer, read: Any) -> bool:
    publication = viewer.world.get("Publication", read.publication_id)
    is_own = viewer.account_id is not None and read.account_id == viewer.account_id
    return is_own or (publication.audience == "OFFICES" and is_above(viewer, publication))


RULES["Publication"], RULES["PublicationRead"] = sees, sees_read
HIDDEN_SUBJECTS.add("Publication")


def is_in_force(viewer: Viewer, row: Any) -> bool:
    newer = (one for one in viewer.world.rows["Publication"] if one.supersedes_id == row.id)
    has_begun = any(one.state == "PUBLISHED" and one.valid_from <= viewer.now for one in newer)
    runs = row.valid_from <= viewer.now and (row.valid_until is None or row.valid_until > viewer.now)
    return row.state == "PUBLISHED" and runs and not has_begun


def reads_of(world: World, publication: Any) -> list[Any]:
    return [read for read in world.rows["PublicationRead"] if read.publication_id == publication.id]


def addressed(viewer: Viewer, publication: Any) -> list[Any]:
    """List the roles that a publication addresses now."""
    held = (grant for grant in viewer.world.rows["RoleGrant"] if is_held(grant, viewer.now))
    return [grant for grant in held if addresses(publication, grant)]


def share(viewer: Viewer, publication: Any) -> Decimal | None:
    whom = {grant.account_id for grant in addressed(viewer, publication)}
    have = whom & {read.account_id for read in reads_of(viewer.world, publication)}
    return Decimal((len(have) * 2000 + len(whom)) // (len(whom) * 2)) / 10 if whom else None


def unread_offices(viewer: Viewer, publication: Any, _: str) -> list[Any]:
    if publication.audience == "PUBLIC" or not is_above(viewer, publication):
        return []
    have = {read.account_id for read in reads_of(viewer.world, publication)}
    holders: dict[str, set[int]] = {}
    for grant in addressed(viewer, publication):
        holders.setdefault(grant.division_code, set()).add(grant.account_id)
    unread = {code for code, accounts in holders.items() if not accounts & have}
    return [division for division in viewer.world.rows["Division"] if division.code in unread]


def unread(viewer: Viewer, account: Any, _: str) -> list[Any]:
    world, grants = viewer.world, viewer.grants(account.id)
    have = {read.publication_id for read in world.rows["PublicationRead"] if read.account_id == account.id}
    return [
        row
        for row in world.rows["Publication"]
        if row.id not in have and is_in_force(viewer, row) and any(addresses(row, grant) for grant in grants)
    ]


def inherited(world: World, division: Any, _: str) -> list[Any]:
    return [row for row in world.rows["Publication"] if covered(row, division.code)]


COMPUTED["PublicationRead", "readerName"] = lambda world, read: world.get("Account", read.account_id).name
PERSONAL |= {
    ("Publication", "isInForce"): is_in_force,
    ("Publication", "viewCount"): lambda viewer, row: (
        sum(read.read_days for read in reads_of(viewer.world, row)) if is_above(viewer, row) else None
    ),
    ("Publication", "readerCount"): lambda viewer, row: (
        len(reads_of(viewer.world, row)) if is_above(viewer, row) else None
    ),
    ("Publication", "addresseeCount"): lambda viewer, row: (
        len({grant.account_id for grant in addressed(viewer, row)})
        if row.audience != "PUBLIC" and is_above(viewer, row)
        else None
    ),
    ("Publication", "readShare"): lambda viewer, row: (
        share(viewer, row) if row.audience != "PUBLIC" and is_above(viewer, row) else None
    ),
}
LISTS |= {
    ("Division", "publications"): (inherited, "-validFrom"),
    ("Division", "issuedPublications"): (scoped("Publication"), "-validFrom"),
    ("Publication", "reads"): (by_column("publication_id", "PublicationRead"), "firstReadAt"),
    ("Publication", "unreadOffices"): (unread_offices, ""),
    ("Viewer", "unreadPublications"): (unread, "validFrom"),
    ("Viewer", "publicationReads"): (by_column("account_id", "PublicationRead"), "firstReadAt"),
}
OF_VIEWER |= {("Publication", "unreadOffices"), ("Viewer", "unreadPublications")}
ROOT_LISTS["publications"] = ("Publication", "-validFrom")


def add_to_place(place: Place) -> dict[str, str]:
    """Add a publication of the community for each audience, and one for its offices that somebody has read."""
    home = models.Division.get(models.Division.code == place.code)
    rows = {audience: make_publication(home, audience=audience) for audience in Audience}
    make_publication_read(rows[Audience.OFFICES], account=place.accounts[Role.STAFF])
    return {f"for {audience.value.lower()}": f"Publication_{row.id}" for audience, row in rows.items()}


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
_OFFICERS = {Role.SUBDISTRICT_OFFICER, Role.DISTRICT_OFFICER, Role.CITY_OFFICER}
_OFFICES = _OFFICERS | {Role.STAFF}
_TELLS = 'publications(filter: {id: {eq: "%(for offices)s"}}) { totalCount nodes { id } }'
READS = {
    "publication": ('publication(id: "%(for public)s") { id }', _PUBLIC),
    "publication, for members": ('publication(id: "%(for members)s") { id }', _OFFICES | {*SEATS}),
    "publication, for offices": ('publication(id: "%(for offices)s") { id }', _OFFICES),
    "publications": (_TELLS, _OFFICES),
    "publicationAggregate": ('publicationAggregate(filter: {id: {eq: "%(for offices)s"}}) { count }', _OFFICES),
}
MAY = {
    "issuePublication": (_OFFICES,),
    "issuePublication to members": (_OFFICERS,),
    "withdrawPublication": (_OFFICES,),
    "withdrawPublication of what is for members": (_OFFICERS,),
    "confirmReading of what is for members": ({*SEATS},),
}
# Who knows of what is for members.
KNOWN = dict.fromkeys((step for step in MAY if step.endswith("of what is for members")), _OFFICES | {*SEATS})


def issued(at: Spot, audience: str) -> dict[str, Any]:
    """Return the input that issues a policy in the community of a place."""
    code = at.place.offices[DivisionLevel.COMMUNITY].code
    return {"divisionCode": code, "kind": "POLICY", "audience": audience, "title": WORDS, "body": WORDS}


INPUTS |= {
    "issuePublication": lambda at: issued(at, "PUBLIC"),
    "issuePublication to members": lambda at: issued(at, "MEMBERS"),
    "withdrawPublication": lambda at: {"publicationId": at.row("for public"), "reason": WORDS},
    "withdrawPublication of what is for members": lambda at: {
        "publicationId": at.row("for members"), "reason": WORDS,
    },
    "confirmReading of what is for members": lambda at: {"publicationId": at.row("for members")},
}  # fmt: skip
