"""The arrows between our modules, read from their imports: between layers, contexts, and the stages of the engine."""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Each may import those after it.
LAYERS = ("wsgi", "graph_api", "schema", "db")
# What each layer must not know of, whoever installed it.
FOREIGN = {
    "db": {"flask", "graphql", "strawberry", "tests", "werkzeug"},
    "schema": {"flask", "tests", "werkzeug"},
    "graph_api": {"tests"},
    "wsgi": {"tests"},
}
# The packages of `db` in their order: each may import itself and those before it. Tables, with the enumerations that
# they use, are a floor of their own below all rules, and refer to each other in the order of their foreign keys.
DB = (
    "kernel",
    "tables",
    "access",
    "rosters",
    "places",
    "settings",
    "files",
    "people",
    "attachments",
    "committees",
    "organizations",
    "sites",
    "incidents",
    "issues",
    "teams",
    "bookings",
    "matches",
    "deliberation",
    "forum",
    "messages",
    "registrations",
    "shifts",
    "activities",
    "stocks",
    "funds",
    "harvests",
    "linkage",
    "emergency",
    "monitoring",
    "health",
    "publications",
    "services",
    "gates",
    "assessment",
    "service_points",
    "figures",
    "city",
)
# The packages of `schema` in their order; modules beside them, such as `schema.ids`, are for all.
SCHEMA = ("catalog", "engine", "build", "graph", "request")
# The contexts of `schema.graph` in their order.
GRAPH = (
    "viewer", "masks", "language",
    "access", "places", "settings", "files", "people", "attachments", "committees", "organizations", "sites",
    "incidents", "issues", "teams", "bookings", "matches", "deliberation", "forum", "messages", "registrations",
    "shifts", "activities", "stocks", "funds", "harvests", "linkage", "emergency", "monitoring", "health",
    "publications", "services", "gates", "assessment", "service_points", "figures",
    "lifecycles", "changes",
)  # fmt: skip
ENGINE = "schema.engine"
# The engine's stages in their order, by module. The other modules are shared by all and know no stage.
STAGES = {
    "selection": "read",
    "variables": "read",
    "describe": "read",
    "planner": "plan",
    "filtering": "plan",
    "arguments": "plan",
    "emit": "emit",
    "run": "run",
}
# How often `Any` may stand in 1,000 lines of `schema`, where a value of a request or a library has no type of its own.
MAX_ANY = 10
# How many parameters a function of `db` or `schema` may have. What belongs together is a dataclass.
MAX_PARAMETERS = 8
# The nouns that have a lifecycle machine, and the only place that writes their state. A load writes rows as they stand.
MACHINES = {
    "Issue",
    "Claim",
    "Need",
    "Project",
    "Meeting",
    "IssueRequest",
    "Committee",
    "Site",
    "TaskForce",
    "Sponsorship",
    "Resource",
    "VolunteerTeam",
    "Deployment",
    "Shift",
    "ShiftAssignment",
    "SubCommittee",
    "Booking",
    "ForumSession",
    "Donation",
    "Incident",
    "MonitoringCase",
    "AidTask",
    "ServiceApplication",
    "AccessPoint",
    "AccessPass",
    "AssessmentPeriod",
}
WRITES_STATE = "db.access.journal"
LOADS = {"seed", "migrations"}
# Where stages meet, and the data that one hands to the next.
MEETING_PLACES = {ENGINE, f"{ENGINE}.operation", f"{ENGINE}.resolving"}
HANDED_ON = {f"{ENGINE}.selection.Selected", f"{ENGINE}.emit.Emitted"}


def imports(module: str, source: str, is_package: bool = False) -> Iterator[str]:
    """List everything a module imports, in full: `from a.b import c` is `a.b.c`; imports inside functions count."""
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            yield from (".".join([*above, *filter(None, [node.module]), name.name]) for name in node.names)


def broken_arrows(module: str, source: str, is_package: bool = False) -> list[str]:
    """List the imports of a module that point upwards, out of the project's bounds or across the engine's stages."""
    layer = module.split(".")[0]
    higher = {*LAYERS[: LAYERS.index(layer)], *FOREIGN[layer]}
    names = list(imports(module, source, is_package))
    broken = [name for name in names if name.split(".")[0] in higher]
    broken += [name for name in names if points_up(module, name)]
    if module.startswith(f"{ENGINE}."):
        broken += [name for name in names if name.startswith("db.") and not name.startswith("db.kernel.")]
    if module.startswith(f"{ENGINE}.") and module not in MEETING_PLACES:
        broken += [name for name in names if stage_of(name) not in (None, stage_of(module)) and name not in HANDED_ON]
        broken += [name for name in names if any(name.startswith(f"{place}.") for place in MEETING_PLACES - {ENGINE})]
    return broken


def points_up(module: str, name: str) -> bool:
    """Return whether an import leads from a package to one that comes after it."""
    for place_of, order in ((db_package, DB), (schema_package, SCHEMA), (graph_context, GRAPH)):
        here, there = place_of(module), place_of(name)
        if here in order and there in order and order.index(there) > order.index(here):
            return True
    return False


def circles(arrows: Mapping[str, set[str]]) -> list[set[str]]:
    """Find what leads back to itself: each set of names of which every one leads to every other."""
    reached = {name: _reached(arrows, name) for name in arrows}
    found = (frozenset(b for b in reached[a] if a in reached.get(b, ())) for a in arrows)
    return [set(circle) for circle in sorted({circle for circle in found if circle}, key=sorted)]


def _reached(arrows: Mapping[str, set[str]], start: str) -> set[str]:
    reached, ahead = set[str](), [start]
    while ahead:
        new = arrows.get(ahead.pop(), set()) - reached
        reached |= new
        ahead += new
    return reached


def db_package(name: str) -> str | None:
    """Return the package of `db` that a module, or a name in it, belongs to."""
    parts = name.split(".")
    if parts[0] != "db" or len(parts) < 2:
        return None
    is_table = len(parts) > 2 and parts[1] != "city" and parts[2] in ("models", "lifecycle", "guards", "row_guards")
    return "tables" if is_table else parts[1]


def schema_package(name: str) -> str | None:
    """Return the package of `schema` that a module, or a name in it, belongs to."""
    parts = name.split(".")
    return parts[1] if parts[0] == "schema" and len(parts) > 2 else None


def graph_context(name: str) -> str | None:
    """Return the context of `schema.graph` that a module, or a name in it, belongs to."""
    parts = name.split(".")
    return parts[2] if parts[:2] == ["schema", "graph"] and len(parts) > 2 else None


def stage_of(name: str) -> str | None:
    """Return which stage of the engine a module, or a name in it, belongs to."""
    return STAGES.get(name.removeprefix(f"{ENGINE}.").split(".")[0]) if name.startswith(f"{ENGINE}.") else None


def modules() -> Iterator[tuple[str, Path]]:
    for layer in LAYERS:
        path = ROOT / layer
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]:
            parts = file.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), file


def test_imports_point_down() -> None:
    broken = {
        module: broken_arrows(module, file.read_text(encoding="utf-8"), file.name == "__init__.py")
        for module, file in modules()
    }

    assert {module: names for module, names in broken.items() if names} == {}


def arrows_between(place_of: Callable[[str], str | None]) -> dict[str, set[str]]:
    """Collect the imports between places. place_of: of a module, or a name in it; None where it does not count."""
    arrows: dict[str, set[str]] = {}
    for module, file in modules():
        here = place_of(module)
        names = imports(module, file.read_text(encoding="utf-8"), file.name == "__init__.py") if here else ()
        there = {place for name in names if (place := place_of(name)) not in (None, here)}
        arrows.setdefault(str(here), set()).update(map(str, there))
    return arrows


def test_no_modules_import_each_other_in_a_circle() -> None:
    known = {module for module, _ in modules() if module.startswith(("db", "schema"))}

    def module_of(name: str) -> str | None:
        return next((found for found in (name, name.rpartition(".")[0]) if found in known), None)

    assert circles(arrows_between(module_of)) == []


@pytest.mark.parametrize("place_of", [db_package, schema_package, graph_context])
def test_no_packages_import_each_other_in_a_circle(place_of: Callable[[str], str | None]) -> None:
    assert circles(arrows_between(place_of)) == []


def test_a_circle_is_noticed() -> None:
    arrows = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set[str](), "e": {"f"}, "f": {"e"}}

    assert circles(arrows) == [{"b", "c"}, {"e", "f"}]


def test_every_package_has_its_place() -> None:
    found = {module for module, _ in modules()}

    assert {name.split(".")[1] for name in found if name.startswith("db.")} <= {*DB}
    assert {name.split(".")[1] for name in found if name.startswith("schema.") and name.count(".") > 1} == {*SCHEMA}
    assert {name.split(".")[2] for name in found if name.startswith("schema.graph.")} == {*GRAPH}


def test_stages_exist_and_hand_on_plain_data() -> None:
    existing = {module for module, _ in modules()}
    assert {f"{ENGINE}.{name}" for name in STAGES} <= existing
    for name in HANDED_ON:
        module, _, data = name.rpartition(".")
        assert is_dataclass(getattr(import_module(module), data)), name


def test_schema_knows_the_types_of_its_values() -> None:
    sources = [file.read_text(encoding="utf-8") for module, file in modules() if module.startswith("schema")]
    lines = sum(source.count("\n") for source in sources)
    uses = sum(isinstance(node, ast.Name) and node.id == "Any" for s in sources for node in ast.walk(ast.parse(s)))

    assert uses / lines * 1000 <= MAX_ANY


def long_signatures(source: str) -> list[str]:
    """List the functions of a source that take too many parameters; `self` and `cls` are none."""
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
    return [function.name for function in functions if _parameter_count(function.args) > MAX_PARAMETERS]


def _parameter_count(given: ast.arguments) -> int:
    own = (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg)
    return sum(1 for one in own if one is not None and one.arg not in ("self", "cls"))


def test_functions_take_few_parameters() -> None:
    found = {
        module: long_signatures(file.read_text(encoding="utf-8"))
        for module, file in modules()
        if module.split(".")[0] in ("db", "schema")
    }

    assert {module: names for module, names in found.items() if names} == {}


def test_a_long_signature_is_noticed() -> None:
    source = "def f(a, b, /, c, *d, e, g, h, i, **j): ...\ndef k(self, a, b, c, d, e, g, h, i): ..."

    assert long_signatures(source) == ["f"]


def state_writes(source: str) -> list[int]:
    """List the lines of a source that write the state of a noun that has a machine."""
    nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt | ast.expr))
    return [node.lineno for node in nodes if _writes_state(node)]


def _writes_state(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(_is_state(target) for target in targets)
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return isinstance(node, ast.Call) and _names(node.func) in MACHINES and _has_state(node)
    is_noun = _names(node.func.value) in MACHINES
    return is_noun and node.func.attr in ("create", "update", "insert", "replace") and _has_state(node)


def _is_state(target: ast.expr) -> bool:
    if isinstance(target, ast.Attribute):
        return target.attr == "state"
    return isinstance(target, ast.Subscript) and isinstance(key := target.slice, ast.Constant) and key.value == "state"


def _has_state(call: ast.Call) -> bool:
    return any(keyword.arg == "state" for keyword in call.keywords)


def _names(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_one_place_writes_states() -> None:
    written = {
        module: state_writes(file.read_text(encoding="utf-8"))
        for module, file in modules()
        if module != WRITES_STATE and not LOADS.intersection(module.split("."))
    }

    assert {module: lines for module, lines in written.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        "Claim.update(state=ClaimState.CONFIRMED).where(True).execute()",
        "models.Claim.create(issue=1, state=state)",
        "Need(state=state).save()",
        "meeting.state = MeetingState.HELD",
        "columns['state'] = state",
    ],
)
def test_a_written_state_is_noticed(source: str) -> None:
    assert state_writes(source) == [1]


@pytest.mark.parametrize(
    ("module", "source", "broken"),
    [
        ("db.issues", "from schema.ids import row_id", ["schema.ids.row_id"]),
        ("db.issues", "def late():\n    import graph_api.config", ["graph_api.config"]),
        ("db.issues", "import strawberry", ["strawberry"]),
        ("db.issues.models.issue", "from ....schema import ids", ["schema.ids"]),
        ("db.issues", "from tests import factories", ["tests.factories"]),
        ("db.kernel.fields", "from db.issues.models.issue import Issue", ["db.issues.models.issue.Issue"]),
        ("db.committees.norms", "from db.issues.core import find", ["db.issues.core.find"]),
        ("db.issues.models.claim", "from db.issues.core import find", ["db.issues.core.find"]),
        ("db.issues.core", "from db.deliberation.agenda import find_meeting", ["db.deliberation.agenda.find_meeting"]),
        ("db.access.grants", "from db.committees.models.committee import Committee", []),
        ("db.issues.core", "from db.committees.norms import require_abstention", []),
        ("db.service_points.commands", "from db.access.records import Record", []),
        ("db.city.contexts", "from db.service_points import CONTEXT", []),
        ("schema.root", "from flask import g", ["flask.g"]),
        ("schema.root", "import graph_api", ["graph_api"]),
        ("schema.engine.bindings", "from db.access.actor import Actor", ["db.access.actor.Actor"]),
        ("schema.engine.bindings", "from schema.graph.viewer import ASKER", ["schema.graph.viewer.ASKER"]),
        ("schema.catalog.fields", "from schema.engine.run import fetch", ["schema.engine.run.fetch"]),
        (
            "schema.graph.places.types",
            "from schema.graph.issues.types import Issue",
            ["schema.graph.issues.types.Issue"],
        ),
        ("schema.graph.issues.types", "from schema.graph.places.types import within", []),
        ("graph_api.views", "from wsgi import app", ["wsgi.app"]),
        ("schema.engine.emit.objects", "from schema.engine.planner import plan", ["schema.engine.planner.plan"]),
        ("schema.engine.planner", "from schema.engine import run", ["schema.engine.run"]),
        ("schema.engine.planner", "from .emit.objects import row", ["schema.engine.emit.objects.row"]),
        ("schema.engine.bindings", "from schema.engine.selection import Selected", []),
        ("schema.engine.bindings", "from schema.engine.selection import Reader", ["schema.engine.selection.Reader"]),
        (
            "schema.engine.run",
            "from schema.engine.operation import PreparedField",
            ["schema.engine.operation.PreparedField"],
        ),
        ("schema.engine.emit.objects", "from schema.engine.emit.pages import page", []),
        ("schema.engine.operation", "from schema.engine.planner import Planner", []),
        ("schema.engine.planner", "from schema.engine.plan import Plan", []),
        ("graph_api.views", "from db.kernel.database import database\nfrom schema import request", []),
        ("db.issues", "from schematics import thing\nimport flasks", []),
    ],
)
def test_a_broken_arrow_is_noticed(module: str, source: str, broken: list[str]) -> None:
    assert broken_arrows(module, source) == broken
