"""How conditions are written: with the brackets that they need, wherever they begin."""

import pytest
from peewee import SQL

from schema.engine.dialects import POSTGRES, SQLITE, Dialect, Statement
from tests.engine.conftest import StoneRow


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRES], ids=["sqlite", "postgresql"])
def test_a_condition_that_begins_with_an_alternative_keeps_its_brackets(dialect: Dialect) -> None:
    row = StoneRow.alias("r")
    either = (row.place == 1) | (row.place == 2)

    def written(condition: object) -> str:
        return Statement(dialect, []).sql(row.select(SQL("1")).where(condition)).query()[0].partition(" WHERE ")[2]

    assert written(either) == '"r"."place" = 1 OR "r"."place" = 2'
    assert written(either & (row.name == "a")) == '("r"."place" = 1 OR "r"."place" = 2) AND "r"."name" = \'a\''
    assert written((row.name == "a") & either) == '"r"."name" = \'a\' AND ("r"."place" = 1 OR "r"."place" = 2)'
