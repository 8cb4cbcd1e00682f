"""One dial: what is chosen by what this machine has, found out in children that may fail."""

import json
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from rag_notes import repositories, store
from rag_notes.config import Config, Preset, load_config
from rag_notes.errors import InputError, MissingFileError, ModelError
from rag_notes.pipeline import MakeRequest, SilentReporter, device, engines, presets
from rag_notes.pipeline.device import Card
from rag_notes.pipeline.plan import plan_lecture
from rag_notes.pipeline.presets import CPU, GPU_LLMS, GPU_TRANSCRIBER, TINY, Choice, choose
from tests import runs

GB = 1_000_000_000
PAST_8B, PAST_4B, PAST_SMALLEST = (one.needs for one in GPU_LLMS)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(indexes=tmp_path / "indexes", models=tmp_path / "models", offline=True)


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    device.find_card.cache_clear()
    device.hearing_problem.cache_clear()
    yield
    device.find_card.cache_clear()
    device.hearing_problem.cache_clear()


# --- a machine, put together of programs that say what a GPU's would ------------------------------


class Machine:
    """What the probes find: `card` is what the child prints, `here` the repositories on disk."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        monkeypatch.setattr(device, "version", lambda _: "2.13.0+cu130")
        monkeypatch.setattr(device, "_DEVICES", ("/",))
        monkeypatch.setattr(device, "_HEAR", "")

    def card(self, free: float, total: float = 24 * GB) -> None:
        told = json.dumps({"name": "NVIDIA L4", "free": int(free), "total": int(total)})
        self._patch.setattr(device, "_CARD", f"print({told!r})")

    def child(self, code: str) -> None:
        self._patch.setattr(device, "_CARD", textwrap.dedent(code))

    def hears_not(self, code: str) -> None:
        self._patch.setattr(device, "_HEAR", textwrap.dedent(code))

    def here(self, tmp_path: Path, *names: str) -> None:
        """Put whole repositories into a cache of the hub's form."""
        cache = tmp_path / "hub"
        self._patch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
        for name in names:
            place = cache / f"models--{name.replace('/', '--')}"
            snapshot = place / "snapshots" / "abc"
            snapshot.mkdir(parents=True)
            (place / "refs").mkdir()
            (place / "refs" / "main").write_text("abc")
            (snapshot / "config.json").write_text("{}")
            (snapshot / ("model.bin" if "whisper" in name else "model.safetensors")).touch()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


ALL = (GPU_TRANSCRIBER, *(one.repository for one in GPU_LLMS))


def test_on_this_machine_something_is_chosen_and_said_why(config: Config) -> None:
    chosen = choose(config)
    assert chosen.why
    assert (chosen.device == "cpu") == isinstance(device.find_card(), str)


@pytest.mark.parametrize(
    ("free", "repository"),
    [
        (PAST_8B, "Qwen/Qwen3-8B"),
        (PAST_8B - 1, "Qwen/Qwen3-4B"),
        (PAST_4B, "Qwen/Qwen3-4B"),
        (PAST_4B - 1, "Qwen/Qwen3-1.7B"),
        (PAST_SMALLEST, "Qwen/Qwen3-1.7B"),
    ],
)
def test_the_largest_llm_that_fits_the_free_memory_is_taken(
    machine: Machine, config: Config, tmp_path: Path, free: int, repository: str
) -> None:
    machine.card(free)
    machine.here(tmp_path, *ALL)
    chosen = choose(config)
    assert chosen.llm == f"transformers:{repository}"
    assert (chosen.device, chosen.hears_on) == ("cuda", "cuda")
    assert chosen.transcriber == GPU_TRANSCRIBER
    assert "NVIDIA L4" in chosen.why
    assert repository in chosen.why


def test_a_gpu_that_is_too_full_is_left_alone(machine: Machine, config: Config) -> None:
    machine.card(PAST_SMALLEST - 1)
    chosen = choose(config)
    assert replace(chosen, why="") == CPU
    assert "3.5 of 24.0 GB free" in chosen.why
    with pytest.raises(InputError, match="--preset gpu: NVIDIA L4"):
        choose(replace(config, preset="gpu"))


def test_an_llm_that_cannot_be_had_gives_way_to_one_that_is_here(
    machine: Machine, config: Config, tmp_path: Path
) -> None:
    machine.card(20 * GB)
    machine.here(tmp_path, "Qwen/Qwen3-1.7B")
    chosen = choose(config)
    assert chosen.llm == "transformers:Qwen/Qwen3-1.7B"
    assert (chosen.transcriber, chosen.hears_on) == (CPU.transcriber, "cpu")
    machine.here(tmp_path / "none")
    chosen = choose(config)
    assert replace(chosen, why="") == CPU
    assert "RAG_NOTES_OFFLINE" in chosen.why


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise RuntimeError('CUDA error: no kernel image')", "no kernel image"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended with -11"),
        ("import os; os.abort()", "ended with -6"),
        ("import time; time.sleep(60)", "did not answer"),
        ("print('nothing of use')", "said nothing"),
    ],
)
def test_a_broken_gpu_is_a_reason_and_no_end_of_the_run(
    machine: Machine, config: Config, monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    monkeypatch.setattr(device, "_SECONDS", 5.0)
    machine.child(code)
    chosen = choose(config)
    assert replace(chosen, why="") == CPU
    assert said in chosen.why


def test_a_library_that_is_missing_leaves_the_hearing_to_the_cpu(
    machine: Machine, config: Config, tmp_path: Path
) -> None:
    machine.card(20 * GB)
    machine.here(tmp_path, *ALL)
    machine.hears_not("raise RuntimeError('Library libcublas.so.12 is not found')")
    chosen = choose(config)
    assert (chosen.transcriber, chosen.hears_on) == (CPU.transcriber, "cpu")
    assert chosen.llm == "transformers:Qwen/Qwen3-8B"
    assert "libcublas.so.12" in chosen.why
    assert "rag-notes[cuda]" in chosen.why


def test_the_probe_of_hearing_fails_here_without_harm() -> None:
    """The real one, on a machine without CUDA: a reason, whatever happens to the child."""
    if isinstance(device.find_card(), Card):
        pytest.skip("this machine has a GPU")
    assert device.hearing_problem(None)


def test_hearing_falls_back_with_the_reason_before_it_begins(
    machine: Machine, config: Config, tmp_path: Path
) -> None:
    machine.card(20 * GB)
    machine.here(tmp_path, *ALL)
    plan = engines.plan_engines(config)
    assert engines.hearing(plan) == engines.Hearing("cuda", "float16", 16)
    device.hearing_problem.cache_clear()
    machine.hears_not("import os; os.abort()")
    listener = Listener()
    settled = engines.settle_hearing(plan, config, listener)
    assert engines.hearing(settled) == engines.Hearing("cpu", "int8", 4)
    assert listener.said == ["speech is heard on the CPU: its probe ended with -6"]


class Listener(SilentReporter):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)


def test_a_cpu_build_of_torch_is_asked_nothing(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "version", lambda _: "2.13.0+cpu")
    monkeypatch.setattr(device, "_CARD", "raise SystemExit('asked')")
    assert "CPU build" in choose(config).why


def test_without_a_driver_nothing_is_asked(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "version", lambda _: "2.13.0")
    monkeypatch.setattr(device, "_DEVICES", ())
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(device, "_CARD", "raise SystemExit('asked')")
    assert "driver" in choose(config).why


@pytest.mark.parametrize(("preset", "parts"), [("cpu", CPU), ("tiny", TINY)])
def test_presets_of_the_cpu_look_for_no_gpu(
    config: Config, monkeypatch: pytest.MonkeyPatch, preset: Preset, parts: Choice
) -> None:
    monkeypatch.setattr(presets, "find_card", lambda: pytest.fail("a GPU was looked for"))
    assert replace(choose(replace(config, preset=preset)), why="") == parts
    assert choose(replace(config, llm="echo:")).llm == "echo:"


def test_a_flag_wins_over_the_preset(machine: Machine, config: Config, tmp_path: Path) -> None:
    machine.card(20 * GB)
    machine.here(tmp_path, *ALL)
    chosen = choose(replace(config, llm="gguf:smollm2-135m"))
    assert (chosen.llm, chosen.device, chosen.hears_on) == ("gguf:smollm2-135m", "cuda", "cuda")
    assert choose(replace(config, preset="tiny", llm="gguf:x")).llm == "gguf:x"


# --- server --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "server", ["openai:http://127.0.0.1:8000/v1#m", "http://127.0.0.1:8000/v1#m"]
)
def test_the_server_preset_takes_the_server_that_is_named(config: Config, server: str) -> None:
    asked = replace(config, preset="server", server=server)
    assert choose(asked).llm == "openai:http://127.0.0.1:8000/v1#m"
    assert engines.plan_engines(asked).llm == "openai:127.0.0.1:8000/m"
    assert choose(replace(asked, llm="openai:http://127.0.0.1:1/v1#n")).llm.endswith("#n")


def test_the_server_preset_without_a_server_says_what_to_set(config: Config) -> None:
    with pytest.raises(InputError, match="RAG_NOTES_SERVER"):
        choose(replace(config, preset="server"))


def test_the_server_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_NOTES_SERVER", " http://127.0.0.1:8000#m ")
    assert load_config(preset="server").server == "http://127.0.0.1:8000#m"


# --- a lecture goes on as it was begun -----------------------------------------------------------


def test_a_lecture_begun_on_the_cpu_goes_on_there(
    machine: Machine, config: Config, tmp_path: Path
) -> None:
    machine.card(20 * GB)
    machine.here(tmp_path, *ALL)
    assert replace(choose(config, before=CPU), why="") == CPU
    assert choose(replace(config, preset="gpu"), before=CPU).device == "cuda"


def test_a_lecture_begun_on_the_gpu_keeps_its_llm_while_that_fits(
    machine: Machine, config: Config, tmp_path: Path
) -> None:
    machine.card(PAST_4B)
    machine.here(tmp_path, *ALL)
    begun = choose(config)
    device.find_card.cache_clear()
    machine.card(20 * GB)
    assert choose(config, before=begun).llm == begun.llm
    device.find_card.cache_clear()
    machine.child("raise RuntimeError('it is gone')")
    assert replace(choose(config, before=begun), why="") == CPU
    assert choose(config, before=begun, finished=True).llm == begun.llm


@pytest.mark.parametrize(
    ("made_by", "repository"), [(version("rag-notes"), "Qwen/Qwen3-4B"), ("0", "Qwen/Qwen3-8B")]
)
def test_a_lecture_records_what_was_chosen_for_its_next_run(
    machine: Machine, config: Config, tmp_path: Path, made_by: str, repository: str
) -> None:
    machine.here(tmp_path, *ALL)
    machine.card(PAST_4B)
    begun = store.Manifest("x", versions={"rag_notes": made_by}, parts=choose(config).parts)
    store.save_manifest(tmp_path / "x", begun)
    device.find_card.cache_clear()
    machine.card(20 * GB)
    listener = Listener()
    request = MakeRequest(runs.MINUTE)
    plan, _ = plan_lecture(request, config, tmp_path / "x", listener)
    assert plan.llm == f"{repository} nf4"
    assert listener.said == [f"preset auto takes minilm-l6-v2, {repository} nf4: {plan.choice.why}"]
    assert plan.parts(config, begun) == plan.choice.parts
    asked = replace(config, llm="echo:")
    assert engines.plan_engines(asked).parts(asked, begun) == begun.parts


def test_the_llm_of_the_tests_is_not_asked_to_judge(config: Config, tmp_path: Path) -> None:
    for llm, judges in (("transformers:smollm2-135m", False), ("echo:", True)):
        asked = replace(config, llm=llm)
        _, found = plan_lecture(MakeRequest(runs.MINUTE), asked, tmp_path, SilentReporter())
        assert (found.judge_least > 0) == judges


# --- --llm transformers: -------------------------------------------------------------------------


def test_an_llm_of_the_catalogue_is_named_without_its_old_format(config: Config) -> None:
    plan = engines.plan_engines(replace(config, llm="transformers:smollm2-135m"))
    assert (plan.llm, plan.llm_model) == ("SmolLM2-135M-Instruct nf4", "smollm2-135m")
    assert plan.models == ("minilm-l6-v2", "smollm2-135m")


def test_an_llm_of_the_hub_is_named_as_it_is_there(config: Config) -> None:
    plan = engines.plan_engines(replace(config, llm="transformers:Qwen/Qwen3-8B"))
    assert (plan.llm, plan.llm_model) == ("Qwen/Qwen3-8B nf4", "Qwen/Qwen3-8B")
    with pytest.raises(ModelError, match="RAG_NOTES_OFFLINE"):
        engines.require_models(plan.models[1:], config, SilentReporter())


def test_a_folder_is_named_by_what_is_in_it(config: Config, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    with pytest.raises(MissingFileError):
        engines.plan_engines(replace(config, llm=f"transformers:{folder}"))
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "tokenizer.json").write_text("{}")
    (folder / "pytorch_model.bin").touch()
    with pytest.raises(ModelError, match="safetensors"):
        engines.plan_engines(replace(config, llm=f"transformers:{folder}"))
    (folder / "model.safetensors").write_bytes(b"1")
    first = engines.plan_engines(replace(config, llm=f"transformers:{folder}"))
    assert first.llm.startswith("own (1 bytes, ")
    assert first.llm.endswith(" nf4")
    (folder / "model.safetensors").write_bytes(b"12")
    assert engines.plan_engines(replace(config, llm=f"transformers:{folder}")).llm != first.llm


@pytest.mark.parametrize("name", ["transformers:", "transformers:no-such-model"])
def test_an_llm_that_is_none_is_an_error(config: Config, name: str) -> None:
    with pytest.raises((InputError, ModelError)):
        engines.plan_engines(replace(config, llm=name))


# --- repositories --------------------------------------------------------------------------------


def test_a_repository_that_lacks_a_part_is_not_here(machine: Machine, tmp_path: Path) -> None:
    machine.here(tmp_path, "a/b")
    folder = repositories.find("a/b")
    index = {"weight_map": {"x": "model-1-of-2.safetensors", "y": "model-2-of-2.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    (folder / "model-1-of-2.safetensors").touch()
    assert "lacks model-2-of-2.safetensors" in str(repositories.problem("a/b"))
    (folder / "model-2-of-2.safetensors").touch()
    assert repositories.problem("a/b") is None
    (folder / "config.json").unlink()
    assert "config.json" in str(repositories.problem("a/b"))
    assert "not in the hub's cache" in str(repositories.problem("a/c"))


@pytest.mark.parametrize("name", ["../x", "a/b/c", "a", "/a", "a/", "-a/b", "a/ b", "a\n/b"])
def test_what_is_no_name_of_the_hub_is_taken_for_none(name: str) -> None:
    assert not repositories.is_repository(name)


def test_libraries_of_the_extra_are_loaded_for_ctranslate2(tmp_path: Path) -> None:
    """A library as the wheels place it, found afterwards by its bare name."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler to make a library with")
    place = tmp_path / "nvidia" / "cublas" / "lib"
    place.mkdir(parents=True)
    source = tmp_path / "x.c"
    source.write_text("int answer(void) { return 42; }")
    library = place / "libcublas.so.12"
    flags = ["-shared", "-fPIC", "-Wl,-soname,libcublas.so.12"]
    subprocess.run([compiler, *flags, "-o", str(library), str(source)], check=True)
    code = (
        f"import ctypes, sys; sys.path.append({str(tmp_path)!r})\n"
        "from rag_notes.pipeline.device import preload_cuda; preload_cuda()\n"
        "print(ctypes.CDLL('libcublas.so.12').answer())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "42\n"
