"""Who acts on a community's issues: a name that hides residents, and a role."""

from random import Random

from db.access.models.account import Role
from db.access.seed.journal import Actor
from db.committees.seed.committees import Committee
from db.issues.models.issue import Channel
from db.issues.seed.story import Story
from db.places.models.division import DivisionLevel

_OFFICERS = {
    DivisionLevel.SUBDISTRICT: (Role.SUBDISTRICT_OFFICER, "街道经办干部"),
    DivisionLevel.DISTRICT: (Role.DISTRICT_OFFICER, "区县经办干部"),
    DivisionLevel.CITY: (Role.CITY_OFFICER, "市级经办干部"),
}
_SUBMITTERS = {
    Channel.GRID_PATROL: Actor("网格员", Role.GRID_WORKER),
    Channel.UNIT_REPORT: Actor("单位联络人", Role.UNIT_CONTACT),
    # Whoever visits for a unit that sponsors.
    Channel.VISIT: Actor("单位联络人", Role.UNIT_CONTACT),
    Channel.APP: Actor("居民", Role.RESIDENT),
    Channel.MAILBOX: Actor("居民", Role.RESIDENT),
}


class People:
    """The people of one community, and the offices above it."""

    def __init__(self, committee: Committee, rng: Random) -> None:
        self.committee, self.rng = committee, rng

    def staff(self) -> Actor:
        """Choose somebody of the two committees' staff."""
        return Actor(f"社区两委工作人员{self.rng.randint(1, 3)}", Role.STAFF)

    def office(self, level: DivisionLevel) -> Actor:
        """Return the actor who is responsible at a level."""
        if level is DivisionLevel.COMMUNITY:
            return self.staff()
        role, name = _OFFICERS[level]
        return Actor(name, role)

    def director(self) -> Actor:
        """Return the director of the committee."""
        return Actor(self.committee.director.name, Role.DIRECTOR)

    def submitting(self, story: Story) -> Actor:
        """Return the actor who submits an issue, by its channel."""
        member = next((member for member in self.committee.members if member.id == story.submitter), None)
        actor = _SUBMITTERS.get(story.channel) or self.staff()
        if story.channel is Channel.MEMBER_PROPOSAL and member:
            return Actor(member.name, Role.MEMBER)
        return actor

    def handling(self, story: Story) -> Actor:
        """Return the actor who reports for the handler."""
        assert story.handler
        roles = {"organization_id": Role.UNIT_CONTACT, "team_id": Role.TEAM_CAPTAIN, "member_id": Role.MEMBER}
        return Actor(story.handler.name, roles[story.handler.column])

    def on_the_spot(self, story: Story) -> Actor:
        """Return the member of the two committees who answers on the spot, as their staff."""
        assert story.handler
        return Actor(story.handler.name, Role.STAFF)

    def verifier(self, level: DivisionLevel) -> Actor:
        """Choose somebody who handles no issue and so may verify any: a grid worker, or the office at a level."""
        grid_worker = Actor(f"网格员{self.rng.randint(1, 4)}", Role.GRID_WORKER)
        return self.rng.choice((grid_worker, self.office(level)))

    def resident(self) -> Actor:
        """Return the reporter, whose name stays outside the ledger."""
        return Actor("居民", Role.RESIDENT)

    def leader(self) -> Actor:
        """Return the leader in contact with the committee."""
        return Actor("包抓领导", Role.LEADER)

    def system(self) -> Actor:
        """Return the system as an actor."""
        return Actor(None, Role.SYSTEM)
