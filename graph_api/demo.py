"""The demo city's tokens: one for each role, made on this machine and kept in files that only their owner reads.

Each database has a file of its own; `FILE` has the tokens of the database that was asked for last.
"""

import hashlib
import json
from datetime import datetime
from pathlib import Path

from db.access.tokens import find_token, issue_token
from db.city import seed
from db.city.models import Account
from db.kernel.database import database, write
from db.kernel.whole_file import whole_file

FILE = Path("var/demo-tokens.json")


def tokens(at: datetime) -> dict[str, str]:
    """Return a good token for each role of the demo city; those in the files are kept while the database knows them.

    Tokens that were made elsewhere for the same database stay good: they may be in use.

    Raises:
        OSError: a file cannot be written.
    """
    accounts = seed.demo_accounts()
    file = _file_of_database()
    kept = _read(FILE) | _read(file)
    good = {role.value: kept[role.value] for role, account in accounts if _is_good(kept.get(role.value), account, at)}
    with write():
        for role, account in accounts:
            if role.value not in good:
                good[role.value] = issue_token(account, "演示令牌", at)
        found = {role.value: good[role.value] for role, _ in accounts}
        for each in (file, FILE):
            _write(each, found)
    return found


def _file_of_database() -> Path:
    name = hashlib.sha256(database.identity.encode()).hexdigest()[:12]
    return FILE.with_name(f"demo-tokens-{name}.json")


def _is_good(text: str | None, account: Account, at: datetime) -> bool:
    token = find_token(text, at) if text else None
    return token is not None and token.account_id == account.id


def _read(file: Path) -> dict[str, str]:
    try:
        kept = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {role: text for role, text in kept.items() if isinstance(text, str)} if isinstance(kept, dict) else {}


def _write(file: Path, found: dict[str, str]) -> None:
    if found and found != _read(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(file, is_private=True) as written:
            json.dump(found, written, indent=2)
