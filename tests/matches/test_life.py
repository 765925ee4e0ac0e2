"""Matches in any order, with what may happen beside them: what was accepted has its claim, and a pair is open once."""

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from peewee import DatabaseProxy

from db.city.clock import tick
from db.issues.models.claim import Claim, ClaimState
from db.matches.models import Match, MatchState
from tests import factories as make
from tests.factories import AT
from tests.matches.matching import Matching, faults

STEPS = 24
DAY = timedelta(days=1)
S = MatchState


class Life:
    """What is done with matches of two issues and two offers, at random, while days go by."""

    def __init__(self, matching: Matching, issues: list[Any], offers: list[Any], rng: Random) -> None:
        self.matching, self.issues, self.offers, self.rng = matching, issues, offers, rng
        self.at, self.done = AT, set[str]()

    def step(self) -> None:
        """Take one step, which may be refused."""
        name = self.rng.choice(["suggest"] * 4 + ["accept", "decline", "wait", "confirm", "release", "suspend"])
        payload = getattr(self, name)()
        if payload and not payload["userErrors"]:
            self.done.add(name)
        check()

    def _match(self) -> str:
        return f"Match_{self.rng.choice(sorted(row.id for row in Match.select()) or [0])}"

    def suggest(self) -> Any:
        need = self.matching.need(self.rng.choice(self.issues))
        return self.matching.suggest(at=self.at, need=need, resourceId=f"Resource_{self.rng.choice(self.offers).id}")

    def accept(self) -> Any:
        return self.matching.answer(self._match(), at=self.at, promisedOn=str((self.at + 5 * DAY).date()))

    def decline(self) -> Any:
        return self.matching.answer(self._match(), answer="DECLINED", at=self.at)

    def wait(self) -> Any:
        """Let some days pass, in which what nobody answered lapses."""
        self.at += self.rng.choice([1, 8]) * DAY
        lapsed = tick(self.at).counts["matches lapsed"]
        return {"userErrors": []} if lapsed else None

    def confirm(self) -> Any:
        return self._on_claim("confirmClaim")

    def release(self) -> Any:
        return self._on_claim("releaseClaim", reason="另有安排")

    def _on_claim(self, name: str, **values: Any) -> Any:
        claims = sorted(row.id for row in Claim.select())
        if not claims:
            return None
        claim = Claim.get_by_id(self.rng.choice(claims))
        keys = {"issueId": f"Issue_{claim.issue_id}", "claimId": f"Claim_{claim.id}"}
        return self.matching.ask.change("staff", name, "__typename", self.at, **keys, **values)

    def suspend(self) -> Any:
        """Take an offer off the list, or put it back."""
        offer = self.rng.choice(self.offers)
        state = type(offer).get_by_id(offer.id).state
        name, values = ("suspendResource", {"reason": "检修"}) if state == "ON_OFFER" else ("resumeResource", {})
        key = {"resourceId": f"Resource_{offer.id}"}
        return self.matching.ask.change("contact", name, "__typename", self.at, **key, **values)


def check() -> None:
    """Check that a match has a claim if and only if it was accepted, of the owner, and that a pair is open once."""
    matches = list(Match.select())
    assert {row.claim_id is not None for row in matches if row.state is S.ACCEPTED} <= {True}
    assert all(row.claim_id is None for row in matches if row.state is not S.ACCEPTED)
    for match in matches:
        if match.claim_id is not None:
            claim = Claim.get_by_id(match.claim_id)
            owner = (match.resource.organization_id, match.resource_id, match.need_id)
            assert (claim.organization_id, claim.resource_id, claim.need_id) == owner
    opened = Counter((row.need_id, row.resource_id) for row in matches if row.state is S.SUGGESTED)
    assert set(opened.values()) <= {1}
    waiting = Counter(row.issue_id for row in Claim.find_all(state=ClaimState.PENDING))
    assert set(waiting.values()) <= {1}


def test_whatever_is_done_with_matches_their_invariants_hold(scratch: DatabaseProxy) -> None:
    done = set[str]()
    matching = Matching()
    assert matching.ask.town.unit is not None
    issues = [matching.issue, matching.published()]
    offers = [matching.goods, make.make_resource(matching.ask.town.unit, version=1)]

    @given(seed=st.integers(0, 2**32))
    @settings(
        max_examples=15, derandomize=True, deadline=None, phases=[Phase.generate], database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    def live(seed: int) -> None:
        with scratch.savepoint() as undo:
            life = Life(matching, issues, offers, Random(seed))
            for _ in range(STEPS):
                life.step()
            assert faults() == []
            done.update(life.done)
            undo.rollback()

    live()
    assert done == {"suggest", "accept", "decline", "wait", "confirm", "release", "suspend"}
