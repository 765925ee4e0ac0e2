"""The demo city's tokens: one for each role, made on this machine and kept in a file that only its owner reads."""

import json
from datetime import datetime
from pathlib import Path

from db import seed
from db.database import write
from db.models import Account
from db.tokens import find_token, issue_token, revoke_demo_tokens

FILE = Path("var/demo-tokens.json")


def tokens(at: datetime, file: Path = FILE) -> dict[str, str]:
    """Give a good token for each role of the demo city; those in the file are kept while the database knows them."""
    accounts = seed.demo_accounts()
    kept = _read(file)
    if not all(_is_good(kept.get(role.value), account, at) for role, account in accounts):
        with write():
            revoke_demo_tokens(at)
            kept = {role.value: issue_token(account, "演示令牌", at) for role, account in accounts}
        _write(file, kept)
    return {role.value: kept[role.value] for role, _ in accounts}


def _is_good(text: str | None, account: Account, at: datetime) -> bool:
    token = find_token(text, at) if text else None
    return token is not None and token.account_id == account.id


def _read(file: Path) -> dict[str, str]:
    try:
        kept = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return {role: text for role, text in kept.items() if isinstance(text, str)} if isinstance(kept, dict) else {}


def _write(file: Path, kept: dict[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600, exist_ok=False)
    new.write_text(json.dumps(kept, indent=2))
    new.replace(file)
