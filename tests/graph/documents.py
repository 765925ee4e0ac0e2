"""Random documents that are valid for the schema: a walk over its types, with values that occur in a world's rows.

Whatever the schema gains is written about without a change here. All chance comes from one `Random`, so hypothesis can
stand behind it and shrink what it finds.
"""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    Undefined,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from tests.graph.evaluator import FOUND_BY_NOTHING, TOGETHER, Evaluator, Part, World, camel, looked_up, shown
from tests.graph.maker import DAYS, LINES, NOW

DURATIONS = ["P0D", "-P7D", "P1W", "-PT1S", "P400D", "-P1DT2H3M4S"]
NUMBERS = [0, 1, 2, 3, 10, -1]
# Ids and numbers of nothing.
NOWHERE = ["Issue_0", "Issue_999999", "Nothing_1", "Issue_01", "", "_", "Member_9223372036854775808", "Account_1"]
# Types whose own scalars are less than what they hold.
WRAPPERS = ("Connection", "Edge", "Aggregate", "Group")
# Fields that tell of the request or of who may do what, and of no row.
ROWLESS = ("rateLimit", "ledgerVerification", "ledgerExport", "availableTransitions", "changes")


@dataclass
class Document:
    """A document with variables. cursors: variables to fill with what stands under fields of their own name."""

    text: str
    variables: dict[str, Any]
    name: str | None = None
    cursors: list[str] = field(default_factory=list)


@dataclass
class Scope:
    """What one object of the answer holds so far, so that what is selected twice can be merged.

    keys: response key to (field, its arguments, what is below). kinds: by concrete type, below a union or interface.
    single: the one kind whose response keys bear no prefix. without: fields that make no sense here.
    likely: fields to prefer, here and on the levels below. cursor: the variable that a connection's cursors are kept
    for, and the selection that shows one.
    """

    keys: dict[str, tuple[str, str, "Scope"]] = field(default_factory=dict)
    kinds: dict[str, "Scope"] = field(default_factory=dict)
    single: str = ""
    without: tuple[str, ...] = ()
    likely: tuple[tuple[str, ...], ...] = ()
    cursor: tuple[str, str] = ("", "")


class Samples:
    """Values that occur in a world, by type and field."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.evaluator = Evaluator(world, NOW)
        self.known: dict[tuple[str, str], list[Any]] = {}

    def values(self, type_name: str, name: str) -> list[Any]:
        """List what a scalar field shows, over all rows."""
        key = (type_name, name)
        if key not in self.known:
            found = [self._value(type_name, row, name) for row in self._rows(type_name)]
            self.known[key] = [value for value in found if value is not None]
        return self.known[key]

    def ids(self) -> list[str]:
        """List global ids of many types, and some that name nothing."""
        return [*NOWHERE, *(value for name in self.world.nodes for value in self.values(name, "id")[:5])]

    def _value(self, type_name: str, row: Any, name: str) -> Any:
        return f"{type_name}_{row.id}" if name == "id" else shown(self.evaluator.value(row, name, {}))

    def _rows(self, type_name: str) -> list[Any]:
        if type_name in self.world.rows:
            return self.world.rows[type_name]
        owner = {"DivisionStats": "Division", "CommitteeCompliance": "Committee"}[type_name]
        return [Part(type_name, row, "SUBTREE") for row in self.world.rows[owner]]


class Writer:
    """Writes one document."""

    def __init__(self, random: Random, samples: Samples) -> None:
        self.random = random
        self.samples = samples
        self.schema = samples.world.schema
        self.variables: dict[str, Any] = {}
        self.declared: list[str] = []
        self.fragments: list[str] = []
        self.reusable: list[tuple[str, str, int]] = []  # Type, name, depth.
        self.cursors: list[str] = []
        self.count = 0

    def document(self) -> Document:
        """Write a whole document."""
        root = self.schema.query_type
        assert root
        depth = self.random.choice([1, 1, 1, 2, 2, 2, 3, 3, 4, 5])
        selection = self.selection(root, depth, Scope(), most=2)
        declared = f"({' '.join(self.declared)})" if self.declared else ""
        name = self.random.choice([None, None, "Read"])
        head = f"query {name or ''}{declared} " if name or declared or self.often(0.2) else ""
        others = ["query Other { __typename }"] if name and self.often(0.3) else []
        parts = [head + selection, *self.fragments, *others]
        self.random.shuffle(parts)
        return Document("\n".join(parts), self.variables, name, self.cursors)

    def often(self, share: float) -> bool:
        """Return by chance whether to do something."""
        return self.random.random() < share

    def new(self, stem: str) -> str:
        """Make a name that is not taken."""
        self.count += 1
        return f"{stem}{self.count}"

    # --- Selections ---------------------------------------------------------------------------------------------------

    def selection(self, type_: Any, depth: int, scope: Scope, prefix: str = "", most: int = 4) -> str:
        """Write a selection set. depth: how many more rows may be nested. prefix: of all response keys, if any."""
        if is_abstract_type(type_):
            items = self.possibilities(type_, depth, scope)
        else:
            count = self.random.randint(1, 2 if depth > 3 else most)
            items = [self.item(type_, depth, scope, prefix) for _ in range(count)]
        if scope.cursor[1]:
            items.append(scope.cursor[1])
        return f"{{ {' '.join(items)} }}"

    def possibilities(self, type_: Any, depth: int, scope: Scope) -> list[str]:
        """Select from the types that a union or interface can be."""
        possible = list(self.schema.get_possible_types(type_))
        chosen = self.random.sample(possible, min(len(possible), self.random.randint(0, 3)))
        items = ["__typename", *(["id"] if type_.name == "Node" else [])]
        for concrete in chosen:
            scope.single = scope.single or concrete.name
            prefix = "" if concrete.name == scope.single else f"{concrete.name.lower()}_"
            below = scope.kinds.setdefault(concrete.name, Scope())
            items.append(self.fragment(concrete, self.selection(concrete, depth, below, prefix)))
        if self.often(0.2):
            items.append(self.fragment(self.schema.type_map["Node"], "{ node_id: id }"))
        self.random.shuffle(items)
        return items

    def item(self, type_: GraphQLObjectType, depth: int, scope: Scope, prefix: str) -> str:
        """Write a field or a fragment."""
        chance = self.random.random()
        if chance < 0.05:
            return "__typename"
        if chance < 0.12 and not prefix:
            selection = self.selection(type_, depth, scope, most=2)
            return f"...{self.directives()} {selection}" if self.often(0.2) else self.fragment(type_, selection)
        if chance < 0.17:
            return self.shared_fragment(type_, depth)
        if chance < 0.19 and type_.name in self.samples.world.nodes:
            return self.fragment(self.schema.type_map["Node"], "{ __typename id }")
        if chance < 0.2 and type_ is self.schema.query_type:
            return f'{self.new("i")}: __type(name: "Issue") {{ name kind description fields {{ name isDeprecated }} }}'
        return self.field(type_, depth, scope, prefix)

    def fragment(self, type_: Any, selection: str) -> str:
        """Put a selection into a fragment, inline or named."""
        if self.often(0.6):
            return f"... on {type_.name}{self.directives()} {selection}"
        name = self.new("F")
        self.fragments.append(f"fragment {name} on {type_.name} {selection}")
        return f"...{name}{self.directives()}"

    def shared_fragment(self, type_: GraphQLObjectType, depth: int) -> str:
        """Spread a fragment that may stand in several places: its response keys are its own."""
        known = [name for owner, name, deep in self.reusable if owner == type_.name and deep <= depth]
        if known and self.often(0.7):
            return f"...{self.random.choice(known)}{self.directives()}"
        name = self.new("S")
        selection = self.selection(type_, depth, Scope(without=("groups",)), f"{name.lower()}_", most=2)
        self.fragments.append(f"fragment {name} on {type_.name} {selection}")
        self.reusable.append((type_.name, name, depth))
        return f"...{name}{self.directives()}"

    def directives(self) -> str:
        """Write @skip or @include, or mostly nothing."""
        if not self.often(0.1):
            return ""
        value = self.often(0.5)
        written = self.variable("Boolean!", value) if self.often(0.6) else json.dumps(value)
        return f" @{self.random.choice(['skip', 'include'])}(if: {written})"

    def field(self, type_: GraphQLObjectType, depth: int, scope: Scope, prefix: str) -> str:
        """Write a field with its arguments and what is below it."""
        if scope.keys and self.often(0.15):
            key = self.random.choice(list(scope.keys))
            name, arguments, below = scope.keys[key]
        else:
            name = self.chosen(type_, depth, scope)
            key = self.key(name, prefix)
            if key in scope.keys:
                name, arguments, below = scope.keys[key]
            else:
                below = Scope(likely=scope.likely[1:] if scope.likely and name in scope.likely[0] else ())
                arguments = self.arguments(type_, name, below)
                scope.keys[key] = (name, arguments, below)
        target = get_named_type(type_.fields[name].type)
        selection = "" if is_leaf_type(target) else f" {self.selection(target, self.deeper(target, depth), below)}"
        alias = "" if key == name else f"{key}: "
        return f"{alias}{name}{arguments}{self.directives()}{selection}"

    def chosen(self, type_: GraphQLObjectType, depth: int, scope: Scope) -> str:
        """Choose a field."""
        offered = [name for name in type_.fields if name not in (*scope.without, *ROWLESS)]
        leaves = [name for name in offered if is_leaf_type(get_named_type(type_.fields[name].type))]
        nested = [name for name in offered if name not in leaves]
        near = [name for name in nested if depth > 0 or not self.goes_deeper(type_.fields[name].type)]
        likely = [name for name in offered if scope.likely and name in scope.likely[0]]
        if likely and self.often(0.6):
            return self.random.choice(likely)
        share = 0.8 if type_.name.endswith(WRAPPERS) else 0.5 if depth > 0 else 0.25
        if near and (not leaves or self.often(share)):
            return self.random.choice(near)
        return self.random.choice(leaves or nested)

    def key(self, name: str, prefix: str) -> str:
        """Choose a response key; one that is there already stands for the field that it stands for."""
        if self.often(0.75):
            return prefix + name
        return prefix + self.random.choice([*(f"{name}_{letter}" for letter in "ab"), "x", "Y_", "_z"])

    def goes_deeper(self, type_: Any) -> bool:
        """Return whether another row stands behind a field."""
        named = get_named_type(type_)
        return is_abstract_type(named) or named.name in self.samples.world.nodes

    def deeper(self, target: Any, depth: int) -> int:
        """Count down when another row is entered."""
        return depth - 1 if self.goes_deeper(target) else depth

    # --- Arguments ----------------------------------------------------------------------------------------------------

    def arguments(self, owner: GraphQLObjectType, name: str, below: Scope) -> str:
        """Write the arguments of a field."""
        definition = owner.fields[name]
        given: dict[str, Any] = {}
        if owner is self.schema.query_type and "filter" not in definition.args:
            given = self.lookup(name, list(definition.args))
        elif "orderBy" in definition.args:
            given = self.page(definition, below)
        elif "groupBy" in definition.args:
            given = self.aggregate(definition, below)
        elif name == "groups" and "first" in definition.args and self.often(0.3):
            given["first"] = self.random.choice([0, 1, 2, 1000])
        if "scope" in definition.args and self.often(0.6):
            given["scope"] = self.random.choice(["SELF", "CHILDREN", "SUBTREE"])
        written = [f"{key}: {self.written(definition.args[key].type, value, 0.35)}" for key, value in given.items()]
        if below.cursor[0]:
            side = self.random.choice(["after", "after", "before"])
            written.append(f"{side}: ${below.cursor[0]}")
            given[side] = below.cursor[0]
        for key, argument in definition.args.items():
            nullable = not isinstance(argument.type, GraphQLNonNull)
            if key not in given and nullable and argument.default_value in (None, Undefined) and self.often(0.04):
                written.append(f"{key}: {self.nothing(argument.type)}")
        self.random.shuffle(written)
        return f"({', '.join(written)})" if written else ""

    def nothing(self, type_: Any) -> str:
        """Write a value that is as good as none: null, or a variable that is absent or null."""
        if self.often(0.3):
            return "null"
        name = self.new("v")
        self.declared.append(f"${name}: {type_}")
        if self.often(0.3):
            self.variables[name] = None
        return f"${name}"

    def lookup(self, name: str, arguments: list[str]) -> dict[str, Any]:
        """Choose a key to find a row by."""
        if not arguments:
            return {}
        argument = self.random.choice(arguments)
        if name in ("node", "nodes"):
            ids = self.samples.ids()
            some = self.random.sample(ids, min(len(ids), self.random.randint(0, 8)))
            return {"ids": some} if name == "nodes" else {"id": self.random.choice(ids)}
        target = looked_up(name)
        if argument in TOGETHER.get(target, ()):
            rows = self.samples.world.rows[target]
            row = self.random.choice(rows) if rows else None
            return {name: self.samples.evaluator.value(row, name, {}) if row else "G-0" for name in TOGETHER[target]}
        if target in FOUND_BY_NOTHING and self.often(0.3):
            return {}
        nowhere = NUMBERS if argument == "version" else NOWHERE
        values = [*self.samples.values(target, argument), *(nowhere if self.often(0.1) else ())]
        return {argument: self.random.choice(values or nowhere)}

    def page(self, definition: Any, below: Scope) -> dict[str, Any]:
        """Choose a page of a list."""
        given: dict[str, Any] = {}
        if self.often(0.7):
            given[self.random.choice(["first", "first", "last"])] = self.random.choice([0, 1, 2, 2, 3, 5, 100])
        if self.often(0.5):
            given["filter"] = self.filter(get_named_type(definition.args["filter"].type), self.random.choice([0, 1, 2]))
        if self.often(0.5):
            fields = get_named_type(definition.args["orderBy"].type).fields
            given["orderBy"] = [self.step(fields) for _ in range(self.random.choice([0, 1, 1, 2, 3]))]
        if self.often(0.25):
            name = self.new("cursor")
            shown_by = ["edges { %s: cursor }", "pageInfo { %s: endCursor }", "pageInfo { %s: startCursor }"]
            below.cursor = (name, self.random.choice(shown_by) % name)
            self.declared.append(f"${name}: String")
            self.cursors.append(name)
        if "divisionCode" in definition.args:
            given["divisionCode"] = self.random.choice(self.samples.values("Division", "code"))
            if self.often(0.5):
                given["asOf"] = str(self.random.choice(DAYS))
        return given

    def step(self, fields: Any) -> dict[str, str]:
        """Choose one step of an order."""
        step = {"field": self.random.choice(list(get_named_type(fields["field"].type).values))}
        if self.often(0.6):
            step["direction"] = self.random.choice(["ASC", "DESC"])
        if self.often(0.4):
            step["nulls"] = self.random.choice(["FIRST", "LAST"])
        return step

    def aggregate(self, definition: Any, below: Scope) -> dict[str, Any]:
        """Choose what to measure and group."""
        given: dict[str, Any] = {}
        if self.often(0.5):
            given["filter"] = self.filter(get_named_type(definition.args["filter"].type), self.random.choice([0, 1]))
        choices = list(get_named_type(definition.args["groupBy"].type).values)
        if self.often(0.8):
            by = given["groupBy"] = [self.random.choice(choices) for _ in range(self.random.choice([1, 1, 2, 3]))]
            below.likely = (("groups",), ("key",), tuple(map(camel, by)))
            if self.often(0.4):
                given["having"] = self.having(get_named_type(definition.args["having"].type))
        else:
            below.without = ("groups",)
        return given

    def having(self, type_: GraphQLInputObjectType) -> dict[str, Any]:
        """Choose which groups are kept."""
        given: dict[str, Any] = {}
        for name in self.random.sample(list(type_.fields), self.random.randint(1, min(2, len(type_.fields)))):
            inner = get_named_type(type_.fields[name].type)
            if name == "count":
                given[name] = self.numbers(inner)
            else:
                field_name = self.random.choice(list(inner.fields))
                given[name] = {field_name: self.numbers(get_named_type(inner.fields[field_name].type))}
        return given

    def numbers(self, comparator: GraphQLInputObjectType) -> dict[str, Any]:
        """Compare with whole numbers, where there always is a value."""
        operator = self.random.choice([name for name in comparator.fields if name != "isNull"])
        drawn = [self.random.choice(NUMBERS) for _ in range(self.random.randint(0, 2))]
        return {operator: drawn if operator in ("in", "nin") else self.random.choice(NUMBERS)}

    # --- Filters ------------------------------------------------------------------------------------------------------

    def filter(self, type_: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        """Choose a filter. depth: how many relations it may look through."""
        given: dict[str, Any] = {}
        for _ in range(self.random.choice([0, 1, 1, 1, 1, 2, 2])):
            name = self.random.choice(self.filter_names(type_, depth))
            given[name] = None if self.often(0.03) else self.condition(type_, name, depth)
        return given

    def filter_names(self, type_: GraphQLInputObjectType, depth: int) -> list[str]:
        """List what a filter may say: at the end of the depth only scalars."""
        scalars = [name for name, given in type_.fields.items() if self.is_plain(get_named_type(given.type))]
        others = [name for name in type_.fields if name not in scalars]
        return others if others and (not scalars or (depth > 0 and self.often(0.6))) else scalars

    def is_plain(self, type_: Any) -> bool:
        """Return whether a filter is a comparator or truth value, and looks no further."""
        return is_leaf_type(type_) or (isinstance(type_, GraphQLInputObjectType) and "isNull" in type_.fields)

    def condition(self, type_: GraphQLInputObjectType, name: str, depth: int) -> Any:
        """Choose what one entry of a filter says."""
        inner: Any = get_named_type(type_.fields[name].type)
        if name in ("and", "or"):
            return [self.filter(type_, depth - 1) for _ in range(self.random.randint(0, 2))]
        if is_leaf_type(inner):
            return self.often(0.5)
        if self.is_plain(inner):
            return self.comparator(inner, type_.name.removesuffix("Filter"), name)
        if inner.name.endswith("ListFilter"):
            quantifier = self.random.choice(list(inner.fields))
            below: Any = get_named_type(inner.fields[quantifier].type)
            return {quantifier: self.numbers(below) if quantifier == "count" else self.filter(below, depth - 1)}
        return self.filter(inner, depth - 1)

    def comparator(self, type_: GraphQLInputObjectType, owner: str, name: str) -> dict[str, Any]:
        """Choose a comparison with a value that occurs, or nearly."""
        operators = self.random.sample(list(type_.fields), self.random.choice([1, 1, 1, 2]))
        return {operator: self.operand(type_, operator, owner, name) for operator in operators}

    def operand(self, type_: GraphQLInputObjectType, operator: str, owner: str, name: str) -> Any:
        """Choose what to compare with."""
        if operator == "isNull":
            return self.often(0.5)
        if operator in ("eq", "neq") and self.often(0.1):
            return None
        if operator in ("in", "nin"):
            return [self.sample(type_, owner, name) for _ in range(self.random.randint(0, 3))]
        value = self.sample(type_, owner, name)
        if operator == "contains" and value:
            start = self.random.randrange(len(value))
            return value[start : start + self.random.randint(1, 3)]
        if operator == "startsWith":
            return value[: self.random.randint(0, 3)]
        return value

    def sample(self, type_: GraphQLInputObjectType, owner: str, name: str) -> Any:
        """Draw a value of the right kind."""
        values = self.samples.values(owner, name)
        if values and self.often(0.8):
            value = self.random.choice(values)
            return self._with_offset(value) if type_.name == "DateTimeFilter" and self.often(0.3) else value
        kinds: dict[str, list[Any]] = {
            "StringFilter": LINES, "IntFilter": NUMBERS, "BooleanFilter": [True, False], "DecimalFilter": NUMBERS,
            "DateTimeFilter": DURATIONS, "DateFilter": ["2026-01-01", "2024-02-29"], "IDFilter": self.samples.ids(),
        }  # fmt: skip
        if type_.name in kinds:
            return self.random.choice(kinds[type_.name])
        enum: Any = get_named_type(type_.fields["eq"].type)
        return self.random.choice(list(enum.values))

    def _with_offset(self, value: str) -> str:
        hour = int(value[11:13])
        return f"{value[:11]}{hour + 8:02}{value[13:-1]}+08:00" if hour < 16 else value

    # --- Values -------------------------------------------------------------------------------------------------------

    def written(self, type_: Any, value: Any, share: float = 0.12) -> str:
        """Write a value as a literal, as a variable, or as a literal with variables in it."""
        if self.often(share):
            return self.variable(str(type_), value)
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if value is None:
            return "null"
        if isinstance(inner, GraphQLList):
            if isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list) and self.often(0.1):
                return self.written(inner.of_type, value[0], 0)
            return f"[{', '.join(self.written(inner.of_type, item) for item in value)}]"
        if isinstance(inner, GraphQLInputObjectType):
            return self.written_object(inner, value)
        if isinstance(inner, GraphQLEnumType):
            return value
        return json.dumps(value, ensure_ascii=self.often(0.3))

    def written_object(self, type_: GraphQLInputObjectType, value: dict[str, Any]) -> str:
        """Write an input object; now and then with a variable that is absent."""
        parts = [f"{name}: {self.written(type_.fields[name].type, item)}" for name, item in value.items()]
        optional = [
            name
            for name, given in type_.fields.items()
            if name not in value and not isinstance(given.type, GraphQLNonNull)
        ]
        if optional and self.often(0.04):
            name = self.random.choice(optional)
            variable = self.new("v")
            self.declared.append(f"${variable}: {type_.fields[name].type}")
            parts.append(f"{name}: ${variable}")
        return f"{{{', '.join(parts)}}}"

    def variable(self, type_: str, value: Any) -> str:
        """Declare a variable that holds the value, or has it as its default."""
        name = self.new("v")
        stricter = f"{type_}!" if value is not None and not type_.endswith("!") and self.often(0.3) else type_
        if self.often(0.2):
            parsed: Any = self.schema.type_map[type_.strip("[]!")]
            wrapped = GraphQLList(parsed) if type_.startswith("[") else parsed
            default = _Plain(self).written(wrapped, value)
            if default == "null" and stricter.endswith("!"):
                stricter = stricter[:-1]
            self.declared.append(f"${name}: {stricter} = {default}")
            if self.often(0.3):
                self.variables[name] = value
        else:
            self.declared.append(f"${name}: {stricter}")
            self.variables[name] = value
        return f"${name}"


class _Plain(Writer):
    """Writes values without variables, as defaults must be."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(writer.random, writer.samples)

    def often(self, share: float) -> bool:
        return False
