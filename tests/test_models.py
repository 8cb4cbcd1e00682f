import hashlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rag_notes import models, sources
from rag_notes.catalogue import Hub, Model, ModelFile, Part, catalogue
from rag_notes.config import Config, Preset, load_config
from rag_notes.errors import ModelError, ModelHashError, ModelMissingError, SpaceError
from rag_notes.pipeline import presets

PARTS = tuple(bytes([65 + n]) * 50_000 + random.Random(n).randbytes(5_000) for n in range(2))
WHOLE = b"".join(PARTS)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def build_wheel(folder: Path, name: str, members: dict[str, bytes]) -> Path:
    meta = f"{name}-1.0.dist-info"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for member, content in members.items():
            wheel.writestr(member, content)
        wheel.writestr(f"{meta}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(
            f"{meta}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{meta}/RECORD", "")
    return path


def gguf(parts: Sequence[bytes] = PARTS, *, whole: bytes = WHOLE, hub: Hub | None = None) -> Model:
    """A model in one file whose parts lie in the wheels rnpart0, rnpart1, …"""
    pinned = tuple(
        Part(f"rnpart{n}==1.0", f"rnpart{n}/p.bin", len(part), sha256(part))
        for n, part in enumerate(parts)
    )
    file = ModelFile("w.gguf", len(whole), sha256(whole), pinned)
    return Model("toy", "gguf", "Toy", "MIT", ("default",), (file,), hub)


def write_toml(model: Model, path: Path) -> Path:
    [file] = model.files
    parts = ", ".join(
        f'{{wheel = "{p.wheel}", member = "{p.member}", size = {p.size}, sha256 = "{p.sha256}"}}'
        for p in file.parts
    )
    path.write_text(
        textwrap.dedent(f"""
        [[model]]
        name = "{model.name}"
        kind = "gguf"
        title = "Toy"
        licence = "MIT"
        sets = ["default"]
        [[model.files]]
        path = "{file.path}"
        size = {file.size}
        sha256 = "{file.sha256}"
        parts = [{parts}]
        """)
    )
    return path


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(indexes=tmp_path / "indexes", models=tmp_path / "models")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that pip finds wheels in, and nothing else."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for n, part in enumerate(PARTS):
        build_wheel(folder, f"rnpart{n}", {f"rnpart{n}/p.bin": part})
    return folder


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that gets one line for each child process started."""
    log, python = tmp_path / "calls.txt", tmp_path / "python"
    log.touch()
    python.write_text(f'#!/bin/sh\necho "$@" >> "{log}"\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    return log


@pytest.fixture
def fresh_probes() -> Iterator[None]:
    def clear() -> None:
        sources._probe_hub.cache_clear()
        sources._probe_index.cache_clear()

    clear()
    yield
    clear()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, fresh_probes: None) -> Iterator[dict[str, bytes]]:
    """A hub on this machine; what is put in the dict is what it serves."""
    served: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            content = served.get(self.path.partition("/resolve/main/")[2], b"")
            self.send_response(200 if content or self.path == "/" else 404)
            if not content:
                self.send_header("X-Error-Code", "EntryNotFound")
            self.send_header("ETag", f'"{sha256(content)}"')
            self.send_header("X-Repo-Commit", "c" * 40)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()

        def do_GET(self) -> None:
            self.do_HEAD()
            self.wfile.write(served.get(self.path.partition("/resolve/main/")[2], b""))

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    yield served
    server.shutdown()
    server.server_close()


def put(config: Config, model: Model, content: bytes) -> Path:
    path = config.models / model.name / model.files[0].path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


# fetching from wheels


def test_parts_of_wheels_are_joined_and_nothing_else_is_left(
    config: Config, index: Path, tmp_path: Path
) -> None:
    known = catalogue(write_toml(gguf(), tmp_path / "own.toml"))
    seen: list[tuple[float, float]] = []
    path = models.fetch("toy", config, lambda *now: seen.append(now), among=known)
    assert path.read_bytes() == WHOLE
    assert path == models.find("toy", config, among=known)
    assert sorted(p.name for p in config.models.iterdir()) == [".lock", "toy"]
    assert sorted(p.name for p in (config.models / "toy").iterdir()) == [".verified.json", "w.gguf"]
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == ((0, len(WHOLE)), (len(WHOLE), len(WHOLE)))


def test_a_folder_model_takes_members_of_one_wheel_fetched_once(
    config: Config, index: Path, calls: Path
) -> None:
    contents = {"model.bin": b"m" * 900, "1_Pooling/config.json": b"{}", "vocab.txt": b"a\nb"}
    build_wheel(index, "rnfolder", {f"rnfolder/m/{name}": c for name, c in contents.items()})
    files = tuple(
        ModelFile(name, len(c), sha256(c), (Part("rnfolder==1.0", f"rnfolder/m/{name}"),))
        for name, c in contents.items()
    )
    model = Model("folder", "embedder", "Folder", "MIT", ("tiny",), files)
    path = models.fetch("folder", config, among=[model])
    assert path == config.models / "folder"
    assert {name: (path / name).read_bytes() for name in contents} == contents
    assert calls.read_text().count(" download ") == 1


def test_a_part_with_a_wrong_hash_is_refused_and_its_bytes_removed(
    config: Config, index: Path
) -> None:
    other = bytes(len(PARTS[1]))
    build_wheel(index, "rnpart1", {"rnpart1/p.bin": other})
    with pytest.raises(ModelHashError, match=sha256(other)[:16]) as refused:
        models.fetch("toy", config, among=[gguf()])
    assert "rnpart1==1.0: rnpart1/p.bin" in str(refused.value)
    assert not (config.models / "toy" / "w.gguf").exists()
    assert (config.models / ".parts/toy/joined/w.gguf").read_bytes() == PARTS[0]
    assert not list(config.models.rglob("*.whl"))


def test_a_whole_with_a_wrong_hash_is_refused_and_removed(config: Config, index: Path) -> None:
    model = gguf(whole=WHOLE[::-1])
    with pytest.raises(ModelHashError):
        models.fetch("toy", config, among=[model])
    assert not [path for path in config.models.rglob("*.gguf") if path.is_file()]


def test_after_kill_9_the_same_call_goes_on_and_takes_no_part_twice(
    config: Config, index: Path, tmp_path: Path, calls: Path
) -> None:
    toml = write_toml(gguf(), tmp_path / "own.toml")
    blocked = tmp_path / "blocked"
    script = textwrap.dedent(f"""
        import pathlib, time
        from rag_notes import models
        from rag_notes.config import Config

        def progress(done, total):
            if pathlib.Path({str(config.models)!r}, ".parts/toy/joined/w.gguf").is_file():
                pathlib.Path({str(blocked)!r}).touch()
                time.sleep(60)

        config = Config(indexes=pathlib.Path("."), models=pathlib.Path({str(config.models)!r}))
        known = models.catalogue(pathlib.Path({str(toml)!r}))
        models.fetch("toy", config, progress, among=known)
    """)
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen([sys.executable, "-c", script], env=env) as child:
        until = time.monotonic() + 60
        while not blocked.exists() and child.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
    assert blocked.exists()
    joined = config.models / ".parts/toy/joined/w.gguf"
    assert joined.read_bytes() == PARTS[0]
    assert list((config.models / ".parts/toy").glob("pip-*"))
    with joined.open("ab") as torn:  # as if killed while the second part was written
        torn.write(PARTS[1][:777])
    calls.write_text("")
    assert models.fetch("toy", config, among=[gguf()]).read_bytes() == WHOLE
    fetched = calls.read_text()
    assert ["rnpart0" in fetched, "rnpart1" in fetched] == [False, True]
    assert not (config.models / ".parts").exists()


def test_a_part_damaged_on_the_disk_is_fetched_again(config: Config, index: Path) -> None:
    joined = config.models / ".parts/toy/joined/w.gguf"
    joined.parent.mkdir(parents=True)
    joined.write_bytes(PARTS[0] + bytes(len(PARTS[1])))  # blocks lost in a power cut read as zeros
    assert models.fetch("toy", config, among=[gguf()]).read_bytes() == WHOLE


def test_killed_between_joining_and_moving_needs_no_source(config: Config, calls: Path) -> None:
    joined = config.models / ".parts/toy/joined/w.gguf"
    joined.parent.mkdir(parents=True)
    joined.write_bytes(WHOLE)
    assert models.fetch("toy", config, among=[gguf()]).read_bytes() == WHOLE
    assert calls.read_text() == ""


def test_two_fetches_at_once_download_once(config: Config, index: Path, calls: Path) -> None:
    model, got = gguf(), list[Path]()
    threads = [
        threading.Thread(target=lambda: got.append(models.fetch("toy", config, among=[model])))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.read_bytes() for path in got] == [WHOLE, WHOLE]
    assert calls.read_text().count("rnpart1==1.0") == 1


@pytest.mark.parametrize("content", [b"no zip at all", b""], ids=["text", "empty"])
def test_a_file_that_is_no_wheel_is_one_clear_line(
    config: Config, index: Path, content: bytes
) -> None:
    (index / "rnpart0-1.0-py3-none-any.whl").write_bytes(content)
    with pytest.raises(ModelMissingError, match=r"package index: rnpart0==1\.0: ") as error:
        models.fetch("toy", config, among=[gguf()])
    assert "\n" not in str(error.value)


def test_a_member_of_another_size_is_not_unpacked(config: Config, index: Path) -> None:
    build_wheel(index, "rnpart0", {"rnpart0/p.bin": bytes(200_000_000)})  # 200 KB in the wheel
    with pytest.raises(ModelMissingError, match="200000000 bytes, expected 55000"):
        models.fetch("toy", config, among=[gguf()])


def test_a_wheel_without_the_member_is_told(config: Config, index: Path) -> None:
    build_wheel(index, "rnpart0", {"rnpart0/q.bin": PARTS[0]})
    with pytest.raises(ModelMissingError, match=r"no member rnpart0/p\.bin"):
        models.fetch("toy", config, among=[gguf()])


def test_a_package_that_is_not_there_is_told(config: Config, index: Path) -> None:
    (index / "rnpart0-1.0-py3-none-any.whl").unlink()
    with pytest.raises(ModelMissingError, match=r"No matching distribution found for rnpart0==1.0"):
        models.fetch("toy", config, among=[gguf()])


def test_a_source_distribution_is_never_run(config: Config, index: Path, tmp_path: Path) -> None:
    (index / "rnpart0-1.0-py3-none-any.whl").unlink()
    marker, setup = tmp_path / "ran", tmp_path / "setup.py"
    setup.write_text(f"open({str(marker)!r}, 'w').close()")
    with zipfile.ZipFile(index / "rnpart0-1.0.zip", "w") as archive:
        archive.write(setup, "rnpart0-1.0/setup.py")
    with pytest.raises(ModelMissingError):
        models.fetch("toy", config, among=[gguf()])
    assert not marker.exists()


def test_member_names_never_become_paths(config: Config, index: Path, tmp_path: Path) -> None:
    build_wheel(index, "rnevil", {"../../../evil.bin": b"evil", "/tmp/rn-evil.bin": b"evil"})
    part = Part("rnevil==1.0", "../../../evil.bin")
    file = ModelFile("w.gguf", 4, sha256(b"evil"), (part,))
    model = replace(gguf(), files=(file,))
    assert models.fetch("toy", config, among=[model]) == config.models / "toy" / "w.gguf"
    assert not list(tmp_path.rglob("*evil.bin"))


def test_a_disk_too_small_is_told_before_anything_is_fetched(config: Config, calls: Path) -> None:
    size = 1 << 60
    part = Part("rnpart0==1.0", "rnpart0/p.bin")
    model = replace(gguf(), files=(ModelFile("w.gguf", size, "0" * 64, (part,)),))
    with pytest.raises(SpaceError, match="MB needed"):
        models.fetch("toy", config, among=[model])
    assert calls.read_text() == ""


def test_without_pip_it_says_how_to_get_it(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_probes: None
) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bare" / "bin" / "python"))
    with pytest.raises(ModelMissingError, match=r"pip is not installed .* -m ensurepip"):
        models.fetch("toy", config, among=[gguf()])


# sources out of reach


def test_sources_out_of_reach_fail_in_seconds_with_one_line_and_are_not_asked_twice(
    config: Config, monkeypatch: pytest.MonkeyPatch, calls: Path, fresh_probes: None
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX", raising=False)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_DEFAULT_TIMEOUT", "180")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as closed:  # bound, not listening: refused
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        monkeypatch.setenv("PIP_INDEX_URL", f"{address}/simple")
        monkeypatch.setenv("HF_ENDPOINT", address)
        begun = time.monotonic()
        for _ in range(2):
            with pytest.raises(ModelMissingError) as error:
                models.fetch("toy", config, among=[gguf(hub=Hub("org/repo"))])
    assert time.monotonic() - begun < 20  # two children; mostly their imports
    assert "\n" not in str(error.value)
    assert "hub: cannot be reached: [Errno 111]" in str(error.value)
    assert "package index: cannot be reached: [Errno 111]" in str(error.value)
    assert len(calls.read_text().splitlines()) == 2


def test_offline_starts_no_child_and_says_so(config: Config, index: Path, calls: Path) -> None:
    offline = replace(config, offline=True)
    for get in (models.fetch,):
        with pytest.raises(ModelMissingError, match="RAG_NOTES_OFFLINE is set"):
            get("toy", offline, among=[gguf()])
    with pytest.raises(ModelMissingError):
        models.find("toy", config, among=[gguf()])
    assert calls.read_text() == ""
    put(config, gguf(), WHOLE)
    assert models.fetch("toy", offline, among=[gguf()]).read_bytes() == WHOLE


# the hub


def test_the_hub_comes_before_the_wheels(
    config: Config, hub: dict[str, bytes], calls: Path
) -> None:
    hub["w.gguf"] = WHOLE
    path = models.fetch("toy", config, among=[gguf(hub=Hub("org/repo"))])
    assert path.read_bytes() == WHOLE
    assert " pip " not in calls.read_text()
    assert not (config.models / ".parts").exists()


def test_other_bytes_on_the_hub_are_refused_and_the_wheels_used(
    config: Config, hub: dict[str, bytes], index: Path
) -> None:
    hub["w.gguf"] = WHOLE[:-1] + b"?"
    assert models.fetch("toy", config, among=[gguf(hub=Hub("org/repo"))]).read_bytes() == WHOLE


def test_other_bytes_on_the_only_source_are_refused_and_removed(
    config: Config, hub: dict[str, bytes]
) -> None:
    hub["w.gguf"] = WHOLE[:-1] + b"?"
    with pytest.raises(ModelHashError):
        models.fetch("toy", config, among=[gguf([], hub=Hub("org/repo"))])
    assert not list(config.models.rglob("*.gguf"))


def test_a_file_missing_on_the_hub_and_its_own_offline_switch_are_told(
    config: Config, hub: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = gguf([], hub=Hub("org/repo"))
    with pytest.raises(ModelMissingError, match=r"hub: .*404") as error:
        models.fetch("toy", config, among=[model])
    assert "\n" not in str(error.value)
    sources._probe_hub.cache_clear()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelMissingError, match="offline mode is enabled"):
        models.fetch("toy", config, among=[model])


# what is on this disk


def test_a_file_dropped_by_hand_is_verified_once_and_again_when_it_changes(config: Config) -> None:
    model = gguf()
    path = put(config, model, WHOLE)
    assert models.find("toy", config, among=[model]) == path
    before = path.stat()
    path.write_bytes(WHOLE[::-1])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert models.find("toy", config, among=[model]) == path  # looked at, not read
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    with pytest.raises(ModelMissingError, match="damaged"):
        models.find("toy", config, among=[model])
    path.write_bytes(WHOLE[:-1])
    with pytest.raises(ModelMissingError, match=f"has {len(WHOLE) - 1} bytes"):
        models.find("toy", config, among=[model])


def test_a_stamp_holds_for_the_hash_it_was_made_for(config: Config) -> None:
    put(config, gguf(), WHOLE)
    models.find("toy", config, among=[gguf()])
    with pytest.raises(ModelMissingError, match="damaged"):
        models.find("toy", config, among=[gguf(whole=WHOLE[::-1])])


@pytest.mark.parametrize(
    "stamp", [b"", b"[]", b'{"w.gguf": 1}', b'{"w.gguf": [1, 2, "x"]}', b"\xff\xfe"]
)
def test_a_stamp_that_is_nonsense_is_not_believed(config: Config, stamp: bytes) -> None:
    path = put(config, gguf(), WHOLE[::-1])
    path.with_name(".verified.json").write_bytes(stamp)
    with pytest.raises(ModelMissingError, match="damaged"):
        models.find("toy", config, among=[gguf()])


def test_the_second_find_of_a_large_file_is_fast(config: Config) -> None:
    size = 400_000_000
    path = put(config, gguf(), b"")
    with path.open("rb+") as file:
        file.truncate(size)
    digest = hashlib.sha256()
    for _ in range(400):
        digest.update(bytes(1_000_000))
    model = replace(gguf(), files=(ModelFile("w.gguf", size, digest.hexdigest()),))
    models.find("toy", config, among=[model])
    begun = time.monotonic()
    models.find("toy", config, among=[model])
    assert time.monotonic() - begun < 0.05


def test_a_damaged_file_is_removed_and_fetched_anew(config: Config, index: Path) -> None:
    path = put(config, gguf(), WHOLE[::-1])
    assert models.fetch("toy", config, among=[gguf()]) == path
    assert path.read_bytes() == WHOLE


def test_status_tells_what_is_here(config: Config) -> None:
    model = gguf()
    assert [row.present for row in models.status(config, among=[model])] == [False]
    path = put(config, model, WHOLE)
    [row] = models.status(config, among=[model])
    assert (row.name, row.size, row.path, row.present, row.default) == (
        "toy",
        len(WHOLE),
        path,
        True,
        True,
    )
    assert not (config.models / "other").exists()


def test_an_unknown_name_gets_the_closest_and_the_known(config: Config) -> None:
    with pytest.raises(ModelError, match=r"did you mean 'smollm2-135m'.*whisper-base") as error:
        models.find("smollm-135", config)
    assert not isinstance(error.value, ModelMissingError)
    for name in ("", "../toy", "/etc/passwd", "toy\0"):
        with pytest.raises(ModelError, match="no model"):
            models.find(name, config)


# the catalogue


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "toy"', 'name = "../toy"'),
        ('name = "toy"', 'name = ".parts"'),
        ('path = "w.gguf"', 'path = "../w.gguf"'),
        ('path = "w.gguf"', 'path = "/w.gguf"'),
        ('path = "w.gguf"', 'path = "a/../../w.gguf"'),
        ('path = "w.gguf"', "path = '..\\w.gguf'"),
        ('path = "w.gguf"', 'path = ""'),
        ("rnpart0==1.0", "--index-url=x==1.0"),
        ("rnpart0==1.0", "rnpart0"),
        ("rnpart0==1.0", "rnpart0 @ file:x"),
        (f"size = {len(WHOLE)}", f"size = {len(WHOLE) + 1}"),
        (f'sha256 = "{sha256(WHOLE)}"', 'sha256 = ""'),
        (sha256(PARTS[1]), "z" * 64),
        ('kind = "gguf"', 'kind = "pickle"'),
        ("[[model]]", "[model]"),
        ("[[model]]", "[[model"),
    ],
)
def test_an_entry_that_could_do_harm_is_refused(tmp_path: Path, old: str, new: str) -> None:
    toml = write_toml(gguf(), tmp_path / "own.toml")
    catalogue(toml)
    text = toml.read_text()
    assert old in text
    toml.write_text(text.replace(old, new, 1))
    with pytest.raises(ModelError, match=r"own\.toml"):
        catalogue(toml)


def test_the_packaged_catalogue_has_what_the_presets_need() -> None:
    known = {model.name: model for model in models.catalogue()}
    assert {model.kind for model in known.values()} == {"gguf", "embedder", "whisper"}
    chosen: dict[Preset, presets.Choice] = {
        "auto": presets.CPU,
        "cpu": presets.CPU,
        "tiny": presets.TINY,
    }
    for preset, parts in chosen.items():
        needed = {parts.transcriber, parts.embedder, parts.llm.removeprefix("gguf:")}
        assert set(models.default_models(load_config(preset=preset))) == needed
    for model in known.values():
        pinned = model.hub and re.fullmatch("[0-9a-f]{40}", model.hub.revision)
        assert model.wheels or pinned, model.name
        assert model.title
        assert model.licence in {"Apache-2.0", "MIT"}
    assert known["qwen2.5-coder-1.5b-instruct"].size == 1_117_320_768
    assert len(known["qwen2.5-coder-1.5b-instruct"].wheels) == 22


@pytest.mark.parametrize(
    ("name", "language", "known"),
    [
        ("minilm-l6-v2", "en", True),
        ("minilm-l6-v2", "en-GB", True),
        ("minilm-l6-v2", "de", False),
        ("multilingual-e5-small", "de", True),
        ("hash-256", "de", True),
    ],
)
def test_an_embedder_knows_its_languages(name: str, language: str, *, known: bool) -> None:
    assert models.knows(name, language) is known


def test_the_multilingual_embedder_has_the_prompts_it_was_trained_with() -> None:
    prompts = models.embedder_prompts(load_config().foreign_embedder)
    assert (prompts.query, prompts.passage) == ("query: ", "passage: ")


@pytest.mark.models
def test_the_small_models_are_here_and_whole() -> None:
    config = load_config(preset="tiny")
    known = {model.name: model for model in models.catalogue()}
    for name in models.default_models(config):
        models.find(name, config)
        for file in known[name].files:
            content = (config.models / name / file.path).read_bytes()
            assert sha256(content) == file.sha256, file.path
