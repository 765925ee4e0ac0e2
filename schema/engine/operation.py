"""A document's operation, made ready once: parsed, validated, and planned for each shape of its variables."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    parse,
    validate,
)

from schema.catalog.derived_fields import fields_by_graphql_name
from schema.catalog.fields import NodeLookup, Resolved
from schema.catalog.registry import Catalog
from schema.engine.bindings import Param, PayloadRow, RequestValues, Var, leaf, members
from schema.engine.bounds import Bounds, check_count, nodes_of
from schema.engine.describe import DEFINITIONS, Description
from schema.engine.dialects import Dialect
from schema.engine.emit import Emitted, emit
from schema.engine.plan import Cost, Tally
from schema.engine.planner import Limits, Planner, node_types
from schema.engine.resolving import Resolving
from schema.engine.selection import Reader, Selected
from schema.engine.variables import VariableReader
from schema.errors import RequestErrorCode, RequestRefused

# Shapes of variables that one operation keeps plans for.
_MAX_SHAPES = 32
# Characters of a document, or of the statements made for it, that cost a point when they are made ready.
_CHARACTERS_A_POINT, _SQL_A_POINT = 20, 100
# Points for performing a mutation, besides what its payload reads.
_MUTATION_COST = 10


class DocumentRefused(Exception):
    """A document that is not GraphQL, or does not fit the schema. errors: as the library words them."""

    def __init__(self, code: RequestErrorCode, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.code = code
        self.errors = errors


# How many results a form has at most whose input is no list of rows.
MAX_RESULTS = 200
# Of each mutation's payload, by name: the type of the object that it shows, or what each of several results shows.
PayloadShape = Mapping[str, str | Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class PayloadField:
    """A field of a payload: statement, which reads its object; results, what is selected of each; or a plain value."""

    selected: Selected
    statement: Emitted | None = None
    results: tuple["PayloadField", ...] | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """A mutation that was asked for, and what of its payload."""

    selected: Selected
    fields: tuple[PayloadField, ...]


@dataclass(frozen=True, slots=True)
class PreparedField:
    """A root field that is ready to be answered.

    key: its response key. One of these is set: statement, which reads it; text, which is it; resolved, a function of
    the request; payload, of a mutation; description, of the schema. tally: counts the points of what was read.
    """

    key: str
    cost: Cost
    statement: Emitted | None = None
    tally: Tally | None = None
    text: bytes | None = None
    resolved: tuple[Callable[[Selected, RequestValues], object], Selected] | None = None
    payload: Payload | None = None
    description: Description | None = None


class Operation:
    """One operation of a valid document.

    Raises (when made):
        DocumentRefused: the document is not GraphQL, does not fit the schema, or has no operation of that name.
        RequestRefused: there is too much of something in it.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        catalog: Catalog,
        payloads: Mapping[str, PayloadShape],
        text: str,
        name: str | None,
        limits: Limits,
        dialect: Dialect,
    ) -> None:
        self.schema = schema
        self.catalog = catalog
        self.payloads = payloads
        self.limits = limits
        self.dialect = dialect
        self.document = read_document(schema, text, limits.bounds)
        self.node = _chosen(self.document, name)
        self.is_query = self.node.operation is OperationType.QUERY
        self.is_atomic = any(directive.name.value == "atomic" for directive in self.node.directives or ())
        self.variables = VariableReader(schema, self.node, limits.bounds)
        self._id_variables = _id_variables(catalog, self.document)
        self._plans: dict[Hashable, tuple[PreparedField, ...]] = {}
        # Points for work that was done once, until somebody has paid for it.
        self.unpaid = document_points(text)

    def fields(self, variables: Mapping[str, object], visibility: Hashable) -> tuple[PreparedField, ...]:
        """Return the root fields, planned for the shape of these variables and for what the viewer sees.

        Raises:
            RequestRefused: an argument is out of bounds, or the query is nested too deeply.
        """
        named = self._named_types(variables) if self._id_variables else None
        shape = (visibility, self.variables.shape(variables), named)
        known = self._plans.get(shape)
        if known is None:
            known = self._planned(variables, visibility)
            if len(self._plans) >= _MAX_SHAPES:
                self._plans.pop(next(iter(self._plans)), None)
            self._plans[shape] = known
        return known

    def _named_types(self, variables: Mapping[str, object]) -> frozenset[str]:
        """Return the types that the ids of node lookups name, as far as they stand in variables."""
        given = [variables[name] for name in self._id_variables if name in variables]
        ids = [value for item in given for value in (item if isinstance(item, list) else [item])]
        return node_types(self.catalog, [value for value in ids if isinstance(value, str)])

    @property
    def shapes(self) -> int:
        """How many shapes of variables it has plans for."""
        return len(self._plans)

    def _planned(self, variables: Mapping[str, object], visibility: Hashable) -> tuple[PreparedField, ...]:
        root_type = self.schema.query_type if self.is_query else self.schema.mutation_type
        if root_type is None:
            raise RequestRefused(RequestErrorCode.BAD_USER_INPUT, "Only queries and mutations are supported.")
        reader = Reader(self.schema, self.document, variables, self.limits.max_depth)
        planner = Planner(self.catalog, self.limits, visibility, variables)
        ready = self._prepared if self.is_query else self._prepared_mutation
        asked = reader.root(self.node, root_type)
        check_count("root fields", len(asked), self.limits.bounds.root_fields)
        return tuple(ready(selected, planner, reader) for selected in asked)

    def _prepared_mutation(self, selected: Selected, planner: Planner, _: Reader) -> PreparedField:
        if selected.name == "__typename":
            return PreparedField(selected.key, Cost(0), text=b'"Mutation"')
        shows = self.payloads[selected.name]
        is_bulk = any(not isinstance(shown, str) for shown in shows.values())
        rows = _rows_given(selected) if is_bulk else 1
        fields, parts = self._payload(selected.only(), shows, planner, rows)
        return PreparedField(
            selected.key, Cost(0, ((rows, Cost(_MUTATION_COST)), *parts)), payload=Payload(selected, fields)
        )

    def _payload(
        self, selections: tuple[Selected, ...], shows: PayloadShape, planner: Planner, rows: int | Param = 1
    ) -> tuple[tuple[PayloadField, ...], tuple[tuple[int | Param, Cost], ...]]:
        fields: list[PayloadField] = []
        parts: list[tuple[int | Param, Cost]] = []
        for selected in selections:
            shown = shows.get(selected.name)
            if shown is None:
                fields.append(PayloadField(selected))
            elif isinstance(shown, str):
                plan = planner.plan_row(shown, selected, PayloadRow(selected.name))
                fields.append(PayloadField(selected, emit(plan, self.catalog, self.dialect)))
                parts.append((1, plan.cost))
            else:
                results, each = self._payload(selected.only(), shown, planner)
                fields.append(PayloadField(selected, results=results))
                parts.append((rows, Cost(0, each)))
        return tuple(fields), tuple(parts)

    def _prepared(self, selected: Selected, planner: Planner, reader: Reader) -> PreparedField:
        if selected.name == "__typename":
            return PreparedField(selected.key, Cost(0), text=b'"Query"')
        if selected.name in DEFINITIONS:
            assert self.schema.query_type
            nodes = reader.fields_of(self.schema.query_type, [self.node.selection_set])[selected.key]
            description = Description(self.schema, reader, nodes, self.limits.max_cost)
            return PreparedField(selected.key, Cost(0, ((description, Cost(1)),)), description=description)
        item = fields_by_graphql_name(self.catalog, self.catalog.root.name)[selected.name]
        if isinstance(item, Resolved):
            found = Resolving(self.catalog, self.limits, self.dialect, planner, item, selected)
            return PreparedField(
                selected.key, found.cost.fold_constants(), resolved=(found, selected), tally=found.cost.tally()
            )
        plan = planner.plan(selected)
        statement = emit(plan, self.catalog, self.dialect)
        self.unpaid += len(statement.sql) // _SQL_A_POINT
        return PreparedField(selected.key, plan.cost.fold_constants(), statement=statement, tally=plan.cost.tally())


def _rows_given(selected: Selected) -> int | Param:
    """Return how many rows a bulk form is given, or where that can be seen when it runs.

    One that is given none makes as many as its other values say, which costs as if it were the most.
    """
    given = selected.arguments["input"]
    if isinstance(given, Var):
        return Param(leaf(given), lambda value, _: len(value["rows"]) if "rows" in value else MAX_RESULTS)
    rows = members(given).get("rows")
    if rows is None or isinstance(rows, list):
        return MAX_RESULTS if rows is None else len(rows)
    return Param(leaf(rows), lambda value, _: len(value))


def document_points(text: str) -> int:
    """Return the points for making a document ready, or finding that it is not one."""
    return len(text) // _CHARACTERS_A_POINT


def read_document(schema: GraphQLSchema, text: str, bounds: Bounds) -> DocumentNode:
    """Parse a document and see that it fits the schema; which of its operations is meant does not matter.

    Raises:
        DocumentRefused: it is not GraphQL, or does not fit.
        RequestRefused: DOCUMENT_TOO_LARGE.
    """
    try:
        document = parse(text, max_tokens=bounds.tokens)
    except GraphQLError as error:
        raise DocumentRefused(RequestErrorCode.GRAPHQL_PARSE_FAILED, [error]) from None
    except RecursionError:
        error = GraphQLError("The document is nested too deeply.")
        raise DocumentRefused(RequestErrorCode.GRAPHQL_PARSE_FAILED, [error]) from None
    # Before validation, which takes far longer over many aliases or directives than reading them did.
    bounds.check_document(document)
    errors = validate(schema, document)
    if errors:
        raise DocumentRefused(RequestErrorCode.GRAPHQL_VALIDATION_FAILED, errors)
    return document


def _id_variables(catalog: Catalog, document: DocumentNode) -> tuple[str, ...]:
    """List the variables that node lookups of a document take their ids from."""
    lookups = {item.graphql_name for item in catalog.root.relations(NodeLookup)}
    found: dict[str, None] = {}
    # Lookups are fields of the root, so what is selected below a field is of no interest.
    sets = [node.selection_set for node in document.definitions if isinstance(node, ExecutableDefinitionNode)]
    while sets:
        for node in sets.pop().selections:
            if isinstance(node, InlineFragmentNode):
                sets.append(node.selection_set)
            elif isinstance(node, FieldNode) and node.name.value in lookups:
                inside = (part for argument in node.arguments or () for part in nodes_of(argument))
                found |= {part.name.value: None for part in inside if isinstance(part, VariableNode)}
    return tuple(found)


def _chosen(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    named = [node for node in operations if name is None or (node.name and node.name.value == name)]
    if len(named) == 1:
        return named[0]
    if not operations:
        message = "The document contains no operation."
    elif name is None:
        message = "The document contains several operations; name one with operationName."
    else:
        message = f"The document contains no operation named {name}."
    raise DocumentRefused(RequestErrorCode.GRAPHQL_VALIDATION_FAILED, [GraphQLError(message)])
