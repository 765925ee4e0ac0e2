"""The filters that show what was counted: what a connection takes as `filter`, written of the texts of one score.

Each function gets these texts as SQL, and returns the parts of the filter in turn.
"""

from typing import Any, NamedTuple

from peewee import Node, Value

from db.assessment.facts import ANSWERS


class Texts(NamedTuple):
    """The texts of a score and its period, as SQL, of which a filter is written.

    months_since, months_until: between which moments a meeting must have been held to count.
    """

    code: Node
    since: Node
    until: Node
    at: Node
    first_day: Node
    last_day: Node
    months_since: Node
    months_until: Node


def of_community(texts: Texts) -> list[Any]:
    """Begin the filter of rows of a community; it is left open."""
    return ['{divisionCode: {eq: "', texts.code, '"}']


def between(name: str, first: Node, last: Node, by: str = "lt") -> list[Any]:
    """Write that a field lies between two moments or days; the second one is included where `by` is lte."""
    return [f', {name}: {{gte: "', first, f'", {by}: "', last, '"}']


_COUNTING = ", state: {neq: MERGED}, referredTo: {isNull: true}"
ENDED = "}"


def meetings(texts: Texts) -> list[Any]:
    """Find the meetings that were held in the months that count."""
    return [*of_community(texts), *between("heldAt", texts.months_since, texts.months_until), ENDED]


def submitted(texts: Texts) -> list[Any]:
    """Find the issues that were submitted, but for those withdrawn in time; it is left open."""
    return [
        *of_community(texts), *between("createdAt", texts.since, texts.until), _COUNTING,
        ", ledger: {none: {action: {eq: WITHDRAW}, isInTime: {eq: true}}}",
    ]  # fmt: skip


def due(texts: Texts) -> list[Any]:
    """Find those of them that were answered, withdrawn too late, or are due without an answer."""
    answers = ", ".join(action.value for action in ANSWERS)
    return [
        *submitted(texts), f", or: [{{ledger: {{some: {{action: {{in: [{answers}]}}}}}}}}, "
        '{ledger: {some: {action: {eq: WITHDRAW}}}}, {dueAt: {lte: "', texts.at, '"}}]}',
    ]  # fmt: skip


def closed(texts: Texts) -> list[Any]:
    """Find the issues that were closed; it is left open."""
    return [*of_community(texts), *between("closedAt", texts.since, texts.until), _COUNTING]


def struck_off(texts: Texts) -> list[Any]:
    """Find the issues that were struck off, whatever became of them later; it is left open."""
    window = ['at: {gte: "', texts.since, '", lt: "', texts.until, '"}']
    return [*of_community(texts), _COUNTING, ", ledger: {some: {action: {eq: CLOSE_OFF}, ", *window, "}}"]


def not_reopened(texts: Texts) -> list[Any]:
    """Find those of them that were not reopened."""
    window = ['at: {gte: "', texts.since, '", lt: "', texts.until, '"}']
    return [*struck_off(texts), ", not: {ledger: {some: {action: {eq: REOPEN}, ", *window, "}}}}"]


def reported(texts: Texts) -> list[Any]:
    """Find the reports that work is done; it is left open."""
    return [
        *of_community(texts), ", action: {eq: REPORT_DONE}", *between("at", texts.since, texts.until),
        ", issue: {state: {neq: MERGED}, referredTo: {isNull: true}}",
    ]  # fmt: skip


def ended_claims(texts: Texts) -> list[Any]:
    """Find the claims that ended; it is left open."""
    return [*of_community(texts), *between("endedAt", texts.since, texts.until)]


def sponsored(texts: Texts) -> list[Any]:
    """Find the sponsorships of targets that run; it is left open."""
    return [
        *of_community(texts), ", kind: {eq: TARGET}, state: {eq: ACTIVE}", ', startsOn: {lte: "', texts.last_day, '"}',
    ]  # fmt: skip


def people(texts: Texts) -> list[Any]:
    """Find the people who are registered or in a team."""
    code = ['{divisionCode: {eq: "', texts.code, '"}, ']
    return [
        "{or: [{registrations: {some: ", *code, "state: {eq: ACTIVE}}}}, {memberships: {some: ", *code,
        "until: {isNull: true}}}}]}",
    ]  # fmt: skip


def text_of(parts: list[Any]) -> Any:
    """Write the parts of a filter as one expression."""
    text: Any = Value("")
    for part in parts:
        text = text.concat(part)
    return text
