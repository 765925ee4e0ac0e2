"""Files: what was uploaded by POST /files, and where it is served."""

from typing import Any

from peewee import Case, ColumnBase, Value

from db.files.models import File as Table
from db.files.visibility import FILE
from db.kernel.expressions import Row
from schema.catalog.declare import column, computed, lookup, model_type
from schema.catalog.fields import FieldArgument, FieldContext, Kind
from schema.catalog.registry import Context
from schema.graph.viewer import seen_by

# Where the application serves files; the id follows.
PATH = "/files"
_WIDTH = FieldArgument(
    "width",
    Kind.INT,
    "The width in pixels that is needed; the next larger one that is kept is served.",
    default=320,
    between=(1, 4_096),
)


def url(file: Row) -> Any:
    """Write the path of a file on this server: given the row 12, it is /files/File_12."""
    return Value(f"{PATH}/File_").concat(file.id.cast("TEXT"))


def thumbnail_url(file: Row, given: FieldContext) -> ColumnBase:
    """Write the path of an image in a width; null for a document."""
    sized = url(file).concat("?width=").concat(given.argument("width").cast("TEXT"))
    return Case(None, [(file.width.is_null(False), sized)])


@model_type(Table, "A photograph or document that was uploaded by POST /files (文件).", visible=seen_by(FILE))
class File:
    """Whoever sees the row that it belongs to sees it, and its uploader while it belongs to none."""

    url = computed(Kind.LINE, url, "The path of the file on this server, to be read with the same token.", cost=0)
    thumbnail_url = computed(
        Kind.LINE,
        thumbnail_url,
        "The path of the image in a smaller size; null for a document.",
        nullable=True,
        cost=0,
        queryable=False,
        arguments=(_WIDTH,),
    )
    media_type = column("What the contents are, such as image/jpeg.")
    byte_size = column("The number of bytes of the file as it is served.")
    sha256 = column("The SHA-256 hash of the file as it is served, in hexadecimal.")
    width = column("The width of the image in pixels; null for a document.")
    height = column("The height of the image in pixels; null for a document.")
    uploaded_at = column("When the file was uploaded.")


CONTEXT = Context(types=(File,), roots={"file": lookup("File", "Find a file by id.")})
