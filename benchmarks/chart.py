"""Draws the chart of a run as SVG, by hand: requests a second, and how time grows with the data and the answer."""

import math
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from benchmarks.servers import SERVER_TITLES
from benchmarks.workload import SIZES

FILE = Path(__file__).with_name("chart.svg")
_COLOURS = {
    "engine": "#c2410c", "limit": "#404040", "floor": "#a3a3a3", "naive": "#94a3b8", "batched": "#64748b",
    "yoga": "#7c3aed", "mercurius": "#0d9488", "postgraphile": "#2563eb",
    "earlier": "#fdba74", "uncounted": "#fb923c",
}  # fmt: skip
_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_WIDTH, _HEIGHT = 330, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 40, 34
_LEGEND = 64

Row = dict[str, Any]
Lines = dict[str, list[tuple[float, float]]]


def write(rows: list[Row], changes: list[Row]) -> None:
    """Write `chart.svg`. changes: rows of the changes, drawn below the reads."""
    databases = list(dict.fromkeys(row["database"] for row in rows))
    parts: list[str] = []
    for at, database in enumerate(databases):
        here = [row for row in rows if row["database"] == database]
        parts += [
            f'<g transform="translate(0 {_LEGEND + at * _HEIGHT})">',
            *_panels(_DATABASES[database], here),
            "</g>",
        ]
    changed = list(dict.fromkeys(row["database"] for row in changes))
    parts += [f'<g transform="translate(0 {_LEGEND + len(databases) * _HEIGHT})">', *_changes(changed, changes), "</g>"]
    width, height = 3 * _WIDTH, _LEGEND + (len(databases) + bool(changed)) * _HEIGHT
    FILE.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="11"><rect width="{width}" height="{height}" fill="#ffffff"/>'
        f"{''.join(_legend([*rows, *changes]))}{''.join(parts)}</svg>\n"
    )


def _panels(database: str, rows: list[Row]) -> list[str]:
    scales = sorted({row["scale"] for row in rows})
    first = [row for row in rows if row["scale"] == scales[0]]
    by_data = _lines([row for row in rows if row["query"] == "Q1"], lambda row: row["scale"])
    sized = [row for row in first if row["query"].startswith("Q5")]
    by_size = _lines(sized, lambda row: int(row["query"].partition("/")[2] or SIZES[-1]))
    return [
        *_bars(0, f"{database}: requests/s, Q1", _speeds([row for row in first if row["query"] == "Q1"])),
        *_plot(_WIDTH, f"{database}: ms of CPU for Q1, data ×", scales, by_data),
        *_plot(2 * _WIDTH, f"{database}: ms of CPU for rows of Q5", SIZES, by_size),
    ]


def _lines(rows: list[Row], x: Callable[[Row], float]) -> Lines:
    lines: Lines = {}
    for row in rows:
        lines.setdefault(row["server"], []).append((x(row), row["server_cpu"] + row["database_cpu"]))
    return {server: sorted(points) for server, points in lines.items()}


def _legend(rows: list[Row]) -> list[str]:
    servers = [name for name in _COLOURS if any(row["server"] == name for row in rows)]
    parts: list[str] = []
    for at, name in enumerate(servers):
        x, y = 16 + at % 4 * 245, 18 + at // 4 * 20
        parts.append(f'<rect x="{x}" y="{y - 9}" width="10" height="10" fill="{_COLOURS[name]}"/>')
        parts.append(_text(x + 16, y, SERVER_TITLES[name]))
    return parts


def _speeds(rows: list[Row]) -> list[tuple[str, str, float]]:
    """List the bars of rows: whose, what is written beside them, and how long they are."""
    found = {row["server"]: row for row in rows}
    named = [(name, found[name]) for name in _COLOURS if name in found]
    return [(name, row.get("mutation", ""), row["requests_per_second"]) for name, row in named]


def _changes(databases: list[str], rows: list[Row]) -> list[str]:
    parts: list[str] = []
    for at, database in enumerate(databases):
        here = [row for row in rows if (row["database"], row["connections"]) == (database, 8)]
        by_change = [
            [row for row in here if row["mutation"] == name] for name in dict.fromkeys(r["mutation"] for r in here)
        ]
        bars = [bar for each in by_change for bar in _speeds(each)]
        parts += _bars(at * _WIDTH, f"{_DATABASES[database]}: changes/s, 8 connections", bars)
    return parts


def _bars(left: float, title: str, bars: list[tuple[str, str, float]]) -> list[str]:
    step = (_HEIGHT - _TOP - _BOTTOM) / max(1, len(bars))
    most = max((value for _, _, value in bars), default=1.0)
    room = _WIDTH - 30 - (130 if any(label for _, label, _ in bars) else 60)
    parts = [_text(left + 16, 22, title, bold=True)]
    for at, (name, label, value) in enumerate(bars):
        y, width = _TOP + at * step, max(1.0, room * value / most)
        parts.append(
            f'<rect x="{left + 16}" y="{y:.1f}" width="{width:.1f}" height="{step * 0.7:.1f}" fill="{_COLOURS[name]}"/>'
        )
        parts.append(_text(left + 22 + width, y + step * 0.5, f"{value:,.0f} {label}".strip()))
    return parts


def _plot(left: float, title: str, ticks: Sequence[float], lines: Lines) -> list[str]:
    values = [value for points in lines.values() for _, value in points]
    if not values:
        return []
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def place(x: float, y: float) -> tuple[float, float]:
        span = math.log10(ticks[-1] / ticks[0]) or 1
        across = math.log10(x / ticks[0]) / span
        up = (math.log10(y) - low) / max(1, high - low)
        return (
            left + _LEFT + across * (_WIDTH - _LEFT - _RIGHT - 10),
            _HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM),
        )

    parts = [_text(left + 16, 22, title, bold=True)]
    for power in range(low, high + 1):
        x, y = place(ticks[0], 10**power)
        parts.append(f'<path d="M{x:.1f} {y:.1f}H{left + _WIDTH - _RIGHT}" stroke="#e5e7eb"/>')
        parts.append(_text(x - 6, y + 4, f"{10**power:g}", anchor="end"))
    for tick in ticks:
        x, _ = place(tick, 10**low)
        parts.append(_text(x, _HEIGHT - _BOTTOM + 16, f"{tick:g}", anchor="middle"))
    for name, points in lines.items():
        placed = [place(x, y) for x, y in points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in placed)
        thick = 2.5 if name == "engine" else 1.5
        parts.append(f'<path d="M{path}" fill="none" stroke="{_COLOURS[name]}" stroke-width="{thick}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_COLOURS[name]}"/>' for x, y in placed]
    return parts


def _text(x: float, y: float, text: str, *, bold: bool = False, anchor: str = "start") -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{weight} fill="#111827">{escape(text)}</text>'
