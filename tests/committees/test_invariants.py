"""A committee at work, with which everything is done in any order: whatever happens, I13 to I17 hold."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from peewee import DatabaseProxy

from db.access.actor import SYSTEM
from db.access.clock import TickReport
from db.access.commands import Call
from db.city import models
from db.city.journal_check import verify_journals
from db.committees.clock import RULES
from db.committees.models.committee import EndReason, MemberPost
from db.kernel.database import database as proxy
from tests.asking import Asking
from tests.committees.founding import AFTER_NOTICE, DAY, Founding, key_of, minutes
from tests.committees.invariants import check
from tests.town import build

SEEDS = st.integers(0, 2**32)


class Composing(RuleBasedStateMachine):
    """The life of one committee. Each life is undone when it ends."""

    def __init__(self, founding: Founding, meeting: str, done: set[str]) -> None:
        super().__init__()
        self.founding, self.meeting, self.done = founding, meeting, done
        self.at: datetime = AFTER_NOTICE
        self.undo = proxy.savepoint()
        self.undo.__enter__()

    def teardown(self) -> None:
        """Verify the journals, and undo it."""
        assert verify_journals(self.founding.home.code).is_intact
        self.undo.rollback()
        self.undo.__exit__(None, None, None)

    def attempt(self, name: str, who: str = "clerk", shows: str = "__typename", **given: Any) -> Any:
        """Try a mutation, which may be refused."""
        payload = self.founding.ask.change(who, name, shows, at=self.at, **given)
        if not payload["userErrors"]:
            self.done.add(name)
        return payload

    def one(self, rng: Random, is_active: bool = True) -> str:
        """Draw a member."""
        own = models.Member.committee == key_of(self.founding.committee)
        found = models.Member.select().where(own, models.Member.is_active == is_active).order_by(models.Member.id)
        return f"Member_{rng.choice([member.id for member in found] or [0])}"

    def candidacies(self, *states: str) -> list[str]:
        """List the candidacies in some states."""
        own = models.Candidacy.committee == key_of(self.founding.committee)
        found = models.Candidacy.select().where(own, models.Candidacy.state.in_(states)).order_by(models.Candidacy.id)
        return [f"Candidacy_{candidacy.id}" for candidacy in found]

    def day(self, days: int) -> str:
        """Return a day, so many from today."""
        return str((self.at + timedelta(hours=8, days=days)).date())

    @rule(seed=SEEDS)
    def approve(self, seed: int) -> None:
        """Somebody is nominated, perhaps by post or for the seat of a member, and agreed to."""
        rng = Random(seed)
        by_post = {"exOfficioPost": rng.choice(list(MemberPost)).value} if rng.random() < 0.3 else {}
        instead = {"replacesId": self.one(rng)} if rng.random() < 0.4 else {}
        candidacy = self.founding.put(self.at, **by_post, **instead)
        decisions = [{"candidacyId": candidacy, "decision": rng.choice(["APPROVED"] * 4 + ["DECLINED"])}]
        given = {"committeeId": self.founding.committee, "decisions": decisions, **minutes()}
        self.attempt("recordTwoCommitteesMeeting", **given)

    @rule(seed=SEEDS)
    def appoint(self, seed: int) -> None:
        """Everybody is appointed whose notice is over, on a day that may be past."""
        rng = Random(seed)
        self.approve(seed)
        self.wait(6)
        for candidacy in self.candidacies("PUBLIC_NOTICE"):
            start = {"termStart": self.day(-rng.randint(0, 3))} if rng.random() < 0.3 else {}
            self.attempt("appointMember", candidacyId=candidacy, **start)

    @rule(seed=SEEDS)
    def drop(self, seed: int) -> None:
        """A candidacy is declined or withdrawn."""
        rng = Random(seed)
        self.approve(seed)
        live = self.candidacies("SUBMITTED", "UNDER_DISCUSSION", "PUBLIC_NOTICE") or ["Candidacy_0"]
        if rng.random() < 0.5:
            self.attempt("withdrawCandidacy", candidacyId=rng.choice(live))
        else:
            self.attempt("declineCandidacy", candidacyId=rng.choice(live), reason="OTHER", note="示范")

    @rule(seed=SEEDS)
    def end(self, seed: int) -> None:
        """A member leaves, now or later."""
        rng = Random(seed)
        given = {"reason": rng.choice(list(EndReason)).value, "endsOn": self.day(rng.choice([-2, 0, 0, 5]))}
        self.attempt("endMember", memberId=self.one(rng), meetingId=self.meeting, **given)

    @rule(seed=SEEDS)
    def replace(self, seed: int) -> None:
        """A candidate takes the seat of a member."""
        rng = Random(seed)
        self.approve(seed)
        self.wait(6)
        for candidacy in self.candidacies("PUBLIC_NOTICE")[:1]:
            self.attempt("replaceMember", memberId=self.one(rng), candidacyId=candidacy)

    @rule(seed=SEEDS)
    def renew(self, seed: int) -> None:
        """A term is renewed that ends soon or has ended."""
        rng = Random(seed)
        for is_active in (True, False):
            self.attempt("renewMember", memberId=self.one(rng, is_active), meetingId=self.meeting)

    @rule(seed=SEEDS)
    def post(self, seed: int) -> None:
        """The posts of a member change."""
        rng = Random(seed)
        posts = rng.choice([[], ["PARTY_SECRETARY", "RESIDENTS_DIRECTOR"], ["PARTY_ORG_MEMBER"]])
        self.attempt("setMemberPosts", memberId=self.one(rng), posts=posts)

    @rule(seed=SEEDS)
    def settle(self, seed: int) -> None:
        """Other leads are settled: a director with both posts, if there is one, and any deputies."""
        rng = Random(seed)
        own = models.Member.committee == key_of(self.founding.committee)
        active = list(models.Member.select().where(own, models.Member.is_active).order_by(models.Member.id))
        able = [member for member in active if "PARTY_SECRETARY" in member.posts] or active
        if len(active) > 5:
            director = rng.choice(able)
            deputies = rng.sample([member for member in active if member is not director], 4)
            self.attempt(
                "settleCommitteeLeads", committeeId=self.founding.committee, meetingId=self.meeting,
                directorId=f"Member_{director.id}", deputyIds=[f"Member_{deputy.id}" for deputy in deputies],
            )  # fmt: skip

    @rule(seed=SEEDS)
    def waive(self, seed: int) -> None:
        """The subdistrict grants a waiver for a while."""
        post = Random(seed).choice(["PARTY_SECRETARY", "RESIDENTS_DIRECTOR"])
        given = {"post": post, "reason": "示范", "until": self.day(8)}
        self.attempt("grantLeadWaiver", "subdistrict", committeeId=self.founding.committee, **given)

    @rule(days=st.sampled_from([0, 1, 6, 6, 40, 360]))
    def wait(self, days: int) -> None:
        """Days go by, and the clock ticks."""
        self.at += days * DAY
        for tick in RULES:
            tick(Call(SYSTEM, self.at), TickReport(self.at))

    @invariant()
    def holds(self) -> None:
        """The invariants hold."""
        check(key_of(self.founding.committee), self.at)


def test_invariants_hold_whatever_is_done_with_a_committee(scratch: DatabaseProxy) -> None:
    founding = Founding(Asking(build()))
    _, meeting = founding.work(14)
    done = set[str]()
    chosen = settings(
        max_examples=8, stateful_step_count=20, deadline=None, database=None, derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], phases=(Phase.generate,),
    )  # fmt: skip

    class Here(Composing):
        def __init__(self) -> None:
            super().__init__(founding, meeting, done)

    run_state_machine_as_test(Here, settings=chosen)

    assert done >= {
        "appointMember", "declineCandidacy", "endMember", "grantLeadWaiver", "recordTwoCommitteesMeeting",
        "replaceMember", "setMemberPosts", "settleCommitteeLeads", "withdrawCandidacy",
    }  # fmt: skip
