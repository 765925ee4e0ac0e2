"""How large a document and the values in it may be; looked at before anything is validated or planned."""

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
)

from schema.errors import RequestErrorCode, RequestRefused, bad_input

# No document that is answered has more levels.
_MAX_DEPTH = 64
# A longer number fits no type, and Python refuses to read one of thousands of digits.
_MAX_DIGITS = 100


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may be written in one request.

    root_fields: of the operation itself, fragments opened. fields: all of them, likewise: a fragment counts wherever it
    is spread. field_pairs: fields of one response key in one place, two by two, for validation compares each with each.
    filter_nodes: fields, `and`, `or` and `not` in one filter. filter_depth: relations
    inside each other in one filter. list_items, characters: of one list or text, in the
    document or in a variable.
    """

    tokens: int = 4_000
    aliases: int = 100
    directives: int = 100
    root_fields: int = 30
    fields: int = 2_000
    field_pairs: int = 2_500
    filter_nodes: int = 200
    filter_depth: int = 8
    list_items: int = 1_000
    characters: int = 20_000

    def check_document(self, document: DocumentNode) -> None:
        """Check that a document has not too much of anything.

        Raises:
            RequestRefused: DOCUMENT_TOO_LARGE, with what there is too much of; BAD_USER_INPUT, a list or text too long.
        """
        aliases = directives = 0
        for node in nodes_of(document):
            if isinstance(node, FieldNode):
                aliases += node.alias is not None
            elif isinstance(node, DirectiveNode):
                directives += 1
            elif isinstance(node, ListValueNode):
                self.check_value(node.values)
            elif isinstance(node, StringValueNode):
                self.check_value(node.value)
            elif isinstance(node, IntValueNode | FloatValueNode) and len(node.value) > _MAX_DIGITS:
                raise bad_input(f"A number has {len(node.value)} digits; at most {_MAX_DIGITS} are allowed.")
        check_count("aliases", aliases, self.aliases)
        check_count("directives", directives, self.directives)
        _Opened(document, self)

    def check_value(self, value: object) -> None:
        """Check that a list or text, or what is inside a value, is not too long.

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
                self.check_value(item)
        elif isinstance(value, dict):
            for item in value.values():
                self.check_value(item)


BOUNDS = Bounds()


def check_count(what: str, count: int, limit: int) -> None:
    """Check that there is not too much of something. what: in the plural.

    Raises:
        RequestRefused: DOCUMENT_TOO_LARGE.
    """
    if count > limit:
        raise RequestRefused(
            RequestErrorCode.DOCUMENT_TOO_LARGE,
            f"The request has {count} {what}; at most {limit} are allowed. Ask for it in several requests.",
            details={"what": what, "count": count, "limit": limit},
        )


class _Opened:
    """A document with its fragments opened, as validation and planning go through it, and its fields counted.

    Raises (when made):
        RequestRefused: DOCUMENT_TOO_LARGE, as soon as there are too many.
    """

    def __init__(self, document: DocumentNode, bounds: Bounds) -> None:
        self._bounds = bounds
        self._fields = self._pairs = 0
        definitions = document.definitions
        self._fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}
        for definition in definitions:
            if isinstance(definition, OperationDefinitionNode):
                self._count([definition.selection_set], 1)

    def _count(self, sets: list[SelectionSetNode], level: int) -> None:
        by_key: dict[str, list[FieldNode]] = {}
        self._collect(sets, by_key, set())
        for nodes in by_key.values():
            self._fields += 1
            self._pairs += len(nodes) * (len(nodes) - 1) // 2
            check_count("fields with all fragments opened", self._fields, self._bounds.fields)
            check_count("pairs of fields to compare", self._pairs, self._bounds.field_pairs)
            below = [node.selection_set for node in nodes if node.selection_set]
            # What goes on further is a circle of fragments, about which validation has the better words.
            if below and level < _MAX_DEPTH:
                self._count(below, level + 1)

    def _collect(self, sets: list[SelectionSetNode], by_key: dict[str, list[FieldNode]], opened: set[str]) -> None:
        waiting = list(sets)
        while waiting:
            for node in waiting.pop().selections:
                if isinstance(node, FieldNode):
                    by_key.setdefault((node.alias or node.name).value, []).append(node)
                elif isinstance(node, InlineFragmentNode):
                    waiting.append(node.selection_set)
                elif isinstance(node, FragmentSpreadNode) and node.name.value not in opened:
                    opened.add(node.name.value)
                    if fragment := self._fragments.get(node.name.value):
                        waiting.append(fragment.selection_set)


def nodes_of(node: Node) -> Iterator[Node]:
    """Iterate over a node and all below it, without a call for each level of them."""
    waiting: list[Node] = [node]
    while waiting:
        node = waiting.pop()
        yield node
        for key in node.keys:
            below = getattr(node, key, None)
            if isinstance(below, Node):
                waiting.append(below)
            elif isinstance(below, list | tuple):
                waiting.extend(item for item in below if isinstance(item, Node))
