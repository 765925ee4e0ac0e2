"""Relations of a small catalog: read nested, filtered through, and counted, without a noun of the city."""

from tests.engine.conftest import Ask


def test_a_list_is_read_for_each_row_in_its_order(ask: Ask) -> None:
    found = ask("{ shelves { nodes { label stones { totalCount nodes { name shelf { label } } } } } }")["nodes"]

    assert [(row["label"], row["stones"]["totalCount"]) for row in found] == [("top", 2), ("middle", 1), ("bottom", 0)]
    assert [[stone["name"] for stone in row["stones"]["nodes"]] for row in found] == [["b", "a"], ["c"], []]
    assert found[0]["stones"]["nodes"][0]["shelf"] == {"label": "top"}


def test_a_missing_row_is_null(ask: Ask) -> None:
    rows = ask('{ stones(filter: {name: {eq: "d"}}) { nodes { shelf { label } } } }')["nodes"]

    assert rows == [{"shelf": None}]


def test_rows_are_filtered_through_both_ends_of_a_relation(ask: Ask) -> None:
    on_top = ask('{ stones(filter: {shelf: {label: {eq: "top"}}}) { nodes { name } } }')
    with_red = ask("{ shelves(filter: {stones: {some: {colour: {eq: RED}}}}) { nodes { label } } }")

    assert [row["name"] for row in on_top["nodes"]] == ["a", "b"]
    assert [row["label"] for row in with_red["nodes"]] == ["top", "middle"]


def test_rows_are_counted_in_groups(ask: Ask) -> None:
    groups = ask("{ stoneAggregate(groupBy: [COLOUR]) { count groups { key { colour } count } } }")

    assert groups["count"] == 4
    assert groups["groups"] == [{"key": {"colour": "GREY"}, "count": 2}, {"key": {"colour": "RED"}, "count": 2}]
