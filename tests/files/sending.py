"""How tests upload files, and read them, through an application."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from db.access.models.account import Account
from db.access.tokens import issue_token


def token_of(account: Account, **values: Any) -> dict[str, str]:
    """Return the headers of a new token of an account."""
    return {"Authorization": f"Bearer {issue_token(account, '示范', datetime.now(UTC), **values)}"}


def upload(client: FlaskClient, who: dict[str, str], content: bytes, name: str = "李四13800000000.jpg") -> TestResponse:
    """Upload a file; its name, with somebody's telephone number, is kept nowhere."""
    form = {"file": (BytesIO(content), name, "image/jpeg")}
    return client.post("/files", data=form, headers=who, content_type="multipart/form-data")


def code_of(response: Any) -> str:
    """Return the code of a refusal."""
    return response.json["errors"][0]["extensions"]["code"]


def told_of(response: Any) -> Any:
    """Return what the answer to an upload tells of the file."""
    assert response.status_code == 201, response.text
    return response.json["file"]
