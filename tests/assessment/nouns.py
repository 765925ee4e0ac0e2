"""Assessments in the tests that span all nouns."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from db.access.models.account import Role
from db.assessment.measures import MEASURES
from db.assessment.models import AppealState, AssessmentPeriod, Indicator, PeriodState
from db.places.models.division import DivisionLevel
from tests.assessment import factories
from tests.assessment.factories import (
    make_assessment_period,
    make_assessment_scheme,
    make_committee_result,
    make_score,
)
from tests.assessment.reckoning import ranks_of, total_of
from tests.assessment.rows import fill
from tests.factories import MAKERS
from tests.gates import nouns as _gates  # noqa: F401 - its rows come first.
from tests.graph.evaluator import COMPUTED, LISTS, LOOKUPS, PERSONAL, ROOT_LISTS, World, by_column, scoped
from tests.graph.places import ROLES, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, WORDS
from tests.graph.viewers import HIDDEN_SUBJECTS, RULES, Viewer
from tests.issues.capacities import covers

FILLS.append(fill)
MAKERS.update(factories.MAKERS)
SHANGHAI = timedelta(hours=8)


def sees(viewer: Viewer, period: Any) -> bool:
    """Return whether a viewer knows of a period: it is public, or they are of the office that assesses."""
    code = period.division_code
    office = "CITY_OFFICER" if code.endswith("0" * 8) else "DISTRICT_OFFICER"
    assesses = any(grant.role == office and covers(grant, code) for grant in viewer.held())
    return period.state in ("PUBLISHED", "FINAL") or (viewer.is_good(code) and assesses)


def _sees_part(viewer: Viewer, row: Any) -> bool:
    return sees(viewer, viewer.world.get("AssessmentPeriod", row.period_id))


# --- What is said of rows ---------------------------------------------------------------------------------------------


def _is_in_time(entry: Any) -> bool:
    return entry.due_before is None or entry.at <= entry.due_before


def _is_answered_in_time(world: World, issue: Any) -> bool | None:
    steps = sorted((row for row in world.rows["LedgerEntry"] if row.issue_id == issue.id), key=lambda row: row.seq)
    answers = [_is_in_time(row) for row in steps if row.action in ("ACCEPT", "REJECT", "ASK")]
    return answers[0] if answers else None


def _weights(world: World, scheme_id: int) -> dict[str, int]:
    rows = world.rows["AssessmentWeight"]
    return {str(row.indicator): row.weight for row in rows if row.scheme_id == scheme_id}


def _weight(world: World, score: Any) -> int:
    scheme_id = world.get("AssessmentPeriod", score.period_id).scheme_id
    return _weights(world, scheme_id).get(str(score.indicator), 0)


COUNTED_IN = {
    "MEETINGS_HELD": "meetings", "RESPONSE": "issues", "RESOLUTION": "issues", "SATISFACTION": "issues",
    "ON_TIME": "ledgerEntries", "CLAIMS_KEPT": "claims", "NOT_REOPENED": "issues", "HOURS": "persons",
    "SPONSOR_VISITS": "sponsorships", "COMPLIANT_DAYS": None,
}  # fmt: skip


def _began(day: date) -> str:
    return (datetime(day.year, day.month, day.day) - SHANGHAI).isoformat() + "Z"


def _text(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat() + "Z"


def filters(world: World, score: Any) -> tuple[str | None, str | None]:
    """Write the filters of what was counted, and of what counts in the committee's favour."""
    period = world.get("AssessmentPeriod", score.period_id)
    committee = world.get("Committee", world.get("CommitteeResult", score.result_id).committee_id)
    founded = committee.established_on
    month = max(period.first_month, (founded.replace(day=1) + timedelta(days=31)).replace(day=1))
    since, until = _text(period.since_at), _text(period.until_at)
    own = f'divisionCode: {{eq: "{score.division_code}"}}'
    span = f'{{gte: "{since}", lt: "{until}"}}'
    counting = "state: {neq: MERGED}, referredTo: {isNull: true}"
    taken = (
        f"{own}, createdAt: {span}, {counting}, ledger: {{none: {{action: {{eq: WITHDRAW}}, isInTime: {{eq: true}}}}}}"
    )
    closed, struck = (
        f"{own}, closedAt: {span}, {counting}",
        f"{own}, {counting}, ledger: {{some: {{action: {{eq: CLOSE_OFF}}, at: {span}}}}}",
    )
    reported = f"{own}, action: {{eq: REPORT_DONE}}, at: {span}, issue: {{{counting}}}"
    claims = f"{own}, endedAt: {span}"
    running = f'{own}, kind: {{eq: TARGET}}, state: {{eq: ACTIVE}}, startsOn: {{lte: "{period.last_on}"}}'
    days = f'visitedOn: {{gte: "{period.starts_on}", lte: "{period.last_on}"}}'
    answered = "{ledger: {some: {action: {in: [ACCEPT, REJECT, ASK]}}}}, {ledger: {some: {action: {eq: WITHDRAW}}}}"
    written: dict[str, tuple[str | None, str | None]] = {
        "MEETINGS_HELD": (f'{own}, heldAt: {{gte: "{_began(month)}", lt: "{_began(period.end_month)}"}}', None),
        "RESPONSE": (
            f'{taken}, or: [{answered}, {{dueAt: {{lte: "{_text(period.computed_at)}"}}}}]',
            f"{taken}, isAnsweredInTime: {{eq: true}}",
        ),
        "RESOLUTION": (
            f"{closed}, outcome: {{neq: REFERRED_OUT}}", f"{closed}, outcome: {{in: [RESOLVED, PARTLY_RESOLVED]}}"
        ),
        "SATISFACTION": (f"{closed}, rating: {{isNull: false}}", None),
        "ON_TIME": (reported, f"{reported}, isInTime: {{eq: true}}"),
        "CLAIMS_KEPT": (
            f"{claims}, or: [{{state: {{eq: FULFILLED}}}}, {{state: {{eq: RELEASED}}, "
            "confirmedAt: {isNull: false}}]",
            f"{claims}, state: {{eq: FULFILLED}}",
        ),
        "NOT_REOPENED": (struck, f"{struck}, not: {{ledger: {{some: {{action: {{eq: REOPEN}}, at: {span}}}}}}}"),
        "HOURS": (
            f"or: [{{registrations: {{some: {{{own}, state: {{eq: ACTIVE}}}}}}}}, "
            f"{{memberships: {{some: {{{own}, until: {{isNull: true}}}}}}}}]",
            None,
        ),
        "SPONSOR_VISITS": (running, f"{running}, visits: {{some: {{form: {{neq: PHONE}}, {days}}}}}"),
        "COMPLIANT_DAYS": (None, None),
    }  # fmt: skip
    counted, achieved = (text if text is None else f"{{{text}}}" for text in written[str(score.indicator)])
    return counted, achieved


def ranking(viewer: Viewer, period: Any) -> list[dict[str, Any]]:
    """Rank the committees by the weights of the scheme."""
    world = viewer.world
    weights = dict.fromkeys(map(str, Indicator), 0) | _weights(world, period.scheme_id)
    points: dict[int, dict[str, Decimal | None]] = {}
    for score in world.rows["Score"]:
        if score.period_id == period.id:
            points.setdefault(score.result_id, {})[str(score.indicator)] = score.points
    totals = {key: total_of(reached, weights) for key, reached in points.items()}
    ranks = ranks_of(totals)
    committees = {key: world.get("Committee", world.get("CommitteeResult", key).committee_id) for key in points}
    order = sorted(totals, key=lambda key: (-(totals[key] or 0), totals[key] is None, committees[key].id))
    places = {str(one): at for at, one in enumerate(Indicator)}
    return [
        {
            "rank": ranks[key], "committeeId": f"Committee_{committees[key].id}",
            "committeeName": committees[key].name, "divisionCode": committees[key].division_code,
            "total": totals[key],
            "parts": [
                {"indicator": name, "points": points[key][name], "weight": weights[name]}
                for name in sorted(points[key], key=places.__getitem__)
            ],
        }
        for key in order
    ]  # fmt: skip


RULES |= {"AssessmentPeriod": sees, "CommitteeResult": _sees_part, "Score": _sees_part}
HIDDEN_SUBJECTS.add("AssessmentPeriod")
COMPUTED |= {
    ("Issue", "isAnsweredInTime"): _is_answered_in_time,
    ("LedgerEntry", "isInTime"): lambda _, row: _is_in_time(row),
    ("Claim", "confirmedAt"): lambda _, row: row.confirmed_at,
    ("Claim", "endedAt"): lambda _, row: row.ended_at,
    ("Score", "weight"): _weight,
    ("Score", "formula"): lambda _, row: MEASURES[row.indicator].formula[0],
    ("Score", "isAssessed"): lambda _, row: row.points is not None,
    ("Score", "countedIn"): lambda _, row: COUNTED_IN[str(row.indicator)],
    ("Score", "counted"): lambda world, row: filters(world, row)[0],
    ("Score", "achieved"): lambda world, row: filters(world, row)[1],
}
PERSONAL["AssessmentPeriod", "ranking"] = ranking
LISTS |= {
    ("Division", "assessmentSchemes"): (scoped("AssessmentScheme"), "-id"),
    ("Division", "assessmentPeriods"): (scoped("AssessmentPeriod"), "-startsOn"),
    ("Committee", "assessmentResults"): (by_column("committee_id", "CommitteeResult"), "-id"),
    ("AssessmentScheme", "weights"): (by_column("scheme_id", "AssessmentWeight"), "id"),
    ("AssessmentPeriod", "results"): (by_column("period_id", "CommitteeResult"), "divisionCode"),
    ("AssessmentPeriod", "scores"): (by_column("period_id", "Score"), ""),
    ("CommitteeResult", "scores"): (by_column("result_id", "Score"), "id"),
}
LOOKUPS |= {"assessmentScheme": "AssessmentScheme", "assessmentPeriod": "AssessmentPeriod"}
ROOT_LISTS |= {
    "assessmentSchemes": ("AssessmentScheme", "-id"), "assessmentPeriods": ("AssessmentPeriod", "-startsOn"),
}  # fmt: skip

# --- Who may do what --------------------------------------------------------------------------------------------------


def add_to_place(place: Place) -> dict[str, str]:
    """Add periods of the city in the states that steps need, each with the result of the community's committee."""
    city = place.offices[DivisionLevel.CITY]
    scheme = make_assessment_scheme(city)

    def add(state: PeriodState, year: int, **result: Any) -> Any:
        # A day of which no other place has one.
        day = date(year, 1, 1) + timedelta(days=AssessmentPeriod.select().count())
        more = {"starts_on": day, "ends_on": day, "scheme": scheme, "state": state}
        if result.pop("is_over", False):
            more["appeal_until"] = datetime.fromisoformat("2026-01-01T00:00:00Z")
        period = make_assessment_period(city, **more)
        if state is not PeriodState.OPEN:
            make_score(make_committee_result(period, place.committee, **result))
        return period

    appeal = {"appeal_state": AppealState.PENDING, "appeal_indicator": Indicator.RESPONSE, "appeal_grounds": WORDS}
    made = {
        "open assessment": add(PeriodState.OPEN, 2001),
        "computed assessment": add(PeriodState.COMPUTED, 2002),
        "published assessment": add(PeriodState.PUBLISHED, 2003),
        "appealed assessment": add(PeriodState.PUBLISHED, 2004, **appeal),
        "assessment past appeals": add(PeriodState.PUBLISHED, 2005, is_over=True),
        "scheme": scheme,
        "assessed committee": place.committee,
    }  # fmt: skip
    return {name: f"{type(row).__name__}_{row.id}" for name, row in made.items()}


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
_CITY, _LEADS = {Role.CITY_OFFICER}, {Role.DIRECTOR, Role.DEPUTY_DIRECTOR}


def _page(name: str, thing: str) -> str:
    return f'{name}(filter: {{id: {{eq: "%({thing})s"}}}}) {{ totalCount nodes {{ id }} }}'


READS = {
    "assessmentScheme": ('assessmentScheme(id: "%(scheme)s") { id }', _PUBLIC),
    "assessmentSchemes": (_page("assessmentSchemes", "scheme"), _PUBLIC),
    "assessmentPeriod": ('assessmentPeriod(id: "%(computed assessment)s") { id }', _CITY),
    "assessmentPeriods": (_page("assessmentPeriods", "computed assessment"), _CITY),
}
MAY = {
    "publishAssessmentScheme": (_CITY,),
    "openAssessmentPeriod": (_CITY,),
    "computeAssessment": (_CITY,),
    "publishAssessment": (_CITY,),
    "appealScore": (_LEADS,),
    "decideAppeal": (_CITY,),
    "finalizeAssessment": (_CITY,),
}
KNOWN = {"computeAssessment": _CITY, "publishAssessment": _CITY}


def _city(at: Any) -> str:
    return at.place.code[:4].ljust(12, "0")


INPUTS |= {
    "publishAssessmentScheme": lambda at: {
        "divisionCode": _city(at), "weights": [{"indicator": one.value, "weight": one.weight} for one in Indicator],
    },
    "openAssessmentPeriod": lambda at: {
        "divisionCode": _city(at), "startsOn": "2020-01-01", "endsOn": "2020-03-31", "schemeId": at.row("scheme"),
    },
    "computeAssessment": lambda at: {"assessmentPeriodId": at.row("open assessment")},
    "publishAssessment": lambda at: {"assessmentPeriodId": at.row("computed assessment")},
    "appealScore": lambda at: {
        "assessmentPeriodId": at.row("published assessment"), "committeeId": at.row("assessed committee"),
        "indicator": "RESPONSE", "grounds": WORDS,
    },
    "decideAppeal": lambda at: {
        "assessmentPeriodId": at.row("appealed assessment"), "committeeId": at.row("assessed committee"),
        "decision": "REJECTED", "reason": WORDS,
    },
    "finalizeAssessment": lambda at: {"assessmentPeriodId": at.row("assessment past appeals")},
}  # fmt: skip
