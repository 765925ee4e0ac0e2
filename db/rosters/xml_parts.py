"""Streaming of the XML parts of an .xlsx file: in pieces, with bounds on all that a hostile part could let grow."""

from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from db.kernel.errors import DomainError
from db.rosters.cells import refuse_file

PIECE = 65_536
# Bytes of a single tag.
MAX_TAG = 1_000_000
# Elements inside each other; those of a sheet are fewer than ten.
MAX_DEPTH = 64
# Different names of elements and attributes.
MAX_NAMES = 10_000

Start = Callable[[str, dict[str, str]], None]


def read_part(
    stream: IO[bytes], start: Start, end: Callable[[str], None], text: Callable[[str], None]
) -> Iterator[None]:
    """Parse XML and call the handlers, with names that have no prefix; yields after each piece of the stream.

    Raises:
        DomainError: it is no XML, declares a document type, or is out of bounds.
    """
    depth, fed = 0, 0
    names: dict[str, str] = {}

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise damaged("its elements are nested too deeply", "元素嵌套过深")
        start(name.rpartition(":")[2] if ":" in name else name, attributes)

    def finish(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name.rpartition(":")[2] if ":" in name else name)

    parser = expat.ParserCreate(intern=names)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, finish, text
    parser.StartDoctypeDeclHandler = _refuse_type
    try:
        while piece := stream.read(PIECE):
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > MAX_TAG or len(names) > MAX_NAMES:
                raise damaged("it has a tag longer than 1 MB, or thousands of different names", "标签过长或过多")
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged(f"its XML cannot be read ({error})", f"其 XML 无法读取（{error}）") from None
    yield


def damaged(english: str, chinese: str) -> DomainError:
    """Build the refusal of a file that no spreadsheet program has written like that."""
    return refuse_file(
        f"The .xlsx file is damaged: {english}. Open it in a spreadsheet program and save it again.",
        f".xlsx 文件已损坏：{chinese}。请用表格软件打开后另存。",
    )


def _refuse_type(*declared: object) -> None:
    raise damaged("it declares a document type", "含有文档类型声明")
