"""The published contract is kept: everything that `contract.graphql` names is in the schema, with the same type.

The contract lies beside the project, not in it; without it there is nothing to compare with.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    EnumTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)

from tests.graph.evaluator import printed_schema

CONTRACT = Path(__file__).parents[3] / "shared" / "contract.graphql"
PAGE_ARGUMENTS = (
    "first: Int",
    "after: String",
    "last: Int",
    "before: String",
    "filter: {}Filter",
    "orderBy: [{}Order!]",
)

pytestmark = pytest.mark.skipif(not CONTRACT.exists(), reason=f"{CONTRACT.name} is not beside the project")


def contract() -> str:
    return CONTRACT.read_text(encoding="utf-8") if CONTRACT.exists() else ""


def definitions(*kinds: Any) -> list[Any]:
    """List the contract's definitions of some kinds."""
    text = contract()
    return [node for node in parse(text).definitions if isinstance(node, kinds)] if text else []


FIELDS = [
    (definition.name.value, field)
    for definition in definitions(ObjectTypeDefinitionNode, InterfaceTypeDefinitionNode)
    for field in definition.fields or ()
]


@pytest.mark.parametrize(("owner", "field"), FIELDS, ids=[f"{owner}.{field.name.value}" for owner, field in FIELDS])
def test_a_field_is_there_with_its_type_and_arguments(owner: str, field: Any) -> None:
    ours: Any = printed_schema().type_map[owner]
    kept = ours.fields[field.name.value]

    assert str(kept.type) == print_ast(field.type)
    for argument in field.arguments or ():
        own = kept.args[argument.name.value]
        assert str(own.type).rstrip("!") == print_ast(argument.type).rstrip("!")
        if argument.default_value:
            assert print_ast(own.ast_node.default_value) == print_ast(argument.default_value)


@pytest.mark.parametrize(
    "definition", definitions(EnumTypeDefinitionNode), ids=lambda definition: definition.name.value
)
def test_an_enum_has_its_values(definition: Any) -> None:
    ours: Any = printed_schema().type_map[definition.name.value]

    assert {value.name.value for value in definition.values} <= set(ours.values)


@pytest.mark.parametrize(
    "definition", definitions(UnionTypeDefinitionNode), ids=lambda definition: definition.name.value
)
def test_a_union_has_its_members(definition: Any) -> None:
    ours: Any = printed_schema().type_map[definition.name.value]

    assert {member.name.value for member in definition.types} <= {member.name for member in ours.types}


@pytest.mark.parametrize(
    "definition", definitions(ObjectTypeDefinitionNode), ids=lambda definition: definition.name.value
)
def test_a_type_implements_its_interfaces(definition: Any) -> None:
    ours: Any = printed_schema().type_map[definition.name.value]

    assert {named.name.value for named in definition.interfaces or ()} <= {
        interface.name for interface in ours.interfaces
    }


def connections() -> list[tuple[str, str, bool]]:
    """Read the connections that the contract names in comments: type, field, and whether it takes a scope."""
    found: list[tuple[str, str, bool]] = []
    for block in re.finditer(r"^type (\w+)[^{]*\{(.*?)^\}", contract(), re.MULTILINE | re.DOTALL):
        for line in re.findall(r"# connections: (.*)", block[2]):
            found += [(block[1], name, bool(scope)) for name, scope in re.findall(r"(\w+)(\(scope\))?", line)]
    return found


@pytest.mark.parametrize(("owner", "name", "is_scoped"), connections())
def test_a_connection_is_there_with_its_arguments(owner: str, name: str, is_scoped: bool) -> None:
    ours: Any = printed_schema().type_map[owner]
    field = ours.fields[name]
    target = str(field.type).removesuffix("Connection!")
    connection: Any = printed_schema().type_map[f"{target}Connection"]
    edge: Any = printed_schema().type_map[f"{target}Edge"]

    written = [f"{argument}: {given.type}" for argument, given in field.args.items()]
    assert {argument.format(target) for argument in PAGE_ARGUMENTS} <= set(written)
    assert ("scope: Scope!" in written or "scope: Scope" in written) is is_scoped
    assert {"nodes", "edges", "pageInfo", "totalCount"} <= set(connection.fields)
    assert {"cursor", "node"} <= set(edge.fields)


def aggregates() -> list[str]:
    """Read the aggregates that the contract names."""
    return re.findall(r"\w+Aggregate\b", "".join(re.findall(r"# aggregates:(.*)", contract())))


@pytest.mark.parametrize("name", aggregates())
def test_an_aggregate_is_there_with_its_arguments(name: str) -> None:
    query: Any = printed_schema().query_type
    target = name[0].upper() + name.removesuffix("Aggregate")[1:]
    field = query.fields[name]

    assert str(field.type) == f"{target}Aggregate!"
    # What is added since may be left out.
    assert {argument: str(given.type) for argument, given in field.args.items() if argument != "near"} == {
        "filter": f"{target}Filter",
        "groupBy": f"[{target}GroupBy!]",
        "having": f"{target}Having",
    }
    assert "near" not in field.args or not str(field.args["near"].type).endswith("!")


def test_the_contract_is_read() -> None:
    assert len(FIELDS) > 120
    assert len(connections()) == 37
    assert len(aggregates()) == 6
