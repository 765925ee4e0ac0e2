"""Random rows of matches for the tests that compare the engine with an independent reading."""

from db.matches.models import Match, MatchState
from tests.graph.maker import DAYS, LINES, MOMENTS, Maker


def fill(maker: Maker) -> None:
    """Add matches of needs and resources; those with a claim are accepted."""
    claims = iter(maker.some(maker.claims))
    maker.add(
        Match,
        [
            {
                "need": need["id"], "resource": offer["id"], "division_code": need["division_code"],
                "suggested_by": maker.one(LINES), "answer_by": maker.one(DAYS),
                "claim": claim and claim["id"], "created_at": maker.one(MOMENTS),
                "state": MatchState.ACCEPTED if claim else maker.one(
                    [MatchState.SUGGESTED, MatchState.DECLINED, MatchState.LAPSED]
                ),
                "version": maker.random.randint(1, 3),
            }
            for need in maker.needs for offer in maker.several(maker.offers, 2)
            for claim in [next(claims, None) if maker.random.random() < 0.3 else None]
        ],
    )  # fmt: skip
