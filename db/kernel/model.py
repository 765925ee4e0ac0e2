"""The class of every table: bound to the one proxy, named in singular snake_case."""

from typing import Any, Self

from peewee import SQL, DoesNotExist, ForeignKeyField, Model
from peewee import Metadata as PeeweeMetadata

from db.kernel.database import database
from db.kernel.statements import change_row, insert, insert_unless_there, made, rows_with


class Metadata(PeeweeMetadata):
    """What a table is made of."""

    def fields_to_index(self) -> list[Any]:
        """List the indexes: that of one reference, which may be absent, is of the rows that have it."""
        return [self._of_those_there(index) for index in super().fields_to_index()]

    def _of_those_there(self, index: Any) -> Any:
        fields = getattr(index, "_expressions", ())
        field: Any = fields[0] if len(fields) == 1 else None
        if not isinstance(field, ForeignKeyField) or not field.null or index._unique or index._where is not None:
            return index
        return index.where(SQL(f"{field.column_name} IS NOT NULL"))


class BaseModel(Model):
    """Every table."""

    class Meta:
        database = database
        model_metadata_class = Metadata
        legacy_table_names = False

    @classmethod
    def create(cls, **values: Any) -> Self:
        """Insert a row by a statement that is compiled once, and return it."""
        row = made(cls, values)
        insert(row)
        return row

    @classmethod
    def create_unless_there(cls, **values: Any) -> bool:
        """Insert a row, unless one that it must differ from is there; return whether it was inserted."""
        return insert_unless_there(made(cls, values))

    @classmethod
    def find(cls, **values: Any) -> Self | None:
        """Find a row by the values of its columns; None where there is none."""
        return rows_with(cls, tuple(values)).first(*values.values())

    @classmethod
    def lock(cls, **values: Any) -> Self | None:
        """Find a row by the values of its columns and lock it until the transaction ends."""
        return rows_with(cls, tuple(values), is_locked=True).first(*values.values())

    @classmethod
    def find_all(cls, **values: Any) -> list[Self]:
        """List the rows whose columns have some values, by their ids."""
        return rows_with(cls, tuple(values)).all(*values.values())

    @classmethod
    def lock_all(cls, **values: Any) -> list[Self]:
        """List the rows whose columns have some values, by their ids, and lock them in that order."""
        return rows_with(cls, tuple(values), is_locked=True).all(*values.values())

    @classmethod
    def get_by_id(cls, pk: Any) -> Self:
        """Find a row by its key.

        Raises:
            DoesNotExist: there is none.
        """
        meta: Any = cls._meta
        found = cls.find(**{meta.primary_key.name: pk})
        if found is None:
            raise DoesNotExist(f"there is no {cls.__name__} {pk}")
        return found

    def change(self, **values: Any) -> None:
        """Change columns of this row, which is locked or belongs to nobody else."""
        change_row(self, values)
