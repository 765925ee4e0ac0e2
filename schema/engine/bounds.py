"""How large a document and the values in it may be; looked at before anything is validated or planned."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import DirectiveNode, DocumentNode, FieldNode, ListValueNode, Node, StringValueNode

from schema.errors import RequestErrorCode, RequestRefused, bad_input


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may be written in one request.

    root_fields: of the operation itself, fragments opened. filter_nodes: fields, `and`, `or` and `not` in one filter.
    list_items, characters: of one list or text, in the document or in a variable.
    """

    tokens: int = 4_000
    aliases: int = 100
    directives: int = 100
    root_fields: int = 30
    filter_nodes: int = 200
    list_items: int = 1_000
    characters: int = 20_000

    def see_document(self, document: DocumentNode) -> None:
        """See that a document has not too much of anything.

        Raises:
            RequestRefused: DOCUMENT_TOO_LARGE, with what there is too much of; BAD_USER_INPUT, a list or text too long.
        """
        aliases = directives = 0
        for node in _nodes(document):
            if isinstance(node, FieldNode):
                aliases += node.alias is not None
            elif isinstance(node, DirectiveNode):
                directives += 1
            elif isinstance(node, ListValueNode):
                self.see_value(node.values)
            elif isinstance(node, StringValueNode):
                self.see_value(node.value)
        see_count("aliases", aliases, self.aliases)
        see_count("directives", directives, self.directives)

    def see_value(self, value: Any) -> None:
        """See that a list or text, or what is inside a value, is not too long.

        Raises:
            RequestRefused: BAD_USER_INPUT.
        """
        if isinstance(value, str):
            if len(value) > self.characters:
                raise bad_input(f"A text has {len(value)} characters; at most {self.characters} are allowed.")
        elif isinstance(value, list | tuple):
            if len(value) > self.list_items:
                raise bad_input(f"A list has {len(value)} items; at most {self.list_items} are allowed.")
            for item in value:
                self.see_value(item)
        elif isinstance(value, dict):
            for item in value.values():
                self.see_value(item)


BOUNDS = Bounds()


def see_count(what: str, count: int, limit: int) -> None:
    """See that there is not too much of something. what: in the plural.

    Raises:
        RequestRefused: DOCUMENT_TOO_LARGE.
    """
    if count > limit:
        raise RequestRefused(
            RequestErrorCode.DOCUMENT_TOO_LARGE,
            f"The request has {count} {what}; at most {limit} are allowed. Ask for it in several requests.",
            details={"what": what, "count": count, "limit": limit},
        )


def _nodes(document: DocumentNode) -> Iterator[Node]:
    """Go through all nodes, without a call for each level of them."""
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        yield node
        for key in node.keys:
            below = getattr(node, key, None)
            if isinstance(below, Node):
                waiting.append(below)
            elif isinstance(below, list | tuple):
                waiting.extend(item for item in below if isinstance(item, Node))
