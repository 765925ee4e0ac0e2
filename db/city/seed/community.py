"""One whole community: its committee, its units and what they offer, and all that has happened there."""

from dataclasses import dataclass
from random import Random

from db.activities.seed import add_activities
from db.bookings.seed.claimed import add_claimed
from db.bookings.seed.shared import Sharing, add_shared
from db.committees.seed.candidacies import Candidacies
from db.committees.seed.committees import Committee, add_committee
from db.deliberation.seed.acts import DeliberationActs
from db.deliberation.seed.course import DeliberationCourse
from db.deliberation.seed.garden import add_garden
from db.deliberation.seed.meetings import Meetings
from db.deliberation.seed.projects import Projects
from db.emergency.seed import RESOLVED, add_part, add_visits
from db.forum.seed import add_forum
from db.funds.seed import add_funds
from db.gates.seed import add_gates
from db.harvests.seed import add_harvests
from db.health.seed import add_health
from db.incidents.models import Incident
from db.issues.seed.cases import Case
from db.issues.seed.claims import Claims
from db.issues.seed.needs import add_needs
from db.issues.seed.story import Story, add_story
from db.issues.seed.submissions import Visited, add_comments, add_contact, number_issues, tell, tell_outbreak
from db.issues.seed.texts import IssueTopic
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import Present
from db.matches.seed import add_matches
from db.messages.seed import Mail
from db.monitoring.seed import add_monitoring
from db.organizations.models.organization import OrganizationKind
from db.organizations.seed.offers import add_resources
from db.organizations.seed.topics import ResourceTopic
from db.organizations.seed.units import Units, add_units
from db.people.seed import Home
from db.places.models.division import Division, DivisionLevel
from db.places.seed.plan import Place
from db.registrations.seed import Cadre, add_registrations
from db.shifts.seed import add_shifts
from db.sites.models import SiteKind
from db.sites.seed import add_sites
from db.stocks.seed import Reserve, add_supplies
from db.teams.seed.deployments import add_deployments
from db.teams.seed.teams import Crew, add_teams


@dataclass(frozen=True)
class Common:
    """What all communities have in common: the kinds of concern and of offer, the outbreak, and the city's reserve."""

    issues: list[IssueTopic]
    resources: list[ResourceTopic]
    outbreak: int
    reserve: Reserve


@dataclass(frozen=True)
class Added:
    """What demonstration accounts are granted roles over. found: by their sites, the issues that visits brought."""

    division: int
    committee: Committee
    units: Units
    sites: dict[SiteKind, list[int]]
    cadres: dict[int, list[Cadre]]
    found: dict[int, Story]
    crews: list[Crew]


def add_community(
    rows: Rows,
    place: Place,
    parent: int,
    common: Common,
    case: Case | None,
    accounts: dict[int, int],
    reporter: int | None,
    present: Present,
) -> Added:
    """Add a community and everything in it.

    case: the article's own case there, if it names one. accounts: by seat number, of the members who may sign in.
    reporter: an account that reported the issues from the app there.
    """
    # Each community has its own chance, so that it is the same whatever happens elsewhere.
    rng = Random(f"{place.code} {place.name}")
    division = rows.add(
        Division,
        code=place.code,
        last_code=place.code,
        name=place.name,
        level=DivisionLevel.COMMUNITY,
        parent_id=parent,
    )
    units, home = add_units(rows, place, division), Home(division, place.code)
    partners = [unit.id for unit in units.partners]
    committee = add_committee(rows, place, division, partners, accounts, present, rng)
    crews = add_teams(rows, units, home, place, committee, rng)
    Candidacies(rows, home, units.of(*OrganizationKind)[0].id).add(committee)
    # By a chance of their own, so that what comes after them is as it was without them.
    add_health(rows, home, committee, present)
    sites = add_sites(rows, place, division, Random(f"{place.code} sites"))
    members = {member.work_unit: member.person_id for member in committee.members if member.work_unit is not None}
    cadres = add_registrations(rows, place, division, present, units.partners, members)
    incident = rows.new_id(Incident)
    came = add_deployments(rows, home, place, units, crews[0], sites[SiteKind.COMPOUND], incident)
    add_part(rows, home, incident, common.outbreak, came)
    add_visits(rows, home, incident, committee, sites, units.targets)
    goods = add_supplies(rows, place, home, units, incident, sites, common.reserve)
    add_shifts(rows, home, place, crews, cadres, sites, present)
    add_activities(rows, home, crews, sites, present)
    add_monitoring(rows, home, place, crews, sites, incident)
    residents = [member.person_id for member in committee.members]
    add_gates(rows, home, place, sites[SiteKind.COMPOUND][0], residents, present)
    sharing = Sharing(rows, place, division, units, residents, crews[0].veterans, present)
    fewer = add_shared(sharing)
    for reaped_on, plots in sharing.reaped.items():
        add_harvests(rows, place.code, plots, reaped_on)
    count = place.resources - fewer
    offers = add_resources(rows, place, division, units, common.resources, count, present, rng)
    claims = Claims(rows, place.code, committee.members, units, offers, present, rng)
    meetings = Meetings(rows, place, committee, present, rng)
    projects = Projects(rows, place.code, committee.id, committee.director.name, present, rng)
    acts = DeliberationActs(rows, place, units, claims, meetings, projects, present, rng)
    visited = Visited(sites[SiteKind.COMPOUND][0], f"{place.name}第1小区")
    solved = len(place.share(RESOLVED))
    stories = tell_outbreak(acts, common.issues, incident, solved)
    stories += tell(DeliberationCourse(acts), common.issues, place.issues - solved, case, reporter, visited)
    stories.sort(key=lambda story: story.created_at)
    claims.fill(place.claims, stories)
    number_issues(rows, place, stories)
    mail = Mail(rows, home, stories, present)
    contacts: dict[int, dict[str, str]] = {}
    for story in stories:
        add_comments(story, committee, present, rng)
        add_story(rows, story, division, place.code, committee.id)
        contacts[story.id] = add_contact(rows, place, story, present, rng)
    mail.add(contacts)
    add_needs(rows, place, committee, stories, claims.all)
    add_forum(rows, home, place, committee, meetings, stories, present)
    add_garden(rows, place, meetings, sites[SiteKind.COURTYARD_BUILDING][0], present)
    meetings.add()
    projects.add()
    claims.add()
    add_matches(rows, place.code, stories, offers, claims.all, present)
    persons = {member.id: member.person_id for member in committee.members}
    add_funds(rows, home, units, projects, claims.all, persons, (committee.id, goods))
    add_claimed(rows, place.code, claims.all, persons, present)
    found = {story.site: story for story in stories if story.site is not None}
    return Added(division, committee, units, sites, cadres, found, crews)
