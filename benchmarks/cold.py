"""What a document costs that was never seen before, and what is left in memory of a hundred thousand of them."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graphql import parse, validate

from benchmarks import workload
from benchmarks.data import bound
from db.access.viewers import Visibility
from schema.request.context import Context
from schema.request.execute import Executor, Request
from schema.root import schema

_NOW = "2022-02-10T00:00:00Z"
_TIMES = 40


def figures(url: str, documents: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Time Q1 as a new text, stage by stage, and watch the memory over many small documents, on one database."""
    with bound(url):
        values = workload.variables(url)["Q1"][0]
        cold = _cold(values)
        say(f"a new text of Q1 takes {cold['total']:.1f} ms")
        return {"cold": cold, "memory": _memory(documents)}


def _cold(values: dict[str, Any]) -> dict[str, float]:
    """Return the medians of milliseconds of CPU; plan: selection, plan and emit."""
    executor, context = Executor(), Context(None, _NOW)
    executor.execute(Request(workload.DOCUMENTS["Q1"], values, "Q1"), context)
    stages: dict[str, list[float]] = {name: [] for name in ("total", "parse", "validate", "plan", "warm")}
    for number in range(_TIMES):
        text = f"# {number}\n{workload.DOCUMENTS['Q1']}"
        request = Request(text, values, "Q1")
        operation = Executor().engine.operation(text, "Q1")
        variables = operation.variables.read(values)
        document = parse(text)
        stages["total"].append(_timed(executor.execute, request, context))
        stages["warm"].append(_timed(executor.execute, request, context))
        stages["parse"].append(_timed(parse, text))
        stages["validate"].append(_timed(validate, schema()._schema, document))
        stages["plan"].append(_timed(operation.fields, variables, Visibility.PUBLIC))
    return {name: statistics.median(times) for name, times in stages.items()}


def _timed(act: Callable[..., Any], *arguments: Any) -> float:
    started = time.process_time()
    act(*arguments)
    return (time.process_time() - started) * 1000


def _memory(documents: int) -> dict[str, Any]:
    """Execute many distinct documents; return the memory in MB after each tenth of them, and the cache's figures."""
    executor, context = Executor(), Context(None, _NOW)
    seen: list[float] = []
    for number in range(documents):
        request = Request(f'query D{number} {{ issue(id: "Issue_1") {{ id }} }}', {})
        executor.execute(request, context)
        if (number + 1) % max(1, documents // 10) == 0:
            seen.append(round(_resident(), 1))
    cache = executor.engine.figures()
    return {"documents": documents, "megabytes": seen, "cache": [cache.size, cache.max_size, cache.hits, cache.misses]}


def _resident() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0
