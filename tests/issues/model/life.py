"""One life of the small city: what happens in it, step by step, and what is looked at after each."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import orjson
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from db.access.actor import SYSTEM, Actor, actor_of
from db.access.bulk import BulkErrorPolicy, run_rows
from db.access.commands import Call, CommandResult, RowResult, run_command
from db.city.clock import tick
from db.city.rollups import ROLLUPS
from db.deliberation.editions import publish_lists
from db.issues.core import ISSUE
from db.issues.lifecycle import NOTES, STEPS, TRANSITIONS, IssueState, LedgerAction, Transition, possible_mutations
from db.kernel.database import database as proxy
from db.kernel.errors import DomainError
from db.kernel.fields import utc_text
from db.kernel.rollups import differences
from schema.graph import CATALOG
from schema.request.context import Context, Viewer
from schema.request.execute import Executor, Request
from tests.factories import AT
from tests.issues.model.city import City
from tests.issues.model.council import Council
from tests.issues.model.guesses import Guesses
from tests.issues.model.invariants import INVARIANTS
from tests.issues.model.rows import Row, Rows, capacities_at, changed, of, read

SINGLE = {name: mutation for name, mutation in CATALOG.mutations.items() if "results" not in mutation.shows}
_COMMANDS = [mutation for mutation in SINGLE.values() if mutation.command.__module__[:3] == "db."]
ABOUT_ISSUE = [mutation for mutation in _COMMANDS if mutation.subject is ISSUE]
ELSE = [mutation for mutation in _COMMANDS if mutation.subject is not ISSUE]
# Contexts whose rows are kept rather than worked on: their commands are tried seldom, and need not all succeed here.
_KEPT = (
    *(f"db.committees.{module}" for module in ("candidacies", "decisions", "entering", "founding", "seats")),
    "db.access.invitation_commands", "db.activities", "db.assessment", "db.attachments", "db.bookings", "db.emergency",
    "db.forum", "db.funds", "db.gates", "db.harvests", "db.health", "db.linkage", "db.matches", "db.messages",
    "db.monitoring", "db.organizations", "db.people", "db.publications", "db.registrations", "db.services",
    "db.settings", "db.shifts", "db.sites", "db.stocks", "db.teams",
)  # fmt: skip
_KEPT_ONE_BY_ONE = {name for name, each in CATALOG.mutations.items() if each.command.__module__.startswith(_KEPT)}
SELDOM = {name for name, mutation in CATALOG.mutations.items() if (mutation.single or name) in _KEPT_ONE_BY_ONE}
# How much there is to be said for a mutation: an issue does not end too soon, nor are there only words.
_WEIGHTS = {
    "withdrawIssue": 0.1, "mergeIssue": 1.5, "rejectIssue": 1, "commentIssue": 0.3, "urgeIssue": 0.2,
    "correctLedgerEntry": 0.2, "regradeIssue": 0.2, "requestIssueInfo": 0.8, "supplementIssue": 0.4,
    "requestIssueTransfer": 1, "escalateIssue": 1, "acceptIssue": 3,
    "publishIssue": 5, "claimIssue": 4, "reportIssueDone": 2, "closeIssue": 3, "assignIssue": 1.5, "tableIssue": 0.3,
    "rateIssue": 0.3, "handDownIssue": 3, "appealIssue": 3, "unmergeIssue": 3,
}  # fmt: skip
# What a command that is about no issue is about.
_ABOUT = {
    "service_point_id": "service_point",
    "meeting_id": "meeting", "agenda_item_id": "agenda_item", "milestone_id": "project_milestone",
    "committee_id": "committee",
}  # fmt: skip
# So long a request is known by its key, less a day: the clock forgets it after that.
_KNOWN = timedelta(days=29)
_SEEDS = st.integers(0, 2**32 - 1)
_STATS = "openIssueCount overdueIssueCount closedIssueCount committeeCount memberCount organizationCount"
_FIGURES = f"{{ divisions(first: 100) {{ nodes {{ code level parent {{ code }} stats {{ {_STATS} }} }} }} }}"


@dataclass
class Seen:
    """What all lives together have shown, so that a model in which little happens fails."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str | None, str]] = field(default_factory=Counter)
    levels: set[str] = field(default_factory=set)


class Life(RuleBasedStateMachine):
    """One life of the city: it ends with everything undone."""

    def __init__(self, city: City, start: Rows, seen: Seen, executor: Executor) -> None:
        super().__init__()
        self.city, self.rows, self.seen, self.executor = city, start, seen, executor
        self.at, self.count = AT, 0
        self.undo = proxy.savepoint()
        self.undo.__enter__()
        self.performed: list[tuple[str, int, dict[str, Any], str, CommandResult, datetime]] = []

    def teardown(self) -> None:
        """Undo it."""
        self.undo.rollback()
        self.undo.__exit__(None, None, None)

    @initialize(seed=_SEEDS)
    def begin(self, seed: int) -> None:
        """Some concerns are there at first."""
        for number in range(3):
            self.submit(Random(f"{seed} {number}"))

    @rule(seed=_SEEDS)
    def step(self, seed: int) -> None:
        """Something happens."""
        self.count += 1
        # Hypothesis likes to give the same seed again.
        rng = Random(f"{seed} {self.count}")
        happens = rng.choices(tuple(_HAPPENINGS), tuple(_HAPPENINGS.values()))[0]
        happens = happens if self.rows["issue"] else Life.submit
        happens(self, rng)

    # What may happen.

    def submit(self, rng: Random) -> None:
        """Somebody brings a concern."""
        inputs = Guesses(self.city, self.rows, self.at, rng).inputs(SINGLE["submitIssue"])
        grants = of(self.rows, "role_grant", division_code=inputs["division_code"])
        self.act("submitIssue", rng.choice(grants)["account_id"] if grants else rng.choice(self.city.accounts), inputs)

    def go_on(self, rng: Random) -> None:
        """Somebody does with an issue what may come next and is theirs to do."""
        issue = self._some_issue(rng)
        names = [name for name in possible_mutations(IssueState(issue["state"])) if name in SINGLE]
        for _ in range(4 if names else 0):
            name = rng.choices(names, [self._weight(name, issue) for name in names])[0]
            if actor := self._concerned(rng, name, issue):
                self.act(name, actor, self.about(rng, name, issue))
                break

    def do_anything(self, rng: Random) -> None:
        """Anybody tries anything with any issue."""
        mutation, issue = rng.choice(ABOUT_ISSUE), self._some_issue(rng)
        self.act(mutation.name, rng.choice(self.city.accounts), self.about(rng, mutation.name, issue))

    def do_something_else(self, rng: Random) -> None:
        """Somebody of a committee, or anybody, tries a command that is about no issue."""
        is_seldom = rng.random() < 0.2
        # However many contexts there are, what is tried seldom takes a fifth of the time.
        mutation = rng.choice([each for each in ELSE if (each.name in SELDOM) == is_seldom])
        inputs = Guesses(self.city, self.rows, self.at, rng).inputs(mutation)
        about = [self.rows[table].get((inputs.get(name),)) for name, table in _ABOUT.items()]
        code = next((row["division_code"] for row in about if row), inputs.get("division_code") or self.city.codes[0])
        near = [grant["account_id"] for grant in of(self.rows, "role_grant", division_code=code)]
        leads = [grant["account_id"] for grant in of(self.rows, "role_grant", division_code=code, role="DIRECTOR")]
        officers = [grant["account_id"] for grant in of(self.rows, "role_grant", role="CITY_OFFICER")]
        officers += [grant["account_id"] for grant in of(self.rows, "role_grant", role="DISTRICT_OFFICER")]
        staff = [grant["account_id"] for grant in of(self.rows, "role_grant", division_code=code, role="STAFF")]
        some = rng.choice((near, leads, staff, officers, self.city.accounts))
        self.act(mutation.name, rng.choice(some or near or self.city.accounts), inputs)

    def meet(self, rng: Random) -> None:
        """A committee meets: about what waits for it, or about nothing."""
        waiting = [row["committee_id"] for row in of(self.rows, "issue", state="ACCEPTED", current_level="COMMUNITY")]
        if not waiting and rng.random() < 0.8:
            self.go_on(rng)
        else:
            Council(self, rng.choice(waiting or [key for (key,) in self.rows["committee"]]), rng).meet()

    def do_many_at_once(self, rng: Random) -> None:
        """Somebody uses a bulk form."""
        name = rng.choice(("submitIssue", "assignIssue", "closeIssue"))
        actor_id = rng.choice(self.city.accounts)
        attempts: list[dict[str, Any]] = []
        for _ in range(rng.choice((0, 1, 2, 3))):
            issue = self._some_issue(rng)
            actor_id = self._somebody(rng, name, issue) if name != "submitIssue" else actor_id
            about = name != "submitIssue"
            guesses = Guesses(self.city, self.rows, self.at, rng, issue if about else None)
            attempts.append(guesses.inputs(SINGLE[name]) | ({"issue_id": issue["id"]} if about else {}))
        policy = rng.choice(tuple(BulkErrorPolicy))

        def command(call: Call) -> CommandResult:
            return run_rows([partial(SINGLE[name].command, call, **inputs) for inputs in attempts], policy)

        self._perform(f"{name}s", command, actor_of(actor_id, self.at), {})

    def do_it_again(self, rng: Random) -> None:
        """A retry with the same key is answered with the first answer and changes nothing."""
        known = [one for one in self.performed if self.at - one[-1] < _KNOWN]
        if not known:
            return
        name, account_id, inputs, key, first, _ = rng.choice(known)
        call = Call(actor_of(account_id, self.at), self.at, idempotency_key=key)
        again = run_command(name, SINGLE[name].command, call, inputs, lambda done: done)
        assert (again.rows, again.is_replayed) == (first.rows, True)
        self._nothing_changed()

    def try_it_dry(self, rng: Random) -> None:
        """A dry run keeps nothing, whatever it would have done."""
        issue = self._some_issue(rng)
        name = rng.choice(
            [name for name in possible_mutations(IssueState(issue["state"])) if name in SINGLE] or ["submitIssue"]
        )
        call = Call(actor_of(self._somebody(rng, name, issue), self.at), self.at, is_dry=True)
        try:
            run_command(name, SINGLE[name].command, call, self.about(rng, name, issue), lambda done: done)
        except DomainError as refusal:
            self.seen.refused[f"dry {name} {refusal.code} {'.'.join(refusal.field)}"] += 1
        self._nothing_changed()

    def let_time_pass(self, rng: Random) -> None:
        """Hours pass, or weeks."""
        self.wait(rng.choice((1, 1, 2, 2, 4, 9, 24, 24, 48, 72, 24 * 5, 24 * 8, 24 * 15)))

    def publish(self, rng: Random) -> None:
        """The lists of the month are published, once; earlier editions stay as they were."""
        before = self.rows["list_edition"]
        publish_lists(self.at)
        self._settle()
        assert before.items() <= self.rows["list_edition"].items()

    # How it happens.

    def wait(self, hours: int) -> None:
        """Let time pass: the clock does what is due, and at once has nothing left to do."""
        self.at += timedelta(hours=hours)
        note(f"{hours} h later, it is {self.at}")
        self._tick()
        tick(self.at)
        self._nothing_changed()

    def act(self, name: str, account_id: int, inputs: dict[str, Any]) -> CommandResult | None:
        """Let somebody perform a command, now and then with a key or with the version that they saw."""
        rng = Random(f"{self.at} {len(self.performed)}")
        key = f"key-{len(self.performed)}-{utc_text(self.at)}" if rng.random() < 0.3 else None
        issue = self.rows["issue"].get((inputs.get("issue_id"),))
        version = issue["version"] - (rng.random() < 0.1) if issue and rng.random() < 0.3 else None
        call = Call(actor_of(account_id, self.at), self.at, version, key)
        done = self._perform(name, SINGLE[name].command, call.actor, inputs, call)
        if done and key:
            self.performed.append((name, account_id, inputs, key, done, self.at))
        return done

    def _perform(
        self, name: str, command: Any, actor: Actor, inputs: dict[str, Any], call: Call | None = None
    ) -> CommandResult | None:
        self.at += timedelta(seconds=1)
        try:
            done = run_command(name, command, call or Call(actor, self.at), inputs, lambda done: done)
        except DomainError as refusal:
            note(f"{name} by {actor.name}, refused: {refusal.code} {'.'.join(refusal.field)}; {inputs}")
            self.seen.refused[f"{name} {refusal.code} {'.'.join(refusal.field)}"] += 1
            self._nothing_changed()
            return None
        note(f"{name} by {actor.name}: {done.rows}; {inputs}")
        self.seen.done[name] += 1
        assert done.rows or done.results
        before = self.rows
        self._settle()
        _allowed(name, actor.account_id, before, self.rows, done, utc_text(call.at if call else self.at))
        return done

    def _tick(self) -> None:
        before = self.rows
        report = tick(self.at)
        assert report.refusals == []
        self._settle()
        for entry in _new_entries(before, self.rows):
            assert entry["actor_role"] == SYSTEM.held[0].role
            assert entry["action"] == "NOTE" or "SYSTEM" in TRANSITIONS[LedgerAction(entry["action"])].who

    def _settle(self) -> None:
        """Look at all there is after a step that was taken."""
        before, self.rows = self.rows, read()
        for key, entry in before["ledger_entry"].items():
            assert self.rows["ledger_entry"][key] == entry
        for entry in _new_entries(before, self.rows):
            self.seen.moves[entry["action"], entry["from_state"], entry["to_state"]] += 1
            self.seen.levels.add(entry["to_level"])
        for invariant in INVARIANTS:
            invariant(self.rows)
        self._figures_add_up()
        assert [one.name for one in ROLLUPS if differences(one)] == []

    def _nothing_changed(self) -> None:
        assert changed(self.rows, read()) == []

    def _figures_add_up(self) -> None:
        """I10: a division's figures are those of its parts."""
        context = Context(Viewer(self.city.accounts[2], "城市"), utc_text(self.at))
        nodes = orjson.loads(self.executor.execute(Request(_FIGURES, {}), context).body)["data"]["divisions"]["nodes"]
        sums: dict[str, Counter[str]] = {}
        for node in nodes:
            if node["parent"]:
                sums.setdefault(node["parent"]["code"], Counter()).update(node["stats"])
        for node in nodes:
            if node["level"] != "COMMUNITY":
                assert node["stats"] == dict(sums[node["code"]])

    def _some_issue(self, rng: Random) -> Row:
        issues = list(self.rows["issue"].values())
        ended = [issue["state"] in ("WITHDRAWN", "REJECTED", "MERGED") for issue in issues]
        return rng.choices(issues, [0.2 if is_ended else 1 for is_ended in ended])[0]

    def _weight(self, name: str, issue: Row) -> float:
        """Return how much there is to be said for a mutation: most for those whose claim or request is there."""
        if name.endswith("Claim"):
            wanted = "PENDING" if name in ("confirmClaim", "declineClaim") else "CONFIRMED"
            here = of(self.rows, "claim", issue_id=issue["id"], state=wanted)
            return {"confirmClaim": 8, "declineClaim": 2}.get(name, 4) if here else 0.05
        if name == "reviewIssueRequest":
            return 4 if of(self.rows, "issue_request", issue_id=issue["id"], state="PENDING") else 0.05
        return _WEIGHTS.get(name, 1)

    def about(self, rng: Random, name: str, issue: Row) -> dict[str, Any]:
        """Make up what a mutation takes, the issue included."""
        about = SINGLE[name].subject is ISSUE
        guesses = Guesses(self.city, self.rows, self.at, rng, issue if about else None)
        named = (
            {"issue_number": issue["number"]} if issue["number"] and rng.random() < 0.2 else {"issue_id": issue["id"]}
        )
        return guesses.inputs(SINGLE[name]) | (named if about else {})

    def _somebody(self, rng: Random, name: str, issue: Row) -> int:
        return self._concerned(rng, name, issue) or rng.choice(self.city.accounts)

    def _concerned(self, rng: Random, name: str, issue: Row) -> int | None:
        """Find somebody whose business it is."""
        steps = [step for step in STEPS if name in step.mutations and IssueState(issue["state"]) in step.sources]
        who, now = {capacity.value for step in steps for capacity in step.who}, utc_text(self.at)
        anybody = rng.sample(self.city.accounts, len(self.city.accounts))
        return next((actor for actor in anybody if who & self._capacities(actor, issue, now)), None)

    def _capacities(self, account_id: int, issue: Row, now: str) -> set[str]:
        return capacities_at(self.rows, account_id, issue, now)


_HAPPENINGS: dict[Callable[[Life, Random], None], float] = {
    Life.submit: 0.6, Life.go_on: 15, Life.do_anything: 2, Life.do_something_else: 5, Life.meet: 1.2,
    Life.do_many_at_once: 0.6, Life.do_it_again: 0.5, Life.try_it_dry: 0.7, Life.let_time_pass: 1.5, Life.publish: 0.1,
}  # fmt: skip


def _new_entries(before: Rows, after: Rows) -> list[Row]:
    return [entry for key, entry in sorted(after["ledger_entry"].items()) if key not in before["ledger_entry"]]


def _allowed(name: str, actor_id: int | None, before: Rows, after: Rows, done: CommandResult, now: str) -> None:
    """What was done is a step of the table, and by somebody whose step it is (I6)."""
    answers = [row for row in done.results if row.refusal is None] if done.results else [RowResult(done.rows)]
    events = {row.rows["event"] for row in answers if "event" in row.rows}
    for entry in _new_entries(before, after):
        issue = before["issue"].get((entry["issue_id"],))
        step = _step(name.removesuffix("s") if name not in SINGLE else name, entry)
        assert entry["at"] == now
        if entry["id"] not in events:
            # What follows of itself: a merge told to other issues, or the third reopening's escalation.
            assert entry["action"] == "NOTE" or entry["actor_role"] == "SYSTEM"
            continue
        assert entry["actor_id"] == actor_id
        assert entry["to_state"] in step.targets
        assert entry["from_state"] in step.sources
        if issue is not None and actor_id is not None:
            assert {who.value for who in step.who} & capacities_at(before, actor_id, issue, now), (name, entry)


def _step(name: str, entry: Row) -> Transition:
    if entry["action"] != "NOTE":
        return TRANSITIONS[LedgerAction(entry["action"])]
    # A request that is declined is noted by who decides it; who is that, its own transition says.
    return NOTES.get(name) or TRANSITIONS[LedgerAction.NOTE]
