"""First stage: GraphQL nodes and variables to a tree of what is selected. Knows GraphQL and no SQL.

Fragments, aliases, `@skip`, `@include` and merging are settled here; what stays open are the values of variables that
do not change the answer's shape.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLNullableInputType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLType,
    InlineFragmentNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_object_type,
)
from graphql.utilities.coerce_input_value import coerce_input_literal

from schema.engine.bindings import Argument, Const, Var
from schema.errors import Path, RequestErrorCode, RequestRefused, bad_input

# Enums whose value changes the statement itself; the values of all others are bound.
STRUCTURAL_ENUMS = ("OrderDirection", "NullsOrder", "Scope")
STRUCTURAL_SUFFIXES = ("OrderField", "GroupBy")
# What the inputs of reads end with; all others belong to mutations.
_READING_INPUTS = ("Filter", "Having", "Order")


class _Absent(Enum):
    """That an argument, or a variable in its place, was left out."""

    ABSENT = "ABSENT"


_ABSENT: Final = _Absent.ABSENT
_TRUTH = GraphQLNonNull(GraphQLBoolean)


@dataclass(frozen=True, slots=True)
class Selected:
    """A field that was asked for. `fields`: by concrete type, what is selected below it; empty for a leaf."""

    key: str
    name: str
    path: tuple[str, ...]
    arguments: Mapping[str, Argument]
    fields: Mapping[str, tuple["Selected", ...]]

    def only(self) -> tuple["Selected", ...]:
        """Return what is selected below a field of an object type."""
        return next(iter(self.fields.values()))


def is_structural(leaf: GraphQLType) -> bool:
    """Return whether values of a leaf type change the statement."""
    if isinstance(leaf, GraphQLEnumType):
        return leaf.name in STRUCTURAL_ENUMS or leaf.name.endswith(STRUCTURAL_SUFFIXES)
    return isinstance(leaf, GraphQLScalarType) and leaf.name == GraphQLBoolean.name


def is_whole(wrapped: GraphQLType) -> bool:
    """Return whether a type is an input of mutations, whose values never change a statement and stay in one piece."""
    return isinstance(wrapped, GraphQLInputObjectType) and not wrapped.name.endswith(_READING_INPUTS)


def nullable_type(wrapped: GraphQLInputType) -> GraphQLNullableInputType:
    """Return a type without its non-null wrapper."""
    return wrapped.of_type if isinstance(wrapped, GraphQLNonNull) else wrapped


class Reader:
    """Reads one operation of a valid document. variables: coerced; absent ones are left out."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, object], max_depth: int
    ) -> None:
        self.schema = schema
        self.variables = variables
        self.max_depth = max_depth
        self.fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }

    def root(self, operation: OperationDefinitionNode, root_type: GraphQLObjectType) -> tuple[Selected, ...]:
        """List the root fields, in the order of the answer.

        Raises:
            RequestRefused: QUERY_TOO_DEEP, nested below `max_depth` levels.
        """
        return self._select(root_type, [operation.selection_set], ())

    def fields_of(self, parent: GraphQLObjectType, sets: Iterable[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """Collect the fields that apply to a concrete type by response key (the specification's CollectFields)."""
        collected: dict[str, list[FieldNode]] = {}
        visited: set[str] = set()
        for selection_set in sets:
            self._collect(parent, selection_set, collected, visited)
        return collected

    def _collect(
        self,
        parent: GraphQLObjectType,
        selection_set: SelectionSetNode,
        collected: dict[str, list[FieldNode]],
        visited: set[str],
    ) -> None:
        for node in selection_set.selections:
            if not self._is_included(node.directives):
                continue
            if isinstance(node, FieldNode):
                collected.setdefault((node.alias or node.name).value, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or self._applies(node.type_condition.name.value, parent):
                    self._collect(parent, node.selection_set, collected, visited)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in visited:
                visited.add(node.name.value)
                fragment = self.fragments[node.name.value]
                if self._applies(fragment.type_condition.name.value, parent):
                    self._collect(parent, fragment.selection_set, collected, visited)

    def _applies(self, condition: str, parent: GraphQLObjectType) -> bool:
        if condition == parent.name:
            return True
        conditional = self.schema.type_map[condition]
        return is_abstract_type(conditional) and self.schema.is_sub_type(conditional, parent)

    def _is_included(self, directives: Iterable[DirectiveNode] | None) -> bool:
        for directive in directives or ():
            if directive.name.value in ("skip", "include"):
                assert directive.arguments
                node = directive.arguments[0].value
                if isinstance(node, VariableNode):
                    value = self._given(node, _TRUTH)
                else:
                    assert isinstance(node, BooleanValueNode)
                    value = node.value
                if value is (directive.name.value == "skip"):
                    return False
        return True

    def _select(
        self, parent: GraphQLObjectType, sets: list[SelectionSetNode], path: tuple[str, ...]
    ) -> tuple[Selected, ...]:
        if len(path) > self.max_depth:
            raise RequestRefused(
                RequestErrorCode.QUERY_TOO_DEEP,
                f"The query is nested more than {self.max_depth} levels deep; ask for less at once.",
                path,
                {"maxDepth": self.max_depth},
            )
        collected = self.fields_of(parent, sets)
        return tuple(self._selected(parent, key, nodes, (*path, key)) for key, nodes in collected.items())

    def _selected(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode], path: tuple[str, ...]) -> Selected:
        name = nodes[0].name.value
        if name.startswith("__"):
            return Selected(key, name, path, {}, {})
        definition = parent.fields[name]
        target = get_named_type(definition.type)
        fields: dict[str, tuple[Selected, ...]] = {}
        if not is_leaf_type(target):
            sets = [node.selection_set for node in nodes if node.selection_set]
            concrete = [target] if is_object_type(target) else self.schema.get_possible_types(target)
            fields = {possible.name: self._select(possible, sets, path) for possible in concrete}
        return Selected(key, name, path, self._arguments(nodes[0], definition, path), fields)

    def _arguments(self, node: FieldNode, definition: GraphQLField, path: tuple[str, ...]) -> dict[str, Argument]:
        read: dict[str, Argument] = {}
        for argument in node.arguments or ():
            name = argument.name.value
            value = self._literal(argument.value, definition.args[name].type, (*path, name))
            if value is not _ABSENT:
                read[name] = value
        return read

    def _given(self, node: VariableNode, wrapped: GraphQLInputType, where: Path = ()) -> object:
        """Return a variable's value, `_ABSENT` without one.

        A variable that may be null is valid in a place that may not when it has a default (the specification's
        IsVariableUsageAllowed), so null must be refused here.

        Raises:
            RequestRefused: BAD_USER_INPUT, it is null where a value is needed. where: the path of that place.
        """
        name = node.name.value
        value = self.variables.get(name, _ABSENT)
        if value is None and isinstance(wrapped, GraphQLNonNull):
            message = (
                f"The variable ${name} is null, but {wrapped} is expected; give a value, or leave the variable out."
            )
            raise bad_input(message, where)
        return value

    def _literal(self, node: ValueNode, wrapped: GraphQLInputType, where: Path) -> "Argument | _Absent":
        type_ = nullable_type(wrapped)
        if isinstance(node, VariableNode):
            value = self._given(node, wrapped, where)
            return value if value is _ABSENT else self._variable(value, type_, (node.name.value,))
        if isinstance(node, NullValueNode):
            return None
        if isinstance(type_, GraphQLList):
            items = (node.values or ()) if isinstance(node, ListValueNode) else (node,)
            read = [self._literal(item, type_.of_type, (*where, at)) for at, item in enumerate(items)]
            return [None if item is _ABSENT else item for item in read]
        if isinstance(type_, GraphQLInputObjectType):
            assert isinstance(node, ObjectValueNode)
            return self._object(node, type_, where)
        if isinstance(type_, GraphQLEnumType):
            assert isinstance(node, EnumValueNode)
            return Const(node.value)
        return Const(coerce_input_literal(node, type_))

    def _object(self, node: ObjectValueNode, type_: GraphQLInputObjectType, where: Path) -> dict[str, Argument]:
        read: dict[str, Argument] = {}
        for field in node.fields or ():
            name = field.name.value
            value = self._literal(field.value, type_.fields[name].type, (*where, name))
            if value is not _ABSENT:
                read[name] = value
        return read

    def _variable(self, value: object, wrapped: GraphQLInputType, path: Path) -> Argument:
        type_ = nullable_type(wrapped)
        if value is None:
            return None
        if isinstance(type_, GraphQLList):
            item = nullable_type(type_.of_type)
            if is_whole(item) or (is_leaf_type(item) and not is_structural(item)):
                return Var(path)
            values = value if isinstance(value, list) else [value]
            return [self._variable(entry, item, (*path, index)) for index, entry in enumerate(values)]
        if is_whole(type_):
            return Var(path)
        if isinstance(type_, GraphQLInputObjectType):
            assert isinstance(value, dict)
            return {
                name: self._variable(entry, type_.fields[name].type, (*path, name)) for name, entry in value.items()
            }
        return Const(value) if is_structural(type_) else Var(path)
