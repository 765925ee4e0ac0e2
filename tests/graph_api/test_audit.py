"""The audit suite of GraphQL over HTTP (npm's graphql-http) against a running server: MUST, SHOULD and MAY."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from peewee import DatabaseProxy

from tests.conftest import url_of
from tests.graph_api.processes import serving

AUDIT = Path(__file__).parent / "audit"

pytestmark = pytest.mark.skipif(
    not (shutil.which("node") and (AUDIT / "node_modules").is_dir()),
    reason=f"needs Node.js, and `npm ci` in {AUDIT.name}/, which `make audit` and .ci/run do",
)


def test_every_audit_passes(database: DatabaseProxy, tmp_path: Path) -> None:
    with serving(tmp_path, DATABASE_URL=url_of(database), ENVIRONMENT="production") as served:
        command = ["node", str(AUDIT / "audit.js"), f"http://127.0.0.1:{served.port}/graphql"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)

    audits = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(audits) >= 61
    assert [audit for audit in audits if audit[2] is not None] == []
