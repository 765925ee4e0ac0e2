"""What is hidden and revealed over real HTTP: the demo city's accounts around one issue that was not taken up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db.access.models.account import Role
from db.city import seed
from db.city.models import RoleGrant
from tests.conftest import Store, bound
from tests.graph_api.processes import Served, serving

PHONE = "13812345678"


@pytest.fixture
def served(store: Store, demo_city_url: str, tmp_path: Path) -> Iterator[Served]:
    """Serve a copy of the demo city."""
    url = store.create("visibility", "demo_city")
    with serving(tmp_path, DATABASE_URL=url) as running:
        yield running
    store.drop("visibility")


@pytest.fixture
def home(demo_city_url: str) -> str:
    """Return the code of the community where the demo accounts act."""
    with bound(demo_city_url):
        staff = dict(seed.demo_accounts())[Role.STAFF]
        return RoleGrant.get(RoleGrant.account == staff).division_code


def test_a_private_issue_is_there_for_some_tokens_and_its_contact_for_fewer(served: Served, home: str) -> None:
    tokens: dict[str | None, str | None] = {None: None, **served.tokens()}

    def ask(who: str | None, text: str) -> Any:
        return served.ask(text, tokens[who])["data"]

    def reveal(who: str) -> Any:
        shows = "name phone address userErrors { code }"
        given = f'issueId: "{issue}", reason: "核实位置"'
        return ask(who, f"mutation {{ revealContact(input: {{{given}}}) {{ {shows} }} }}")["revealContact"]

    submitted = ask(
        "GRID_WORKER",
        f"""mutation {{ submitIssue(input: {{divisionCode: "{home}", channel: GRID_PATROL, title: "示范小区井盖松动",
        description: "示范小区二号楼前井盖松动", duty: PUBLIC_BENEFIT_SERVICE, urgency: NORMAL,
        contactName: "李示范", contactPhone: "{PHONE}"}}) {{ issue {{ id }} userErrors {{ code }} }} }}""",
    )["submitIssue"]
    issue = submitted["issue"]["id"]

    read = f'{{ issue(id: "{issue}") {{ state contact {{ phone }} ledger {{ totalCount }} }} }}'
    seen: dict[str, Any] = {"state": "SUBMITTED", "contact": None, "ledger": {"totalCount": 1}}
    known = {**seen, "contact": {"phone": "138****5678"}}
    assert {who: ask(who, read)["issue"] for who in tokens} == {
        None: None, "RESIDENT": None, "UNIT_CONTACT": None, "TEAM_CAPTAIN": None, "GRID_WORKER": known, "STAFF": known,
        **dict.fromkeys(("MEMBER", "DEPUTY_DIRECTOR", "DIRECTOR", "LEADER", "AUDITOR"), seen),
        **dict.fromkeys(("SUBDISTRICT_OFFICER", "DISTRICT_OFFICER", "CITY_OFFICER"), seen),
    }  # fmt: skip

    nothing = {"name": None, "phone": None, "address": None}
    assert reveal("RESIDENT") == {**nothing, "userErrors": [{"code": "NOT_FOUND"}]}
    assert reveal("MEMBER") == {**nothing, "userErrors": [{"code": "NOT_PERMITTED"}]}
    assert reveal("STAFF") == {"name": "李示范", "phone": PHONE, "address": None, "userErrors": []}

    audit = f'{{ auditEntries(filter: {{subjectId: {{eq: "{issue}"}}}}) {{ nodes {{ action accountName reason }} }} }}'
    entries = ask("AUDITOR", audit)["auditEntries"]["nodes"]
    assert [(entry["action"], entry["accountName"]) for entry in entries] == [
        ("REVEALED", "演示社区两委工作人员"), ("REFUSED", "演示委员"),
    ]  # fmt: skip
    assert entries[0]["reason"] == "核实位置"
    assert ask("STAFF", audit)["auditEntries"]["nodes"] == []
    assert PHONE not in served.output.read_text()
