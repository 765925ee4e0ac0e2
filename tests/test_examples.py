"""The examples run as they are, against a real server on a copy of the demo city."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import Store
from tests.graph_api.processes import TOP, serving


def test_lifecycle_drives_an_issue_from_submission_to_close_off(
    store: Store, demo_city_url: str, tmp_path: Path
) -> None:
    url = store.create("lifecycle", "demo_city")
    try:
        with serving(tmp_path, DATABASE_URL=url) as served:
            done = subprocess.run(
                [
                    *(sys.executable, str(TOP / "examples/lifecycle.py")),
                    *("--url", f"http://127.0.0.1:{served.port}/graphql"),
                    *("--tokens", str(tmp_path / "var/demo-tokens.json")),
                ],
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
    finally:
        store.drop("lifecycle")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].endswith(": 16 ledger entries, chained: True")
