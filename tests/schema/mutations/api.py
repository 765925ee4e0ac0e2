"""Requests to the API by the people of the town."""

import json
from datetime import datetime
from typing import Any

from db.fields import utc_text
from schema.context import Context, Viewer
from schema.execute import Executor, Request
from tests.db.issues.town import Town
from tests.factories import AT


class Api:
    """The API as each of the town's people meets it; `None` is nobody."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.executor = Executor()

    def ask(
        self, who: str | None, text: str, *, at: datetime = AT, language: str = "en", **variables: Any
    ) -> dict[str, Any]:
        """Send a document and give the whole answer."""
        account = self.town.accounts[who] if who else None
        viewer = Viewer(account.id, account.name) if account else None
        context = Context(viewer, utc_text(at), language=language)
        return json.loads(self.executor.execute(Request(text, variables), context).body)

    def change(self, who: str, name: str, shown: str = "issue { state }", **given: Any) -> Any:
        """Perform one mutation with an input, and give its payload."""
        title = name[0].upper() + name[1:]
        document = f"""mutation ($input: {title}Input!) {{ {name}(input: $input) {{
            {shown} isReplayed clientMutationId userErrors {{ code field message }} }} }}"""
        options = {key: given.pop(key) for key in ("at", "language") if key in given}
        answer = self.ask(who, document, input=given, **options)
        assert "errors" not in answer, answer
        return answer["data"][name]

    def refused(self, who: str, name: str, **given: Any) -> list[tuple[str, str]]:
        """Perform one mutation and give the codes and fields of its refusals."""
        payload = self.change(who, name, "__typename", **given)
        return [(error["code"], ".".join(error["field"] or [])) for error in payload["userErrors"]]
