"""One community's needs: each accepted issue has one, which wants what its claims have brought."""

from db.access.models.journal import JournalAction
from db.access.seed.journal import Step, add_with_journal
from db.committees.seed.committees import Committee
from db.issues.lifecycles import NEED_LIFECYCLE
from db.issues.models.claim import Need, NeedState
from db.issues.seed.claims import Claim
from db.issues.seed.story import Story
from db.kernel.seed_rows import Rows, hundredths
from db.kernel.seed_times import utc
from db.places.seed.plan import Place


def add_needs(rows: Rows, place: Place, committee: Committee, stories: list[Story], claims: list[Claim]) -> None:
    """List a need for each accepted issue, wanting what claims have brought, or people while nobody has claimed."""
    taking: dict[int, list[Claim]] = {story.id: [] for story in stories}
    for claim in claims:
        if claim.takes:
            taking[claim.story.id].append(claim)
    for story in stories:
        if story.need is None:
            continue
        wanted, unit = _wanted(taking[story.id], story)
        steps = _need_steps(story, taking[story.id])
        add_with_journal(
            rows,
            NEED_LIFECYCLE,
            Need,
            steps,
            id=story.need,
            issue_id=story.id,
            committee_id=committee.id,
            division_code=place.code,
            title=f"{story.topic.title}：需要支持",
            wanted_quantity=hundredths(wanted),
            unit=unit,
            claim_until=utc(story.claim_until),
            created_at=utc(story.accepted_at),
            struck_off_at=utc(story.at) if steps[-1].state is NeedState.STRUCK_OFF else None,
        )


def _need_steps(story: Story, taking: list[Claim]) -> list[Step]:
    """Return the steps that brought a need to its state: listed, met by the first claim that counts, struck off."""
    assert story.accepted_at is not None
    steps = [Step(story.accepted_at, JournalAction.CREATE, NeedState.OPEN)]
    if taking:
        met = min(claim.confirmed_at or claim.created_at for claim in taking)
        steps.append(Step(met, JournalAction.MEET, NeedState.MET))
    state = story.need_state(bool(taking))
    if state is NeedState.STRUCK_OFF:
        steps.append(Step(story.at, JournalAction.STRIKE_OFF, state))
    return steps


def _wanted(claims: list[Claim], story: Story) -> tuple[int | None, str | None]:
    for claim in claims:
        if claim.offer and claim.amount:
            return claim.amount, claim.offer.unit
    return (2, "人") if story.claim_until and not claims else (None, None)
