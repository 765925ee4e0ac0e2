"""What can be imported from rosters: the kinds of all contexts, by name."""

from db.city.contexts import CONTEXTS
from db.committees.rosters import MEMBERS
from db.organizations.resource_rosters import RESOURCES
from db.organizations.rosters import ORGANIZATIONS
from db.people.rosters import PERSONS
from db.rosters.kinds import RosterKind
from db.sites.rosters import SITES
from db.teams.rosters import TEAMS

_OF_CONTEXTS = (kind for context in CONTEXTS for kind in context.rosters)
KINDS: dict[str, RosterKind] = {
    kind.name: kind for kind in (PERSONS, MEMBERS, ORGANIZATIONS, RESOURCES, SITES, TEAMS, *_OF_CONTEXTS)
}
