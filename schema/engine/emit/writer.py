"""The pen: aliases, parameters, and the SQL of expressions and scalars. Knows nothing of plans."""

from collections.abc import Callable, Sequence

from peewee import SQL, ModelAlias, Node

from db.kernel.expressions import Row, call
from schema.catalog.fields import CatalogType, FieldContext, Kind, Scalar
from schema.catalog.registry import Catalog
from schema.engine.bindings import NO_REQUEST, Const, Leaf, Param
from schema.engine.dialects import Dialect, Parts, Sql, Statement, constant, numbered
from schema.engine.tally import row_mark


class Writer:
    """Writes pieces of one statement; `params` are its parameters in the order of their numbers.

    viewer: what declarations are told where no field's arguments say more.
    """

    def __init__(self, catalog: Catalog, dialect: Dialect, viewer: FieldContext) -> None:
        self.catalog = catalog
        self.dialect = dialect
        self.viewer = viewer
        self.params: list[Param] = []
        self._aliases = 0
        self._lists = 0

    def alias(self, declared: CatalogType) -> ModelAlias:
        """Return the type's table a new alias."""
        assert declared.model is not None
        return declared.model.alias(self.name())

    def name(self) -> str:
        """Make a new name. Peewee's own aliases begin with t, ours with r."""
        self._aliases += 1
        return f"r{self._aliases}"

    def source(self, declared: CatalogType, row: ModelAlias) -> str:
        """Write a table and its alias."""
        assert declared.model is not None
        return f'"{declared.model._meta.table_name}" AS "{row.alias}"'

    def sql(self, node: Node, bare: bool = False) -> str:
        """Render a Peewee expression; a sub-select goes in brackets unless `bare`."""
        context = Statement(self.dialect, self.params)
        with context(subquery=not bare):
            return context.sql(node).query()[0]

    def key(self, row: ModelAlias) -> str:
        """Write the column that tells whether a row of an outer join is there."""
        return self.sql(getattr(row, row.model._meta.primary_key.name))

    def scalar(self, scalar: Scalar, row: Row, given: FieldContext | None = None) -> str:
        """Write a scalar's expression."""
        if scalar.is_column and isinstance(row, ModelAlias):
            # The usual case, without the way through Peewee's renderer: a third of the time of a new document.
            return f'"{row.alias}"."{row.model._meta.fields[scalar.name].column_name}"'
        sql = self.sql(call(scalar.expression, row, given or self.viewer))
        # In brackets, for NOT binds what follows it more loosely than any comparison does.
        return f"({sql})" if scalar.kind is Kind.BOOLEAN else sql

    def param(self, param: Param) -> str:
        """Write a bound parameter, or a value of the schema's own as it is."""
        if param.is_literal:
            value = param.bind(NO_REQUEST)
            return f"({', '.join(map(constant, value))})" if isinstance(value, list) else constant(value)
        return numbered(self.dialect, self.params, param)

    def leaf(self, leaf: Leaf, cast: str) -> str:
        """Write a value that is bound as it is; the same leaf keeps its number."""
        known = next((param for param in self.params if param.source is leaf), None)
        return self.param(known or Param(leaf, cast=cast))

    def size(self, size: Param[int]) -> str:
        """Write how many rows a page has; a number that stands in the document is written out."""
        return str(size.bind(NO_REQUEST)) if isinstance(size.source, Const) else self.param(size)

    def visible(self, declared: CatalogType, row: Row) -> list[str]:
        """Build the conditions for the rows of a type that the viewer may see."""
        condition = declared.visible and call(declared.visible, row, self.viewer)
        return [] if condition is None else [self.sql(condition)]

    def text(self, parts: Parts) -> str:
        """Concatenate parts to one text expression."""
        return self.dialect.text(parts)

    def over(self, source: str, parts: Parts) -> Parts:
        """Write parts that are gathered from the rows of a sub-select.

        Where one of them is all that needs the rows, the fixed text around it stays outside: one copy of it less.
        """
        needing = [at for at, part in enumerate(parts) if isinstance(part, Sql)]
        first, last = needing[0], needing[-1] + 1
        only = parts[first]
        inner = only.sql if last - first == 1 and isinstance(only, Sql) else self.text(parts[first:last])
        return [*parts[:first], Sql(f"(SELECT {inner} FROM {source})", is_deep=True), *parts[last:]]

    def row(self, write: Callable[[], Parts]) -> str:
        """Write the text of a list's row, with the mark by which rows are counted. write: gives its parts."""
        mark = row_mark(self._lists)
        self._lists += 1
        parts = write()
        self._lists -= 1
        return self.text([mark, *parts])

    def array(self, column: str) -> Parts:
        """Gather a column of texts into a JSON array."""
        return ["[", Sql(self.dialect.gather(column)), "]"]

    def json(self, scalar: Scalar, sql: str, type_name: str = "") -> Parts:
        """Write the JSON text of a scalar whose expression is given. type_name: what its id names."""
        match scalar.kind:
            case Kind.ID:
                return [f'"{type_name}_', Sql(sql), '"']
            case Kind.INT:
                return [Sql(f"COALESCE(CAST({sql} AS TEXT), 'null')" if scalar.nullable else sql)]
            case Kind.BOOLEAN:
                rest = f" WHEN NOT {sql} THEN 'false' ELSE 'null' END" if scalar.nullable else " ELSE 'false' END"
                return [Sql(f"CASE WHEN {sql} THEN 'true'{rest}")]
            case Kind.LINE:
                return self.dialect.line(sql, scalar.nullable)
            case Kind.PROSE:
                return self.dialect.prose(sql, scalar.nullable)
            case Kind.NAMES:
                return [Sql(f"COALESCE({sql}, 'null')" if scalar.nullable else sql)]
            case Kind.DECIMAL:
                return self.dialect.decimal(sql, scalar.places, scalar.nullable)
        return self.dialect.string(sql, scalar.nullable)


class Columns:
    """A row of a sub-select, whose columns are read by name as those of a table are."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def __getattr__(self, name: str) -> SQL:
        return SQL(f'"{self._alias}"."{name}"')


def json_object(fields: Sequence[tuple[str, Parts]]) -> Parts:
    """Write a JSON object of keys and values; keys are GraphQL names and need no escape."""
    parts: Parts = []
    for at, (key, value) in enumerate(fields):
        parts += [f'{"," if at else "{"}"{key}":', *value]
    return [*parts, "}"] if fields else ["{}"]


def where(conditions: Sequence[str]) -> str:
    """Write a WHERE clause of what is not empty."""
    conditions = [condition for condition in conditions if condition]
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""
