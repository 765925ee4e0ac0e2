"""Founding a committee step by step, as the offices of a community and its subdistrict do."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from db.access.models.account import Role
from db.city import models
from tests.asking import Asking
from tests.factories import AT, TODAY, make_account, make_division, make_person, make_role_grant

DAY = timedelta(days=1)
AFTER_NOTICE = AT + 6 * DAY
# The director's two posts.
LEADER = ["PARTY_SECRETARY", "RESIDENTS_DIRECTOR"]


@dataclass
class Founding:
    """A community without a committee, its staff (`clerk`) and a resident (`local`)."""

    ask: Asking
    home: models.Division = field(init=False)
    committee: str = ""

    def __post_init__(self) -> None:
        """Make the community and its people."""
        town = self.ask.town
        self.home = make_division(parent=town.street)
        for who, role in (("clerk", Role.STAFF), ("local", Role.RESIDENT), ("other local", Role.RESIDENT)):
            town.accounts[who] = make_account(name=f"示范{who}")
            make_role_grant(role, self.home, account=town.accounts[who])

    def found(self) -> str:
        """Found the committee and return its id."""
        given: dict[str, Any] = {"divisionCode": self.home.code, "name": "示范社工委", "establishedOn": str(TODAY)}
        self.committee = self.done("subdistrict", "foundCommittee", "committee { id }", **given)["committee"]["id"]
        return self.committee

    def done(self, who: str, name: str, shows: str = "__typename", /, *, at: datetime = AT, **given: Any) -> Any:
        """Perform a mutation that succeeds, and return its payload."""
        payload = self.ask.change(who, name, shows, at, **given)
        assert payload["userErrors"] == [], (name, payload["userErrors"])
        return payload

    def person(self, **values: Any) -> str:
        """Register somebody with an account, and return their id."""
        account = values.pop("account", None) or make_account()
        return f"Person_{make_person(self.home, account=account, **values).id}"

    def nominate(self, at: datetime = AT, **given: Any) -> str:
        """Let staff nominate somebody, a new person where none is named; return the candidacy's id."""
        inputs = {
            "committeeId": self.committee, "channel": "SELF_NOMINATION", "category": "NOTABLE_RESIDENT",
            "personConsent": "本人书面同意", **given,
        }  # fmt: skip
        inputs.setdefault("personId", self.person())
        return self.done("clerk", "nominateMember", "candidacy { id }", at=at, **inputs)["candidacy"]["id"]

    def put(self, at: datetime = AT, **given: Any) -> str:
        """Nominate somebody and put the candidacy before the two committees."""
        candidacy = self.nominate(at, **given)
        self.done("clerk", "discussCandidacy", at=at, candidacyId=candidacy)
        return candidacy

    def meet(self, *candidacies: str, at: datetime = AT, **given: Any) -> str:
        """Let the two committees agree to candidacies; return the meeting's id."""
        decisions = [{"candidacyId": one, "decision": "APPROVED"} for one in candidacies]
        inputs = {"committeeId": self.committee, "decisions": decisions, **minutes(), **given}
        return self.done("clerk", "recordTwoCommitteesMeeting", "meeting { id }", at=at, **inputs)["meeting"]["id"]

    def appoint(self, candidacy: str, at: datetime = AFTER_NOTICE, **given: Any) -> str:
        """Appoint somebody whose notice is over; return the member's id."""
        done = self.done("clerk", "appointMember", "member { id }", at=at, candidacyId=candidacy, **given)
        return done["member"]["id"]

    def seat(self, count: int = 13) -> tuple[list[str], str]:
        """Seat so many members, the first by posts; return them, and the meeting that decided on them."""
        by_post = self.put(category="TWO_COMMITTEES", exOfficioPost="PARTY_SECRETARY")
        others = [self.put() for _ in range(count - 1)]
        meeting = self.meet(by_post, *others)
        shown = self.ask.answer("clerk", f'{{ candidacy(id: "{by_post}") {{ member {{ id }} }} }}')
        director = shown["data"]["candidacy"]["member"]["id"]
        self.done("clerk", "setMemberPosts", memberId=director, posts=LEADER)
        return [director, *[self.appoint(one) for one in others]], meeting

    def settle(self, members: list[str], meeting: str, at: datetime = AFTER_NOTICE) -> Any:
        """Settle the first of some members as the director, and the next four as deputies."""
        leads = {"directorId": members[0], "deputyIds": members[1:5]}
        return self.done(
            "clerk", "settleCommitteeLeads", "event { action facts }", at=at,
            committeeId=self.committee, meetingId=meeting, **leads,
        )  # fmt: skip

    def work(self, count: int = 13) -> tuple[list[str], str]:
        """Found the committee, seat so many members, and let it begin its work; return the members and a meeting."""
        self.found()
        members, meeting = self.seat(count)
        self.settle(members, meeting)
        self.done("subdistrict", "activateCommittee", at=AFTER_NOTICE, committeeId=self.committee)
        return members, meeting

    @property
    def row(self) -> models.Committee:
        """The committee as it is now."""
        return models.Committee.get_by_id(key_of(self.committee))


def minutes(**given: Any) -> dict[str, Any]:
    """Return what is recorded of a meeting of the two committees."""
    return {"heldOn": str(TODAY), "expectedCount": 9, "presentCount": 5, "minutes": "示范纪要", **given}


def key_of(global_id: str) -> int:
    """Return the key of the row that a global id names."""
    return int(global_id.rpartition("_")[2])
