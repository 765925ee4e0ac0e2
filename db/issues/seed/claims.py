"""One community's claims: who takes on what, with which resource, never more than there is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle
from random import Random

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.committees.seed.committees import Member
from db.issues.lifecycle import IssueState
from db.issues.lifecycles import CLAIM_LIFECYCLE
from db.issues.models import claim as models
from db.issues.models.claim import TAKING_STATES, ClaimState
from db.issues.seed.story import Claimant, Story
from db.kernel.seed_rows import Rows, hundredths
from db.kernel.seed_times import DAY, HOUR, Present, day, day_number, day_text, midnight, utc
from db.organizations.seed.offers import Offer, Opening
from db.organizations.seed.units import Unit, Units

_PROMISES = {
    "organization_id": "由本单位安排专人负责，按期完成。",
    "team_id": "由志愿服务队排班上门，按期完成。",
    "member_id": "由委员牵头联系各方，按期完成。",
}
_ROLES = {"organization_id": Role.UNIT_CONTACT, "team_id": Role.TEAM_CAPTAIN, "member_id": Role.MEMBER}
_STAFF = Actor("社区两委工作人员1", Role.STAFF)
# What ends a claim in a state, and whether its claimant says so.
_ENDS = {
    ClaimState.DECLINED: (JournalAction.DECLINE, False),
    ClaimState.RELEASED: (JournalAction.RELEASE, True),
    ClaimState.FULFILLED: (JournalAction.FULFIL, True),
}
# What becomes of claims on an issue beside the handler's own, by where the issue stands, with weights.
_OUTCOMES = {
    IssueState.OPEN_FOR_CLAIM: {ClaimState.PENDING: 6, ClaimState.DECLINED: 2, ClaimState.RELEASED: 2},
    IssueState.IN_PROGRESS: {
        ClaimState.CONFIRMED: 6, ClaimState.PENDING: 2, ClaimState.DECLINED: 1, ClaimState.RELEASED: 1,
    },
    IssueState.SUSPENDED: {ClaimState.CONFIRMED: 6, ClaimState.DECLINED: 2, ClaimState.RELEASED: 2},
    IssueState.AWAITING_VERIFICATION: {ClaimState.FULFILLED: 7, ClaimState.DECLINED: 1, ClaimState.RELEASED: 2},
    IssueState.CLOSED: {ClaimState.FULFILLED: 7, ClaimState.DECLINED: 1, ClaimState.RELEASED: 2},
}  # fmt: skip


@dataclass(eq=False)
class Claim:
    """A claim while the history of its issue is generated."""

    id: int
    story: Story
    claimant: Claimant
    offer: Offer | None
    amount: int | None
    window: Opening | None
    state: ClaimState
    created_at: int
    confirmed_at: int | None = None
    ended_at: int | None = None
    promised_on: str = ""

    @property
    def takes(self) -> bool:
        """Whether its amount is taken from the resource."""
        return self.state in TAKING_STATES


@dataclass(eq=False)
class Claims:
    """The claims of one community."""

    rows: Rows
    code: str
    members: Sequence[Member]
    units: Units
    offers: Sequence[Offer]
    present: Present
    rng: Random
    all: list[Claim] = field(default_factory=list)
    # Whose claims have places in an opening, and how many, by window and day: also those that were given back.
    held: dict[tuple[int, int], list[tuple[Claimant, int]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.turns = cycle(self.members)
        self.own = {offer.organization: offer for offer in self.offers if offer.organization}
        self.organizations = [unit for units in self.units.organizations.values() for unit in units]

    def claimant(self) -> Claimant:
        """Choose an organization, a team or a member."""
        roll = self.rng.random()
        if roll < 0.42:
            return as_claimant("organization_id", self.rng.choice(self.organizations))
        if roll < 0.55:
            return as_claimant("team_id", self.rng.choice(self.units.teams))
        return as_claimant("member_id", next(self.turns))

    def make(
        self,
        story: Story,
        state: ClaimState,
        created_at: int,
        confirmed_at: int | None,
        claimant: Claimant | None = None,
    ) -> Claim:
        """Make a claim; it stays a promise without a resource where none is free."""
        claimant = claimant or self.claimant()
        offer = self._offer(claimant)
        amount = offer.amount(self.rng) if offer else None
        if offer and state in TAKING_STATES and not offer.take(amount):
            offer = amount = None
        window = self.rng.choice(offer.windows) if offer and offer.windows else None
        claim_id = self.rows.new_id(models.Claim)
        claim = Claim(claim_id, story, claimant, offer, amount, window, state, created_at, confirmed_at)
        self.all.append(claim)
        return claim

    def _offer(self, claimant: Claimant) -> Offer | None:
        if claimant.column == "organization_id" and claimant.id in self.own:
            return self.own[claimant.id]
        return self.rng.choice(self.offers) if self.rng.random() < 0.6 else None

    def fulfil(self, claim: Claim, at: int) -> None:
        """Record that the promise was kept."""
        claim.state, claim.ended_at = ClaimState.FULFILLED, at

    def release(self, claim: Claim, at: int) -> None:
        """Return a claim up: what it took goes back at once (rule L4)."""
        if claim.takes and claim.offer:
            claim.offer.give_back(claim.amount)
        claim.state, claim.ended_at = ClaimState.RELEASED, at

    def fill(self, count: int, stories: Sequence[Story]) -> None:
        """Add claims beside the handlers' until there are so many; each member makes one before chance decides."""
        eligible = [story for story in stories if story.claimable_from is not None and story.state in _OUTCOMES]
        for turn in range(count - len(self.all)):
            claimant = as_claimant("member_id", next(self.turns)) if turn < len(self.members) else None
            self._add_beside(self.rng.choice(eligible), claimant)

    def _add_beside(self, story: Story, claimant: Claimant | None) -> None:
        assert story.claimable_from is not None
        assert story.state is not None
        outcomes = _OUTCOMES[story.state]
        state = self.rng.choices(tuple(outcomes), tuple(outcomes.values()))[0]
        is_over = story.state in (IssueState.CLOSED, IssueState.AWAITING_VERIFICATION)
        last = story.at if is_over else self.present.at
        moments = sorted(self.rng.randint(story.claimable_from, last) for _ in range(3))
        confirmed_at = None if state in (ClaimState.PENDING, ClaimState.DECLINED) else moments[1]
        claim = self.make(story, state, moments[0], confirmed_at, claimant)
        if state is ClaimState.PENDING and self._waits_already(claim):
            state = claim.state = ClaimState.DECLINED
        if state not in (ClaimState.PENDING, ClaimState.CONFIRMED):
            claim.ended_at = moments[2]

    def _promised_on(self, claim: Claim) -> str:
        """Return the day that a claim promises: five days on, and where clocks run none that has passed unkept."""
        promised = day((claim.confirmed_at or claim.created_at) + 5 * DAY)
        if not self.present.has_clocks or claim.state not in (ClaimState.PENDING, ClaimState.CONFIRMED):
            return promised
        soon = self.present.day_after(self.rng.randint(1, 7))
        return max(promised, soon, claim.story.resume_on or day(claim.story.due_at or 0))

    def _opening(self, claim: Claim, window: Opening, promised: str) -> str:
        """Return the first day from the promised one on on which a window opens and has places for a claim."""
        assert claim.offer is not None
        number = day_number(midnight(promised))
        # The first of January 1970 was a Thursday.
        number += (window.weekday - 4 - number) % 7
        while not self._fits(claim, claim.offer, self.held[window.id, number]):
            number += 7
        if claim.confirmed_at is not None:
            self.held[window.id, number].append((claim.claimant, claim.amount or 0))
        return day_text(number)

    def _fits(self, claim: Claim, offer: Offer, held: list[tuple[Claimant, int]]) -> bool:
        is_free = all(claimant != claim.claimant for claimant, _ in held)
        return is_free and sum(amount for _, amount in held) + (claim.amount or 0) <= offer.places

    def _waits_already(self, claim: Claim) -> bool:
        """Return whether an earlier claim of the same claimant waits on the same issue."""
        who = claim.claimant.column, claim.claimant.id
        waiting = (other for other in self.all if other.story is claim.story and other.state is ClaimState.PENDING)
        return any(other is not claim and (other.claimant.column, other.claimant.id) == who for other in waiting)

    def add(self) -> None:
        """Add the rows."""
        for claim in self.all:
            claim.promised_on = self._promised_on(claim)
            if claim.window is not None:
                claim.promised_on = self._opening(claim, claim.window, claim.promised_on)
            add_with_journal(
                self.rows,
                CLAIM_LIFECYCLE,
                models.Claim,
                _steps(claim),
                id=claim.id,
                issue_id=claim.story.id,
                need_id=claim.story.need,
                project_id=claim.story.project,
                resource_id=claim.offer.resource if claim.offer else None,
                window_id=claim.window.id if claim.window else None,
                **{claim.claimant.column: claim.claimant.id},
                division_code=self.code,
                quantity=hundredths(claim.amount),
                promise=_PROMISES[claim.claimant.column],
                promised_on=claim.promised_on,
                created_at=utc(claim.created_at),
                confirmed_at=utc(claim.confirmed_at),
                ended_at=utc(claim.ended_at),
            )


def _steps(claim: Claim) -> list[Step]:
    """Return the steps that brought a claim to its state: made, perhaps confirmed, perhaps ended."""
    claimant = Actor(claim.claimant.name, _ROLES[claim.claimant.column])
    steps = [Step(claim.created_at, JournalAction.CREATE, ClaimState.PENDING, claimant)]
    if claim.confirmed_at is not None:
        steps.append(Step(claim.confirmed_at, JournalAction.CONFIRM, ClaimState.CONFIRMED, _STAFF))
    if claim.state in _ENDS:
        assert claim.ended_at is not None
        action, is_own = _ENDS[claim.state]
        steps.append(Step(claim.ended_at, action, claim.state, claimant if is_own else _STAFF))
    return steps


def as_claimant(column: str, who: Unit | Member) -> Claimant:
    """Return an organization, a team or a member as a claimant."""
    return Claimant(column, who.id, who.name)


def shortly_before(at: int, earliest: int, rng: Random) -> int:
    """Choose when a claim was made that was confirmed at a time."""
    return max(earliest, at - rng.randint(HOUR // 4, 8 * HOUR))
