"""Names of enumerations in the database that this release does not know: a newer release has written them."""

from collections.abc import Iterator

from peewee import Model

from db.access.models.access import ApiToken, TokenScope
from db.city.models import ALL
from db.kernel.database import tuples_of
from db.kernel.fields import EnumField


def unknown_words() -> dict[str, list[str]]:
    """Return the unknown names of each column that has any, by `table.column`."""
    found = {f"{model._meta.table_name}.{field.column_name}": _unknown(model, field) for model, field in _growing()}
    held = {scope for (scopes,) in tuples_of(ApiToken.select(ApiToken.scopes).distinct()) for scope in scopes.split()}
    found["api_token.scopes"] = sorted(held - {scope.value.lower() for scope in TokenScope})
    return {column: names for column, names in found.items() if names}


def _growing() -> Iterator[tuple[type[Model], EnumField]]:
    for model in ALL:
        for field in model._meta.sorted_fields:
            if isinstance(field, EnumField) and field.is_growing:
                yield model, field


def _unknown(model: type[Model], field: EnumField) -> list[str]:
    rows = tuples_of(model.select(field).where(field.not_in(list(field.enum))).distinct())
    return sorted(name for (name,) in rows)
