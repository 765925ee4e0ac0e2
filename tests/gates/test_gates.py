"""Access points and passes, and scans that name nobody: counted at once (I45), and forgotten with their day (I46)."""

import ast
import threading
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from graphql import get_named_type, is_leaf_type, is_required_argument, is_union_type
from peewee import DatabaseProxy, fn

from db.access.models.account import Role
from db.access.models.audit import AuditAction, AuditEntry
from db.access.models.notice import Notice, NoticeKind
from db.access.models.purge import PurgeRun
from db.city.clock import tick
from db.gates.models import AccessDay, AccessPass, AccessPoint, ScanEvent, ScanSecret
from db.gates.scans import hash_of_code, hash_of_pass, secret_of
from db.incidents.models import PUBLIC, Incident, IncidentState
from db.kernel.database import is_postgres, write
from db.kernel.fields import utc_text
from db.sites.models import SiteKind
from schema.graph import CATALOG
from tests import factories as make
from tests.asking import Asking
from tests.emergency.factories import make_incident
from tests.factories import AT, TODAY
from tests.gates.factories import make_access_pass
from tests.graph.evaluator import printed_schema
from tests.people.factories import make_person
from tests.sites.factories import make_site
from tests.threads import at_once
from tests.town import build

DAY, SCHEMA = timedelta(days=1), Path(__file__).parents[2] / "schema"


class Gate:
    """A compound of the town with one gate, a keeper, health workers here and elsewhere, and an auditor."""

    def __init__(self, ask: Asking) -> None:
        self.ask, self.town = ask, ask.town
        home = self.town.home.division
        for who, role, over in (
            ("keeper", Role.GATE_KEEPER, home), ("health", Role.HEALTH_WORKER, home),
            ("far_health", Role.HEALTH_WORKER, self.town.far.division), ("auditor", Role.AUDITOR, self.town.city),
        ):  # fmt: skip
            self.town.accounts[who] = make.make_account(name=f"示范{who}")
            make.make_role_grant(role, over, account=self.town.accounts[who])
        self.person = make_person(home, name="王示范", account=self.town.accounts["resident"])
        self.site = make_site(home, kind=SiteKind.COMPOUND, code="M-01", grid=make_site(home))
        self.point = self.register(siteId=f"Site_{self.site.id}")["accessPoint"]["id"]

    def register(self, who: str = "staff", **given: Any) -> Any:
        """Register an access point and return the payload."""
        wanted = {"divisionCode": self.town.home.division_code, "name": "北门", **given}
        return self.ask.change(who, "registerAccessPoint", "accessPoint { id state }", **wanted)

    def issue(self, who: str = "staff", **given: Any) -> Any:
        """Issue the pass of the resident and return the payload."""
        named = {"siteId": f"Site_{self.site.id}", "personId": f"Person_{self.person.id}", "validUntil": str(TODAY)}
        return self.ask.change(who, "issuePass", "code accessPass { id state }", **{**named, **given})

    def do(self, who: str, name: str, at: Any = AT, /, **given: Any) -> Any:
        """Perform a mutation; return how it was refused."""
        return self.ask.refused(who, name, at, **given)

    def trace(self, incident: Incident, who: str = "health", at: Any = AT, **given: Any) -> Any:
        """Trace the scans of the last two days and return the payload."""
        wanted = {
            "accessPointId": self.point, "incidentId": f"Incident_{incident.id}", "from": utc_text(at - 2 * DAY),
            "to": utc_text(at + DAY), "reason": "密接排查",
        }  # fmt: skip
        shown = "scans { at direction result reason accessPassId __typename } isReplayed"
        return self.ask.change(who, "traceScans", shown, at, **wanted | given)

    def scan(self, *rows: dict[str, Any], who: str = "keeper", at: Any = AT) -> Any:
        """Record scans; return how they were refused."""
        return self.do(who, "recordScans", at, accessPointId=self.point, rows=list(rows))


@pytest.fixture
def gate(ask: Asking) -> Gate:
    return Gate(ask)


def scan(at: Any = AT, **given: Any) -> dict[str, Any]:
    return {"at": utc_text(at), "direction": "IN", "result": "PASSED", **given}


def refused(reason: str, **given: Any) -> dict[str, Any]:
    return scan(result="REFUSED", reason=reason, **given)


def check_counts() -> None:
    """Check I45: what is counted of a day is what its scans add up to, where it has scans."""
    key = (ScanEvent.access_point_id, ScanEvent.day, ScanEvent.direction, ScanEvent.result)
    rows: Any = ScanEvent.select(*key, fn.COUNT(ScanEvent.at)).group_by(*key).tuples()
    found = {tuple(row[:-1]): row[-1] for row in rows}
    for row in AccessDay.select():
        own = (row.access_point_id, row.day, row.direction)
        assert (row.passed, row.refused) == (found.pop((*own, "PASSED"), 0), found.pop((*own, "REFUSED"), 0)), "I45"
    assert found == {}, "I45"


def test_an_only_gate_stays_the_only_one(gate: Gate) -> None:
    site = {"siteId": f"Site_{gate.site.id}"}
    wanted = {"divisionCode": gate.town.home.division_code, "name": "南门", **site}
    assert gate.do("staff", "registerAccessPoint", **wanted, isOnlyGate=True) == [("ALREADY_EXISTS", ["isOnlyGate"])]
    assert gate.do("staff", "registerAccessPoint", **wanted) == []
    for point in AccessPoint.select():
        named = {"accessPointId": f"AccessPoint_{point.id}", "reason": "示范"}
        assert gate.do("keeper", "closeAccessPoint", **named) == [("NOT_PERMITTED", None)]
        assert gate.do("staff", "closeAccessPoint", **named) == []
    assert gate.scan(scan()) == [("ILLEGAL_TRANSITION", ["accessPointId"])]
    assert gate.do("staff", "registerAccessPoint", **wanted, isOnlyGate=True) == []
    assert gate.do("staff", "registerAccessPoint", **wanted) == [("ALREADY_EXISTS", ["siteId"])]
    # A unit has doors, and a site or a unit is named, of the community.
    assert gate.town.unit is not None
    unit = {**wanted, "organizationId": f"Organization_{gate.town.unit.id}"}
    assert gate.do("staff", "registerAccessPoint", **unit) == [("INVALID_INPUT", ["siteId"])]
    unit.pop("siteId")
    assert gate.do("staff", "registerAccessPoint", **unit, isOnlyGate=True) == [("INVALID_INPUT", ["isOnlyGate"])]
    assert gate.do("staff", "registerAccessPoint", **unit) == []
    far = {**wanted, "divisionCode": gate.town.far.division_code}
    assert gate.do("staff", "registerAccessPoint", **far) == [("NOT_PERMITTED", ["divisionCode"])]
    assert gate.do("staff", "registerAccessPoint", **wanted | {"siteId": "Site_99"}) == [("NOT_FOUND", ["siteId"])]


def test_a_pass_is_issued_once_and_known_to_few(gate: Gate) -> None:
    made = gate.issue()
    assert made["userErrors"] == []
    assert len(made["code"]) == 22
    row = made["accessPass"]["id"]
    assert gate.issue(dryRun=True)["code"] is None
    shows = f'{{ accessPass(id: "{row}") {{ state person {{ id }} }} viewer {{ passes {{ totalCount }} }} }}'
    for who, is_known, own in (
        ("resident", True, 1), ("keeper", True, 0), ("staff", True, 0), ("district", True, 0), ("neighbour", False, 0),
        ("director", False, 0), ("next_staff", False, 0),
    ):  # fmt: skip
        found = gate.ask.answer(who, shows)["data"]
        assert (found["accessPass"] is not None, found["viewer"]["passes"]["totalCount"]) == (is_known, own), who
    assert gate.ask.answer(None, shows)["data"]["accessPass"] is None
    # Who keeps the gate does not know the names of others, and says the name that stands in the papers.
    other = make_person(gate.town.home.division, name="李示范")
    named = {"siteId": f"Site_{gate.site.id}", "personId": f"Person_{other.id}", "validUntil": str(TODAY)}
    assert gate.do("keeper", "issuePass", **named) == [("NOT_PERMITTED", ["personId"])]
    assert gate.do("keeper", "issuePass", **named, personName="李示范") == []
    assert gate.do("resident", "issuePass", **named) == [("NOT_PERMITTED", ["siteId"])]
    yesterday = {**named, "validUntil": str(TODAY - DAY)}
    assert gate.do("staff", "issuePass", **yesterday) == [("INVALID_INPUT", ["validUntil"])]
    assert gate.do("staff", "erasePerson", personId=f"Person_{other.id}") == [("NOT_ALL_SETTLED", ["personId"])]

    assert gate.do("keeper", "revokePass", accessPassId=row, reason="示范") == []
    assert gate.do("staff", "revokePass", accessPassId=row, reason="示范") == [("ILLEGAL_TRANSITION", ["accessPassId"])]
    tick(AT)
    assert {one.state for one in AccessPass.select()} == {"REVOKED", "VALID"}
    tick(AT + DAY)
    assert {one.state for one in AccessPass.select()} == {"REVOKED", "EXPIRED"}
    gate.issue(validUntil=str(TODAY + DAY))
    assert gate.do("staff", "retireSite", siteId=f"Site_{gate.site.id}") == []
    assert {str(one.state) for one in AccessPass.select()} == {"REVOKED", "EXPIRED"}
    assert AccessPoint.get().state == "CLOSED"


def test_scans_are_counted_and_hold_nothing_of_a_pass(gate: Gate) -> None:
    code = gate.issue()["code"]
    rows = [
        scan(passCode=code), scan(), scan(direction="OUT", passCode=code), refused("NO_PASS"), refused("FEVER"),
        refused("CODE_RED"), refused("FEVER"), scan(AT - DAY, passCode=code),
    ]  # fmt: skip
    assert gate.scan(*rows) == []
    assert gate.scan(scan(passCode=code)) == []
    check_counts()

    hashes = {(one.day, one.pass_hash) for one in ScanEvent.select() if one.pass_hash is not None}
    # The same pass has one hash on a day, and another on the next; with the day's secret it is found.
    kept = AccessPass.get().code_hash
    assert hashes == {(day, hash_of_pass(kept, secret_of(day))) for day in (TODAY, TODAY - DAY)}
    assert len({text for _, text in hashes} | {kept}) == 3
    days = f'{{ accessPoint(id: "{gate.point}") {{ days {{ nodes {{ day direction passed refused }} }} }} }}'
    found = gate.ask.answer(None, days)["data"]["accessPoint"]["days"]["nodes"]
    assert sorted(tuple(one.values()) for one in found) == [
        (str(TODAY - DAY), "IN", 1, 0), (str(TODAY), "IN", 3, 4), (str(TODAY), "OUT", 1, 0),
    ]  # fmt: skip
    stats = f'stats {{ scanCount before: scanCount(day: "{TODAY - DAY}") }}'
    text = f'{{ division(code: "{gate.town.city.code}") {{ {stats} }} }}'
    assert gate.ask.answer(None, text)["data"]["division"]["stats"] == {"scanCount": 8, "before": 1}
    alarms = [one.text for one in Notice.select().where(Notice.kind == NoticeKind.GATE_ALARM).order_by(Notice.id)]
    assert len(alarms) == 2
    assert any("发热" in text and "2人次" in text for text in alarms)


def test_what_is_recorded_of_scans(gate: Gate) -> None:
    wrong: list[tuple[dict[str, Any], list[str]]] = [
        (scan(AT + timedelta(seconds=1)), ["rows", "1", "at"]),
        (scan(AT - 8 * DAY), ["rows", "1", "at"]),
        (scan(result="REFUSED"), ["rows", "1", "reason"]),
        (scan(reason="FEVER"), ["rows", "1", "reason"]),
    ]
    for row, field in wrong:
        assert gate.scan(scan(), row) == [("INVALID_INPUT", field)]
    assert gate.scan() == [("INVALID_INPUT", ["rows"])]
    for who in ("staff", "resident", "city"):
        assert gate.scan(scan(), who=who) == [("NOT_PERMITTED", ["accessPointId"])]
    assert not ScanEvent.select().exists()
    assert not AccessDay.select().exists()
    assert gate.scan(*[scan()] * 1000) == []
    check_counts()


def test_scans_of_many_gates_at_once_are_all_counted(database: DatabaseProxy) -> None:
    gate = Gate(Asking(build()))
    site = {"siteId": f"Site_{gate.site.id}"}
    points = [gate.point, gate.register(**site)["accessPoint"]["id"]]
    turns = iter([*points] * 4)

    def record() -> Any:
        rows = [scan(AT - (at % 3) * DAY, direction="IN" if at % 2 else "OUT") for at in range(60)]
        return gate.do("keeper", "recordScans", accessPointId=next(turns), rows=rows)

    assert at_once(8, record) == [[]] * 8
    assert sum(row.passed for row in AccessDay.select()) == ScanEvent.select().count() == 8 * 60
    check_counts()


def partitions(database: DatabaseProxy) -> set[str]:
    return {table for table in database.get_tables() if table.startswith("scan_event_")}


def test_a_day_goes_with_its_secret_and_what_was_counted_stays(database: DatabaseProxy) -> None:
    gate = Gate(Asking(build()))
    code = gate.issue()["code"]
    assert gate.scan(scan(passCode=code), scan(AT - DAY, passCode=code)) == []
    counted = [(row.day, row.passed) for row in AccessDay.select().order_by(AccessDay.day)]

    tick(AT)
    # The days that come are there before anybody scans.
    days = {TODAY + ahead * DAY for ahead in (-1, 0, 1, 2)}
    assert {row.day for row in ScanSecret.select()} == days
    assert partitions(database) == ({f"scan_event_{day:%Y%m%d}" for day in days} if is_postgres() else set())
    tick(AT + 29 * DAY)
    assert ScanEvent.select().count() == 2
    tick(AT + 30 * DAY)
    assert [row.day for row in ScanEvent.select()] == [TODAY]
    assert ScanSecret.find(day=TODAY - DAY) is None
    tick(AT + 31 * DAY)
    assert not ScanEvent.select().exists()
    assert date(2026, 1, 5) not in {row.day for row in ScanSecret.select()}
    assert "scan_event_20260105" not in partitions(database)
    runs = [(run.rule, run.count) for run in PurgeRun.select().order_by(PurgeRun.id)]
    assert runs == [("scan.day", 1), ("scan.day", 1)]
    assert [(row.day, row.passed) for row in AccessDay.select().order_by(AccessDay.day)] == counted
    # A shorter time anywhere holds everywhere, also for what is recorded late.
    given = {"key": "SCAN_KEEP_DAYS", "value": 3, "divisionCode": gate.town.district.code}
    assert gate.do("district", "setSetting", **given) == []
    at = AT + 40 * DAY
    assert gate.scan(scan(at - 3 * DAY), at=at) == [("INVALID_INPUT", ["rows", "0", "at"])]
    assert gate.scan(scan(at - 2 * DAY), at=at) == []


# --- Traces, while an incident is handled -----------------------------------------------------------------------------


def codes(payload: Any) -> list[tuple[str, Any]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


def test_a_trace_finds_passes_and_is_kept_in_the_audit(gate: Gate) -> None:
    made = gate.issue()
    # The pass of somebody of another community.
    make_access_pass(make_site(gate.town.far.division), code_hash=hash_of_code("F-1"))
    yesterday = AT - DAY
    rows = [
        scan(passCode=made["code"]), scan(yesterday, direction="OUT", passCode=made["code"]), scan(passCode="A-1"),
        refused("FEVER"), scan(AT - 3 * DAY, passCode=made["code"]), scan(AT - timedelta(hours=1), passCode="F-1"),
    ]  # fmt: skip
    assert gate.scan(*rows) == []
    incident = make_incident(gate.town.district, state=IncidentState.HANDLING)
    audit = AuditEntry.select().where(AuditEntry.action == AuditAction.REVEALED)

    dry = gate.trace(incident, dryRun=True)
    assert (dry["scans"], dry["userErrors"], audit.count()) == (None, [], 0)
    found = gate.trace(incident, idempotencyKey="t-1")
    named = made["accessPass"]["id"]
    assert [(one["at"], one["direction"], one["reason"], one["accessPassId"]) for one in found["scans"]] == [
        (utc_text(yesterday), "OUT", None, named), (utc_text(AT - timedelta(hours=1)), "IN", None, None),
        (utc_text(AT), "IN", None, named), (utc_text(AT), "IN", None, None), (utc_text(AT), "IN", "FEVER", None),
    ]  # fmt: skip
    assert found["scans"][0]["__typename"] == "TracedScan"
    [entry] = audit
    assert (entry.subject_type, f"AccessPoint_{entry.subject_id}") == ("AccessPoint", gate.point)
    span = f"{utc_text(AT - 2 * DAY)}/{utc_text(AT + DAY)}"
    assert entry.reason == f"{incident.number} {span}: 密接排查"
    again = gate.trace(incident, idempotencyKey="t-1")
    assert (again["scans"], again["isReplayed"], audit.count()) == (None, True, 1)
    # Whose pass it is, whoever keeps the gate can say, and not who traces.
    holder = f'{{ accessPass(id: "{named}") {{ person {{ id }} }} node(id: "{named}") {{ id }} }}'
    for who, is_known in (("health", False), ("auditor", False), ("keeper", True)):
        answer = gate.ask.answer(who, holder)["data"]
        assert (answer["accessPass"] is not None, answer["node"] is not None) == (is_known, is_known), who

    for who in ("keeper", "staff", "city", "far_health", "auditor", "resident"):
        assert codes(gate.trace(incident, who)) == [("NOT_PERMITTED", ["accessPointId"])], who
    assert audit.count() == 1


def test_what_a_trace_needs(gate: Gate) -> None:
    home, moment = gate.town.home.division, utc_text(AT - timedelta(seconds=1))
    assert gate.scan(*[scan()] * 999, scan(AT - timedelta(seconds=2))) == []
    assert gate.scan(scan(AT - timedelta(seconds=1), direction="OUT")) == []
    handled = make_incident(home, state=IncidentState.HANDLING)
    crowded = gate.trace(handled)
    assert codes(crowded) == [("LIMIT_REACHED", ["to"])]
    assert f"send {utc_text(AT)} as `to`" in crowded["userErrors"][0]["message"]
    assert len(gate.trace(handled, to=utc_text(AT))["scans"]) == 2
    assert len(gate.trace(handled, **{"from": moment})["scans"]) == 1000
    assert gate.trace(handled, to=moment, **{"from": moment})["userErrors"][0]["field"] == ["to"]
    assert codes(gate.trace(handled, reason=" ")) == [("INVALID_INPUT", ["reason"])]
    for state in set(PUBLIC) - {IncidentState.HANDLING}:
        assert codes(gate.trace(make_incident(home, state=state))) == [("ILLEGAL_TRANSITION", ["incidentId"])], state
    for elsewhere in (
        make_incident(gate.town.far.division, state=IncidentState.HANDLING), make_incident(home),
    ):  # fmt: skip
        assert codes(gate.trace(elsewhere)) == [("NOT_FOUND", ["incidentId"])]
    assert AuditEntry.select().where(AuditEntry.action == AuditAction.REVEALED).count() == 2
    # A month later there is nothing that could be traced, and whoever asks is told so.
    later = AT + 31 * DAY
    tick(later)
    since = {"from": utc_text(AT), "to": utc_text(later)}
    assert codes(gate.trace(handled, at=later, **since)) == [("INVALID_INPUT", ["from"])]
    assert gate.trace(handled, at=later)["scans"] == []


def test_no_scan_is_traced_once_the_incident_is_stood_down(database: DatabaseProxy) -> None:
    gate = Gate(Asking(build()))
    assert gate.scan(scan()) == []
    incident = make_incident(gate.town.home.division, state=IncidentState.HANDLING)
    turns, is_ending = iter(("end", "trace")), threading.Event()

    def work() -> Any:
        if next(turns) == "trace":
            assert is_ending.wait(30)
            return codes(gate.trace(incident))
        with write():
            incident.change(state=IncidentState.STOOD_DOWN, stood_down_at=AT)
            is_ending.set()
            # Time for whoever traces to find it as it was, if they did not wait.
            time.sleep(0.5)
        return []

    assert sorted(at_once(2, work)) == [[], [("ILLEGAL_TRANSITION", ["incidentId"])]]
    assert not AuditEntry.select().where(AuditEntry.action == AuditAction.REVEALED).exists()


# --- I46: no way leads from a scan to a person ------------------------------------------------------------------------


def test_nothing_in_the_graph_reads_scans() -> None:
    """No type is made of them, and no module of the graph names them, their columns or the secrets."""
    secret = {ScanEvent, ScanSecret}
    assert not secret & {kind.model for kind in CATALOG.types.values()}
    hidden = {model.__name__ for model in secret} | {"pass_hash", "code_hash", "scans", "secret"}
    named: set[str] = set()
    for path in SCHEMA.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute):
                named.add(node.attr)
            elif isinstance(node, ast.Name):
                named.add(node.id)
    # The module with the command, which the mutation names.
    assert hidden & named <= {"scans"}
    # A scan refers to nothing, and nothing to a scan.
    assert not ScanEvent._meta.refs
    assert not ScanEvent._meta.backrefs
    # One payload shows scans, and from them nothing leads on.
    types = printed_schema().type_map
    shown = [name for name, kind in types.items() if "TracedScan" in _leads_to(kind)]
    assert shown == ["TraceScansPayload"]
    assert all(is_leaf_type(types[name]) for name in _leads_to(types["TracedScan"]))


def _leads_to(kind: Any) -> set[str]:
    """Return the types of the fields of a type, or of those that it is one of."""
    if is_union_type(kind):
        return {member.name for member in kind.types}
    return {get_named_type(field.type).name for field in getattr(kind, "fields", {}).values()}


def test_whoever_reads_the_whole_graph_finds_nothing_of_a_scan(gate: Gate) -> None:
    code = gate.issue()["code"]
    assert gate.scan(scan(passCode=code)) == []
    kept, row, secret = AccessPass.get(), ScanEvent.get(), ScanSecret.get()
    assert row.pass_hash
    # Not even after a trace, which leaves nothing but that it was made.
    incident = make_incident(gate.town.home.division, state=IncidentState.HANDLING)
    assert gate.trace(incident)["scans"] != []
    schema = printed_schema()
    root = schema.query_type
    assert root is not None
    lists = {
        name: get_named_type(field.type)
        for name, field in root.fields.items()
        if "filter" in field.args and not any(map(is_required_argument, field.args.values()))
    }
    lists = {name: kind for name, kind in lists.items() if kind.name.endswith("Connection")}

    for who in ("keeper", "health", "staff", "city", "auditor", "resident"):
        for name, connection in lists.items():
            node: Any = get_named_type(connection.fields["nodes"].type)
            leaves = [
                field for field, it in node.fields.items()
                if is_leaf_type(get_named_type(it.type)) and not any(map(is_required_argument, it.args.values()))
            ]  # fmt: skip
            answer = gate.ask.answer(who, f"{{ {name}(first: 50) {{ nodes {{ {' '.join(leaves)} }} }} }}")
            assert "errors" not in answer, answer
            text = str(answer)
            for hidden in (code, kept.code_hash, row.pass_hash, secret.secret):
                assert hidden not in text, (who, name)
