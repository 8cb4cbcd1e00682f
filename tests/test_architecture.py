"""The law of imports, read from the source: who may import whom, where each library lives."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "rag_notes"
MODULES = sorted(PACKAGE.rglob("*.py"))

STAGES = {"ingest", "search", "llm", "write", "ground", "export"}
STORES = {
    "store",
    "replies",
    "parts",
    "codec",
}  # a lecture's folder, what is kept in it, in which form
BASE = {"schema", "answers", "protocols", "errors", "config", "prompts", "models", "repositories"}
# Parts of one module alone, and whose.
INNER = {"shapes": {"codec"}, "catalogue": {"models"}, "sources": {"models", "repositories"}}
TOP = {"cli", "asking", "progress", "doctor", "__main__"}

MOST_LINES = 450
MOST_LINES_OF_A_FUNCTION = 70

HOMES = {
    "sentence_transformers": {"search/embed.py"},
    "chromadb": {"search/index.py"},
    "bm25s": {"search/keywords.py"},
    "lemminflect": {"ground/verbs.py"},
    "faster_whisper": {"ingest/whisper.py"},
    "av": {"ingest/container.py"},
    "pdfplumber": {"ingest/pdfpage.py"},
    "pptx": {"ingest/pptxpage.py"},
    "lxml": {"ingest/pptxpage.py"},
    "pypdfium2": {"ingest/pdfpage.py"},
    "rapidocr": {"ingest/ocr.py"},
    "xllamacpp": {"llm/embedded.py"},
    "openai": {"llm/connection.py"},
    "bitsandbytes": {"llm/weights.py"},
    "llguidance": {"llm/held.py"},
}
HEAVY = {*HOMES, "huggingface_hub", "torch", "transformers", "ctranslate2", "PIL"}
HEAVY |= {"numpy", "jinja2", "rich"}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def group_of(path: Path) -> str:
    """The package below rag_notes, or the module itself."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every module imported anywhere in a file, `from rag_notes import x` as rag_notes.x."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} has a relative import"
            assert node.module is not None
            if node.module == "rag_notes":
                yield from (f"rag_notes.{alias.name}" for alias in node.names)
            else:
                yield node.module


def ours(path: Path) -> set[str]:
    """Groups of this package that a file imports."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("rag_notes.")}


def allowed(group: str) -> set[str]:
    below = {inner for inner, importers in INNER.items() if group in importers}
    if group == "__init__":
        return {"pipeline", *BASE}
    if group in TOP:
        return {"pipeline", *STORES, *BASE, *TOP}
    if group == "pipeline":
        return {"pipeline", *STAGES, *STORES, *BASE}
    if group in STAGES:
        return {group, *BASE}
    if group in ("replies", "parts"):
        return {"store", *BASE}
    return BASE | below


def test_every_module_has_its_place_in_the_direction() -> None:
    known = {"__init__", "pipeline", *STAGES, *STORES, *BASE, *INNER, *TOP}
    assert {group_of(path) for path in MODULES} <= known


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_downward(path: Path) -> None:
    assert ours(path) <= allowed(group_of(path))


def test_the_values_and_errors_import_nothing_of_ours() -> None:
    for name in ("schema", "errors"):
        assert not ours(PACKAGE / f"{name}.py")


def test_there_is_no_cycle() -> None:
    graph = {
        ".".join(("rag_notes", *path.relative_to(PACKAGE).with_suffix("").parts)): {
            name for name in imports(path) if name.startswith("rag_notes")
        }
        for path in MODULES
    }

    def visit(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, f"cycle: {' -> '.join((*above, module))}"
        for imported in graph.get(module, ()):
            visit(imported, (*above, module))

    for module in graph:
        visit(module, ())


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_heavy_library_has_one_home(library: str) -> None:
    importers = {
        name_of(path) for path in MODULES if library in {n.split(".")[0] for n in imports(path)}
    }
    assert importers
    assert importers <= HOMES[library]


def test_only_config_reads_the_environment() -> None:
    """`sources` may copy it whole for a child it starts, but asks it for nothing."""
    readers = set()
    for path in MODULES:
        source = path.read_text(encoding="utf-8")
        if path.name == "sources.py":
            source = source.replace("os.environ | ", "")
        for node in ast.walk(ast.parse(source)):
            named = {
                ast.Attribute: lambda n: n.attr,
                ast.Name: lambda n: n.id,
                ast.alias: lambda n: n.name,
            }.get(type(node))
            if named and named(node) in ("environ", "getenv", "environb"):
                readers.add(name_of(path))
    assert readers == {"config.py"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_stay_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MOST_LINES
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            length = node.end_lineno - node.lineno + 1
            assert length <= MOST_LINES_OF_A_FUNCTION, f"{node.name}: {length} lines"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_errors_are_caught_by_name(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"line {node.lineno}"
            assert ast.unparse(node.type) != "Exception", f"line {node.lineno}"


@pytest.mark.parametrize(
    "code",
    [
        "import rag_notes",
        "import rag_notes.cli",
        "from rag_notes import cli\ntry: cli.main(['--help'])\nexcept SystemExit: pass",
        "from rag_notes import cli\ntry: cli.main(['make', '--help'])\nexcept SystemExit: pass",
    ],
)
def test_help_and_import_load_no_heavy_library(code: str) -> None:
    asks = f"{code}\nimport sys; print('loaded:', *sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded:"
