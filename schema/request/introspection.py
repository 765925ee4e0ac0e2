"""Who may ask what the graph is made of: by `__schema` and `__type`, or by the hints in what refuses a document."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from graphql.pyutils import did_you_mean

from db.access.actor import actor_of
from db.access.models.account import Role, roles_with
from schema.engine import PreparedField
from schema.errors import RequestErrorCode, RequestRefused
from schema.request.context import Context

EVERYBODY, SIGNED_IN, NOBODY = "everybody", "signed-in", "nobody"
# Roles that can be given to somebody.
ROLES = tuple(role.value for role in roles_with(lambda powers: powers.granted_from))
# How the library begins every hint, which it puts at the end of a message.
_HINT = did_you_mean(["x"]).partition("'")[0]


class Introspection:
    """Lets some viewers introspect. who: `signed-in`, `nobody`, or names of roles, of which one must be held."""

    def __init__(self, who: Collection[str]) -> None:
        self._who = who
        self._roles = frozenset(Role(name) for name in who if name in ROLES)

    def check(self, fields: Iterable[PreparedField], context: Context) -> None:
        """Check that the viewer may ask for these root fields.

        Raises:
            RequestRefused: INTROSPECTION_DISABLED, `__schema` or `__type` is among them and the viewer may not.
        """
        if any(field.description for field in fields) and not self._is_open_to(context):
            raise RequestRefused(RequestErrorCode.INTROSPECTION_DISABLED, self._message())

    def withhold_hints(self, errors: Iterable[dict[str, Any]], context: Context) -> None:
        """Cut "Did you mean …" off the messages where the viewer may not introspect; it names parts of the graph."""
        hinting = [error for error in errors if _HINT in error["message"]]
        if hinting and not self._is_open_to(context):
            for error in hinting:
                error["message"] = error["message"].partition(_HINT)[0]

    def _is_open_to(self, context: Context) -> bool:
        if context.viewer is None:
            return False
        return SIGNED_IN in self._who or holds_any(context, self._roles)

    def _message(self) -> str:
        if SIGNED_IN in self._who:
            return "Only signed-in users may introspect the schema; send a token in the Authorization header."
        if self._roles:
            return f"Only {', '.join(self._who)} may introspect the schema; send a token of such an account."
        return "Introspection is turned off; ask the operator of the server for its schema.graphql."


def holds_any(context: Context, roles: Collection[Role]) -> bool:
    """Return whether the viewer holds one of these roles, wherever that is."""
    viewer = context.viewer
    if viewer is None or not roles:
        return False
    held = actor_of(viewer.account_id, datetime.fromisoformat(context.now), viewer.mandate).held
    return any(one.role in roles for one in held)
