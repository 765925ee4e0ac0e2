"""Publications: what offices make known to the levels below them, and who has read it."""

from db.access.models.access import TokenScope
from db.places.models.division import DivisionLevel, code_at
from schema.catalog.declare import aggregate, every, lookup, many
from schema.catalog.registry import Context
from schema.graph.places.types import within
from schema.graph.publications.mutations import MUTATIONS
from schema.graph.publications.readers import is_unread
from schema.graph.publications.types import PUBLICATION_TYPES, is_in_force

CONTEXT = Context(
    types=PUBLICATION_TYPES,
    roots={
        "publication": lookup("Publication", "Find a publication by id."),
        "publications": every("Publication", "All publications, newest first.", order="-valid_from"),
        "publication_aggregate": aggregate("Publication", "Count and group publications."),
    },
    additions={
        "Division": {
            "publications": many(
                "Publication",
                "What applies to the division: its own publications and those of the divisions above it, newest first.",
                on=lambda division, row: row.division_code.in_(
                    [code_at(division.code, level) for level in DivisionLevel]
                ),
                order="-valid_from",
            ),
            "issued_publications": many(
                "Publication",
                "Publications that divisions in the scope issued, newest first.",
                on=lambda division, row, given: within(row.division_code, division, given),
                order="-valid_from",
                scoped=True,
            ),
        },
        "Viewer": {
            "unread_publications": many(
                "Publication",
                "Publications in force that address the viewer by a role and that the viewer has not read, oldest "
                "first (待阅资料).",
                on=lambda account, row: is_in_force(row) & is_unread(row, account),
                order="valid_from",
            ),
            "publication_reads": many(
                "PublicationRead",
                "Publications that the viewer has read, the first one first (阅读记录).",
                on="account",
                order="first_read_at",
            ),
        },
    },
    mutations={TokenScope.SERVICES: MUTATIONS},
)
