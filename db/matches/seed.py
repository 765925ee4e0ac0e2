"""Matches of the demo city: in a community one waits for its unit's answer, and one became a claim."""

from collections.abc import Iterator, Sequence

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.issues.lifecycle import IssueState
from db.issues.models.claim import ClaimState
from db.issues.seed.claims import Claim
from db.issues.seed.story import Story
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import DAY, HOUR, Present, day, utc
from db.matches.lifecycle import MATCH_LIFECYCLE
from db.matches.models import Match, MatchState
from db.organizations.seed.offers import Offer
from db.settings.models import SettingKey

_STAFF = Actor("社区两委工作人员1", Role.STAFF)
_DAYS = SettingKey.MATCH_ANSWER_DAYS.default


def add_matches(
    rows: Rows, code: str, stories: Sequence[Story], offers: Sequence[Offer], claims: Sequence[Claim], present: Present
) -> None:
    """Add the matches of a community."""
    for story, offer in list(_waiting(stories, offers, claims, present))[:1]:
        _add(rows, code, story.need, offer.resource, [_suggested(present.at - DAY)])
    for claim in [claim for claim in claims if _was_matched(claim)][:1]:
        assert claim.offer is not None
        answer = Step(
            claim.created_at, JournalAction.ACCEPT, MatchState.ACCEPTED, Actor(claim.claimant.name, Role.UNIT_CONTACT)
        )
        steps = [_suggested(claim.created_at - HOUR), answer]
        _add(rows, code, claim.story.need, claim.offer.resource, steps, claim_id=claim.id)


def _waiting(
    stories: Sequence[Story], offers: Sequence[Offer], claims: Sequence[Claim], present: Present
) -> Iterator[tuple[Story, Offer]]:
    """List needs that were open for claims by yesterday, each with what a unit has that fits; the first units first."""
    taken = {claim.story.id for claim in claims if claim.state is ClaimState.PENDING or claim.takes}
    wanting = [
        story for story in stories
        if story.state is IssueState.OPEN_FOR_CLAIM and story.id not in taken and (story.claim_until or 0) > present.at
    ]  # fmt: skip
    for offer in sorted((offer for offer in offers if offer.organization), key=lambda offer: offer.organization or 0):
        for story in wanting:
            was_open = story.claimable_from is not None and story.claimable_from <= present.at - DAY
            if was_open and story.topic.duty is offer.duty and offer.left != 0 and not offer.windows:
                yield story, offer


def _was_matched(claim: Claim) -> bool:
    """Return whether a claim is one of a unit with its own offer, made when its need had long been open."""
    offer, claimant = claim.offer, claim.claimant
    if offer is None or (claimant.column, claimant.id) != ("organization_id", offer.organization):
        return False
    since = claim.story.claimable_from
    return claim.story.need is not None and since is not None and since <= claim.created_at - HOUR


def _suggested(at: int) -> Step:
    return Step(at, JournalAction.CREATE, MatchState.SUGGESTED, _STAFF, note="需求与贵单位的资源相符，请予支持。")


def _add(rows: Rows, code: str, need: int | None, resource: int, steps: list[Step], **columns: int) -> None:
    suggested = steps[0].at
    add_with_journal(
        rows, MATCH_LIFECYCLE, Match, steps, need_id=need, resource_id=resource, division_code=code,
        suggested_by=_STAFF.name, answer_by=day(suggested + _DAYS * DAY), created_at=utc(suggested), **columns,
    )  # fmt: skip
