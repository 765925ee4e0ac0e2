"""Small random databases: every table filled, with ties, gaps, empty lists and texts that are hard to quote.

The rows are made as plain data first, so that the same ones go into both databases. Each context makes its own, in
`tests/<context>/rows.py`.
"""

from collections.abc import Callable
from random import Random

from db.kernel.database import database
from tests.access import rows as access
from tests.committees import rows as committees
from tests.deliberation import rows as deliberation
from tests.emergency import rows as emergency
from tests.graph.maker import Maker, Rows
from tests.issues import rows as issues
from tests.organizations import rows as organizations
from tests.people import rows as people
from tests.places import rows as places
from tests.sites import rows as sites
from tests.teams import rows as teams

# In this order, parents first.
TABLES: tuple[Callable[[Maker], None], ...] = (
    places.divisions,
    access.accounts,
    organizations.units,
    people.people,
    organizations.heads,
    committees.committees,
    committees.candidacies,
    sites.sites,
    teams.teams,
    access.grants,
    emergency.incidents,
    issues.issues,
    deliberation.meetings,
    organizations.resources,
    issues.lists,
    issues.claims,
    places.snapshots,
    issues.offices,
    issues.notices,
    access.tokens,
    access.audit,
)
# How the nouns with a file of their own fill their tables, after all others.
FILLS: list[Callable[[Maker], None]] = []


def make_rows(seed: int) -> Rows:
    """Make the rows of the random database that a number stands for."""
    maker = Maker(Random(seed))
    for fill in (*TABLES, *FILLS):
        fill(maker)
    return maker.rows


def insert(rows: Rows) -> None:
    """Put the rows into the bound database, at once: people and units refer to each other."""
    with database.atomic():
        for model, values in rows:
            if values:
                model.insert_many(values).execute()
