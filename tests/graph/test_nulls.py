"""Null through a variable that has a default: refused in every place that must not be null, before anything is done."""

from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_leaf_type,
)

from db.issues.models.issue import Comment
from schema.root import schema
from tests.asking import Asking
from tests.graph.sides import Side

TEXTS = {
    "Int": "1", "Boolean": "true", "Decimal": '"1.50"', "Date": '"2026-02-01"', "DateTime": '"2026-02-01T08:00:00Z"',
    "DateTimeOrDuration": '"P1D"',
}  # fmt: skip


def literal(wrapped: Any) -> str:
    """Write some value of an input type, of an input object with what it needs."""
    type_ = wrapped.of_type if isinstance(wrapped, GraphQLNonNull) else wrapped
    if isinstance(type_, GraphQLList):
        return f"[{literal(type_.of_type)}]"
    if isinstance(type_, GraphQLInputObjectType):
        return f"{{{', '.join(f'{name}: {literal(field.type)}' for name, field in needed(type_))}}}"
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    return TEXTS.get(type_.name, '"x"')


def needed(type_: GraphQLInputObjectType) -> list[tuple[str, Any]]:
    return [(name, field) for name, field in type_.fields.items() if isinstance(field.type, GraphQLNonNull)]


def places(wrapped: Any, seen: set[str]) -> list[tuple[str, Any]]:
    """List ways to write a value with `$v` in a place that must not be null, and the type of that place.

    seen: input types that were listed before; filters hold each other, and each is listed where it is met first.
    """
    found: list[tuple[str, Any]] = [("$v", wrapped)] if isinstance(wrapped, GraphQLNonNull) else []
    type_ = wrapped.of_type if found else wrapped
    if isinstance(type_, GraphQLList):
        return [*found, *((f"[{text}]", of) for text, of in places(type_.of_type, seen))]
    if isinstance(type_, GraphQLInputObjectType) and type_.name not in seen:
        seen.add(type_.name)
        for name, field in type_.fields.items():
            others = {other: literal(of.type) for other, of in needed(type_) if other != name}
            for text, of in places(field.type, seen):
                written = ", ".join(f"{key}: {value}" for key, value in {**others, name: text}.items())
                found.append((f"{{{written}}}", of))
    return found


def documents(root: Any, kind: str) -> list[str]:
    """Write, for each such place in the arguments of each root field, a document with a variable in it."""
    made: list[str] = []
    seen: set[str] = set()
    for name, field in root.fields.items():
        below = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
        for argument, definition in field.args.items():
            given = {other: literal(of.type) for other, of in field.args.items() if isinstance(of.type, GraphQLNonNull)}
            for text, wrapped in places(definition.type, seen):
                written = ", ".join(f"{key}: {value}" for key, value in {**given, argument: text}.items())
                type_ = wrapped.of_type
                made.append(f"{kind} ($v: {type_} = {literal(type_)}) {{ {name}({written}){below} }}")
    return made


QUERIES = documents(schema()._schema.query_type, "query")
MUTATIONS = documents(schema()._schema.mutation_type, "mutation")


def codes(answer: Any) -> list[str]:
    return [error["extensions"]["code"] for error in answer.get("errors", ())]


def test_null_is_refused_in_every_argument_of_queries_and_their_filters(side: Side) -> None:
    for text in QUERIES:
        answer = side.json(text, {"v": None})

        assert codes(answer) == ["BAD_USER_INPUT"], (text, answer)
        assert "data" not in answer
        assert "The variable $v is null" in answer["errors"][0]["message"]


def test_null_is_refused_in_every_argument_of_mutations(ask: Asking) -> None:
    for text in MUTATIONS:
        answer = ask.answer("staff", text, v=None)

        assert codes(answer) == ["BAD_USER_INPUT"], (text, answer)
        assert "data" not in answer


NESTED = """
query ($v: Boolean = true, $d: OrderDirection = ASC, $s: Scope = SELF) {
  issues(orderBy: [{field: CREATED_AT, direction: $d}]) { totalCount @include(if: $v) }
  division(code: "010000000000") { stats(scope: $s) { communityCount } }
}"""


@pytest.mark.parametrize("name", ["v", "d", "s"])
def test_null_is_refused_in_directives_nested_fields_and_inputs_with_defaults(side: Side, name: str) -> None:
    assert codes(side.json(NESTED, {name: None})) == ["BAD_USER_INPUT"]
    assert "errors" not in side.json(NESTED)


COMMENT = 'commentIssue(input: {issueId: $i, text: "第一条"})'


@pytest.mark.parametrize(
    ("second", "value"),
    [
        ("urgeIssue(input: {issueId: $i, text: $t}) { isReplayed }", None),
        (f"{COMMENT} {{ issue {{ comments(after: $t) {{ nodes {{ id }} }} }} }}", "x~1"),
        (f"{COMMENT} {{ issue {{ comments(filter: {{text: {{eq: $t}}}}) {{ totalCount }} }} }}", "a\x00b"),
        (f"{COMMENT} {{ issue {{ comments(filter: {{text: {{contains: $t}}}}) {{ totalCount }} }} }}", "\ud800"),
    ],
)
def test_what_a_later_mutation_is_given_is_checked_before_the_first_is_done(
    ask: Asking, second: str, value: Any
) -> None:
    issue = f"Issue_{ask.town.accept()}"
    document = (
        f'mutation ($i: ID!, $t: String = "x") {{ first: {COMMENT} {{ isReplayed userErrors {{ code }} }} {second} }}'
    )

    answer = ask.answer("resident", document, i=issue, t=value)

    assert "data" not in answer
    assert Comment.select().count() == 0
    alone = f"mutation ($i: ID!) {{ {COMMENT} {{ userErrors {{ code }} }} }}"
    assert ask.answer("resident", alone, i=issue)["data"]["commentIssue"]["userErrors"] == []
    assert Comment.select().count() == 1
