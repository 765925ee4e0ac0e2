"""The benchmark's limit, hand-written SQL, goes on answering what the engine answers: else nothing can be measured."""

import importlib
import json
from typing import Any

import pytest
from peewee import DatabaseProxy

from benchmarks import workload
from benchmarks.answers import ROW_MARKS, stamp_of
from db.access.models.account import Role
from db.city import models, seed
from db.kernel.database import is_postgres
from db.kernel.fields import utc_text
from schema.request.context import Context
from schema.request.execute import Request
from tests.asking import executor
from tests.conftest import url_of
from tests.factories import AT
from tests.graph.sides import signed_in


def test_the_hand_written_statements_answer_the_same_bytes(
    demo_city: DatabaseProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = signed_in(dict(seed.demo_accounts())[Role.CITY_OFFICER].id, utc_text(AT))

    def ask(name: str, variables: dict[str, Any]) -> bytes:
        request = Request(workload.DOCUMENTS[name], variables)
        return executor(is_postgres()).execute(request, Context(viewer, utc_text(AT))).body

    closed = {"state": "CLOSED", "topic": models.Issue.get(models.Issue.state == "CLOSED").topic_code}
    latest = models.Issue.select().order_by(models.Issue.created_at.desc(), models.Issue.id.desc())[400]
    after = f"{stamp_of(ask('Q7', {'after': None}))}~{utc_text(latest.created_at)}~{latest.id}"
    subdistricts = models.Division.select().where(models.Division.level == "SUBDISTRICT")
    asked = {
        "Q1": {"id": "Committee_7"}, "Q2": closed, "Q3": {"code": subdistricts[9].code}, "Q4": {"id": "Issue_70"},
        "Q5": {"first": 50}, "Q6": {}, "Q7": {"after": after},
    }  # fmt: skip

    monkeypatch.setenv("DATABASE_URL", url_of(demo_city))
    monkeypatch.setenv("CURSOR_STAMPS", json.dumps({closed["topic"]: stamp_of(ask("Q2", closed))}))
    limit = importlib.reload(importlib.import_module("benchmarks.limit"))
    for name, variables in asked.items():
        written = limit.read(name, limit.PARAMETERS[name](variables))
        assert written == ask(name, variables).translate(None, ROW_MARKS), name
    limit.close()
