"""Makes up what a mutation takes, from its declaration: mostly what could be right, now and then what is not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from db.access.models.account import Role
from db.city import models
from db.committees.models.norm import NORMS_OF_A_KIND
from db.issues.core import ISSUE
from db.issues.lifecycle import IssueState
from db.issues.models.issue import Urgency
from db.issues.models.request import IssueRequestDecision
from db.kernel.calendar import SHANGHAI
from db.kernel.enumeration import DomainEnum
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation
from tests.issues.model.city import City
from tests.issues.model.rows import Row, Rows, of

_TABLES = {"Resident": "account", **{model.__name__: model._meta.table_name for model in models.ALL}}
# How often an argument that may be left out is given; the others one time in three.
_GIVEN = {
    "master_id": 0.95, "master_number": 0.03, "norm_code": 0.05, "claimant_id": 0.15, "committee_id": 0.9,
    "division_code": 0.1, "meeting_id": 0.3, "request_id": 0.7, "place": 0.7, "topic_code": 0.8, "window_id": 0.1,
    "to_level": 0.1, "member_id": 0.5, "signed_at": 0.1, "published_at": 0.1, "interest": 0.1, "reporter_consent": 0.7,
    "outcome": 0.4, "claim_until": 0.9, "contact_name": 0.9, "wanted_help": 0.9, "handler_id": 0.8,
    "project": 0.6, "project_id": 0.1, "site_id": 0.1, "site_code": 0.05, "evidence": 0.1, "referred_to": 0.03,
    "incident_id": 0.03,
}  # fmt: skip
# So often a value is made up without regard to what could be right.
WILD = 0.04


@dataclass
class Guesses:
    """One guess at the inputs of a mutation. issue: that it is about, if it is about one."""

    city: City
    rows: Rows
    at: datetime
    rng: Random
    issue: Row | None = None

    def inputs(self, mutation: Mutation) -> dict[str, Any]:
        """Make up what the command takes, without the issue."""
        inputs = self._object(mutation.arguments if mutation.subject is ISSUE else mutation.inputs)
        if fit := _FITS.get(mutation.name):
            fit(self, inputs)
        return inputs

    def is_wild(self) -> bool:
        """Say, now and then, to take anything."""
        return self.rng.random() < WILD

    def _object(self, arguments: tuple[Argument, ...]) -> dict[str, Any]:
        chosen = [a for a in arguments if a.required or self.rng.random() < _GIVEN.get(a.name, 0.33)]
        return {argument.name: self._value(argument) for argument in chosen}

    def _value(self, argument: Argument) -> Any:
        if argument.is_list:
            return [self._one(argument) for _ in range(self.rng.choice((0, 1, 1, 1, 1, 1, 1, 2)))]
        return self._one(argument)

    def _one(self, argument: Argument) -> Any:
        if isinstance(argument.kind, InputObject):
            return self._object(argument.kind.arguments)
        if isinstance(argument.kind, type):
            return self._member(argument.kind)
        return _KINDS[argument.kind](self, argument)

    def _member(self, enum: type[DomainEnum]) -> Any:
        if enum is Urgency:
            return self.rng.choices(tuple(Urgency), (1, 2, 5, 2))[0]
        if enum is IssueRequestDecision:
            return self.rng.choices(tuple(IssueRequestDecision), (4, 1))[0]
        return self.rng.choice(tuple(enum))

    def row(self, of: tuple[str, ...]) -> Any:
        """Name a row of one of these types: on the issue, or else in its community, or else any."""
        name = self.rng.choice(of)
        found = list(self.rows[_TABLES[name]].values())
        if self.issue and not self.is_wild():
            found = (
                [row for row in found if row.get("issue_id") == self.issue["id"]]
                or [row for row in found if row.get("division_code") == self.issue["division_code"]]
                or found
            )
        row_id = self.rng.choice(found)["id"] if found else 10**6
        if self.is_wild():
            row_id = 10**6
        return row_id if len(of) == 1 else (name, row_id)

    def today(self) -> date:
        """Return the day that it is in Lanzhou."""
        return self.at.astimezone(SHANGHAI).date()

    def day(self) -> date:
        """Make up a day, mostly in the next weeks."""
        return self.today() + timedelta(days=self.rng.choice((-40, -1, 0, 0, 1, 2, 5, 10, 20, 80, 91, 200)))

    def moment(self) -> datetime:
        """Make up a moment, mostly in the next days."""
        hours = self.rng.choice((-30, 0, 1, 3, 20, 24, 48, 72, 80, 100, 24 * 8, 24 * 30, 24 * 40))
        return self.at + timedelta(hours=hours)

    def text(self, argument: Argument) -> str:
        """Make up words."""
        if self.is_wild():
            return self.rng.choice(("", " ", "长" * 2001))
        return self.rng.choice(("示范小区路灯不亮", "三号楼前还是不亮", "已经请人来看过了"))

    def code(self, argument: Argument) -> str:
        """Make up a code: of a division, a topic, an issue."""
        if argument.name == "division_code":
            codes = self.city.codes if not self.is_wild() else [key["code"] for key in self.rows["division"].values()]
            # Most of life goes on in few places, so that people meet there.
            return self.rng.choice([*codes, *codes[:2] * 4])
        if argument.name == "topic_code":
            return self.rng.choice(("T001", "T001", "T002"))
        numbers = [row["number"] for row in self.rows["issue"].values() if row["number"]]
        return self.rng.choice(numbers) if numbers else "LZ-000000000000-2026-000001"


_KINDS: dict[Any, Callable[[Guesses, Argument], Any]] = {
    Kind.ID: lambda self, argument: self.row(argument.of),
    Kind.INT: lambda self, argument: self.rng.choice((1, 2, 3, 4, 5, 5, 0, 11) if self.is_wild() else (1, 3, 5)),
    Kind.BOOLEAN: lambda self, argument: self.rng.random() < 0.5,
    Kind.DECIMAL: lambda self, argument: Decimal(
        self.rng.choice(("-1", "0.001") if self.is_wild() else ("0.50", "1", "2", "3"))
    ),
    Kind.DATE: lambda self, argument: self.day(),
    Kind.DATETIME: lambda self, argument: self.moment(),
    Kind.CODE: Guesses.code,
    Kind.LINE: Guesses.text,
    Kind.PROSE: Guesses.text,
}


# --- What belongs together --------------------------------------------------------------------------------------------


def _leave_out(inputs: dict[str, Any], *names: str) -> None:
    for name in names:
        inputs.pop(name, None)


def _wanted(self: Guesses, inputs: dict[str, Any]) -> None:
    if not self.is_wild():
        inputs["claim_until"] = self.at + timedelta(hours=self.rng.choice((5, 30, 72, 24 * 9)))
        if ("wanted_quantity" in inputs) != ("unit" in inputs):
            _leave_out(inputs, "wanted_quantity", "unit")
        inputs |= {"unit": "件"} if "unit" in inputs else {}


def _rated(self: Guesses, inputs: dict[str, Any]) -> None:
    if not self.is_wild():
        _leave_out(inputs, "rating", "no_reply")
        assert self.issue
        if self.issue["rating"] is None:
            inputs |= self.rng.choice(({"rating": 4}, {"no_reply": True}))


def _resolved(self: Guesses, inputs: dict[str, Any]) -> None:
    if self.is_wild():
        return
    _wanted(self, inputs)
    assert self.issue
    items = of(self.rows, "agenda_item", issue_id=self.issue["id"])
    found = [row for item in items[-1:] for row in of(self.rows, "resolution", agenda_item_id=item["id"])]
    inputs |= {"resolution_id": found[0]["id"]} if found else {}
    targets = (IssueState.OPEN_FOR_CLAIM, IssueState.IN_PROGRESS, IssueState.ACCEPTED, IssueState.AWAITING_VERIFICATION)
    inputs["next_state"] = self.rng.choice(targets)
    if inputs["next_state"] in targets[2:]:
        _leave_out(inputs, "project", "project_id")
    if plan := inputs.get("project"):
        inputs.pop("project_id", None)
        today = self.today()
        plan |= {"due_on": today + timedelta(days=20)}
        plan["milestones"] = [{"title": "完成方案", "due_on": today + timedelta(days=n)} for n in (5, 9)]


def _done(self: Guesses, inputs: dict[str, Any]) -> None:
    if not self.is_wild():
        inputs["done_on"] = self.today()
        inputs["evidence"] = [{"kind": piece["kind"], "description": "修复后的路灯"} for piece in inputs["evidence"]]


def _handed_down(self: Guesses, inputs: dict[str, Any]) -> None:
    inputs["due_at"] = self.moment()
    if not self.is_wild():
        assert self.issue
        own = self.issue["division_code"]
        near = [row["code"] for row in self.rows["division"].values() if row["code"][:4] == own[:4]]
        inputs["division_code"] = self.rng.choice([own, *near])


def _claimed(self: Guesses, inputs: dict[str, Any]) -> None:
    inputs["promised_on"] = self.today() + timedelta(days=self.rng.choice((0, 1, 3, 10)))
    resource = self.rows["resource"].get((inputs.get("resource_id"),))
    if resource and not self.is_wild():
        windows = of(self.rows, "resource_window", resource_id=resource["id"])
        inputs.pop("window_id", None)
        inputs |= {"quantity": Decimal(1)} | ({"window_id": windows[0]["id"]} if windows else {})
        if windows:
            day = inputs["promised_on"]
            inputs["promised_on"] = day + timedelta(days=(windows[0]["weekday"] - day.isoweekday()) % 7)


def _seconded(self: Guesses, inputs: dict[str, Any]) -> None:
    if self.issue and self.rng.random() < 0.7:
        seats = of(self.rows, "member", division_code=self.issue["division_code"])
        inputs["proposed_by_id"] = self.rng.choice(seats)["id"]


def _chosen(*states: str) -> Callable[[Guesses, dict[str, Any]], None]:
    def choose(self: Guesses, inputs: dict[str, Any]) -> None:
        assert self.issue
        found = [row for row in of(self.rows, "claim", issue_id=self.issue["id"]) if row["state"] in states]
        if found and not self.is_wild():
            inputs["claim_id"] = self.rng.choice(found)["id"]

    return choose


def _merged(self: Guesses, inputs: dict[str, Any]) -> None:
    assert self.issue
    near = [row for row in of(self.rows, "issue", division_code=self.issue["division_code"]) if row != self.issue]
    if near and "master_id" in inputs and self.rng.random() < 0.7:
        inputs["master_id"] = self.rng.choice(near)["id"]


def _published(self: Guesses, inputs: dict[str, Any]) -> None:
    if not self.is_wild():
        inputs["division_code"] = inputs["division_code"][:6].ljust(12, "0")
        inputs |= {name: ["示范条款"] * NORMS_OF_A_KIND for name in ("participate", "abstain")}


def _granted(self: Guesses, inputs: dict[str, Any]) -> None:
    if not self.is_wild():
        _leave_out(inputs, "subject", "committee_id", "organization_id", "team_id", "starts_at", "ends_at")
        inputs |= {"role": Role.RESIDENT, "account_id": ("Account", self.rng.choice(self.city.accounts))}


def _located(self: Guesses, inputs: dict[str, Any]) -> None:
    if not self.is_wild():
        _leave_out(inputs, "organization_id", "open_from", "open_to", "phone")
        inputs |= {"latitude": Decimal("36.06"), "longitude": Decimal("103.83"), "verified_on": self.today()}


_FITS: dict[str, Callable[[Guesses, dict[str, Any]], None]] = {
    "publishIssue": _wanted, "closeIssue": _rated, "recordResolution": _resolved, "reportIssueDone": _done,
    "handDownIssue": _handed_down, "claimIssue": _claimed, "tableIssue": _seconded, "mergeIssue": _merged,
    "confirmClaim": _chosen("PENDING"), "declineClaim": _chosen("PENDING"), "fulfilClaim": _chosen("CONFIRMED"),
    "releaseClaim": _chosen("PENDING", "CONFIRMED"), "publishConductNorms": _published, "grantRole": _granted,
    "registerServicePoint": _located, "updateServicePoint": _located,
}  # fmt: skip
