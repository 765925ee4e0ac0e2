"""What the tests of mutations ask with: the town of the commands' tests, spoken to in GraphQL."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson

from db.kernel.database import is_postgres
from db.kernel.fields import utc_text
from schema.request.context import Context
from schema.request.execute import Executor, Request
from tests.factories import AT
from tests.graph.sides import signed_in
from tests.town import Town

ERRORS = "userErrors { code field message }"


@cache
def executor(_is_postgres: bool) -> Executor:
    """Return an executor of each database's own: it keeps that database's statements."""
    return Executor()


def answer_to(account_id: int | None, text: str, at: Any = AT, language: str = "en", **variables: Any) -> Any:
    """Answer a document as an account asks it; None is nobody."""
    viewer = signed_in(account_id, utc_text(at)) if account_id is not None else None
    context = Context(viewer, utc_text(at), language=language)
    return orjson.loads(executor(is_postgres()).execute(Request(text, variables), context).body)


def mutation(name: str, shows: str) -> str:
    """Write the document that performs one mutation with `$input` and shows `userErrors` besides."""
    title = name[0].upper() + name[1:]
    return f"mutation ($input: {title}Input!) {{ {name}(input: $input) {{ {shows} {ERRORS} }} }}"


@dataclass
class Asking:
    """Sends mutations as somebody of the town."""

    town: Town

    def answer(self, who: str | None, text: str, at: Any = AT, language: str = "en", **variables: Any) -> Any:
        """Answer a document; `who` None is nobody."""
        return answer_to(self.town.accounts[who].id if who else None, text, at, language, **variables)

    def change(self, who: str | None, name: str, shows: str, /, at: Any = AT, **given: Any) -> Any:
        """Perform one mutation and give its payload, with `userErrors`."""
        answer = self.answer(who, mutation(name, shows), at, input=given)
        assert "errors" not in answer, answer
        return answer["data"][name]

    def refused(self, who: str, name: str, /, at: Any = AT, **given: Any) -> list[tuple[str, list[str] | None]]:
        """Perform a mutation that shows nothing and is refused; return each error's code and field."""
        payload = self.change(who, name, "__typename", at, **given)
        return [(error["code"], error["field"]) for error in payload["userErrors"]]
