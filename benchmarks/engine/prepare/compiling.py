"""Compiles the native predictors of a trained model, each linked with driver.c to a program of its own."""

from __future__ import annotations

import math
import resource
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from forest import Forest, c_sources

PREDICTORS = Path(__file__).resolve().parents[1] / "predictors"
#: Processor time that one predictor's compiler gets, whatever else the machine does.
MAX_SECONDS = 300
LARGE = 30_000
HUGE = 500_000
NODES_PER_FILE = 2_500


class TooSlowError(Exception):
    """The compiler took too long."""


def compile_predictors(folder: Path, kind: str, forest: Forest, missing: bool) -> tuple[dict[str, str], dict[str, str]]:
    """Gives the flags that each predictor was compiled with, and why the others are absent."""
    compiler = _Compiler(folder, forest)
    # The optimiser's time grows faster than a function: large models come in small files, tl2cgen's, which are a function
    # each, at the level that ends.
    large = forest.nodes > LARGE

    def if_else() -> str:
        per_file = NODES_PER_FILE if large else forest.nodes + 1
        level = "-O1" if forest.nodes > HUGE else "-O2" if large else "-O3"
        return compiler.program("if-else", "if-else.c", c_sources(forest, missing, per_file), level=level)

    def tl2cgen() -> str:
        import tl2cgen as generator

        parts = min(len(forest.trees), forest.nodes // 1_000) if large else 8
        code = folder / "tl2cgen-code"
        generator.generate_c_code(_treelite(folder, kind), dirpath=code, params={"parallel_comp": parts}, verbose=False)
        texts = [path.read_text() for path in sorted(code.glob("*.c"))]
        score = "double" if "double* result" in (code / "header.h").read_text() else "float"
        scores = 2 if kind == "forest" else 1
        defines = [f"-DSCORE={score}", f"-DSCORES={scores}"]
        return compiler.program("tl2cgen", "tl2cgen.c", texts, level="-O1" if large else "-O3", include=code, defines=defines)

    def lleaves() -> str:
        return _lleaves(compiler)

    def library(name: str, package: str, pattern: str) -> Callable[[], str]:
        def make() -> str:
            import importlib

            path = next(Path(str(importlib.import_module(package).__file__)).parent.rglob(pattern))
            return compiler.program(name, f"{name}.c", [], libraries=[str(path), f"-Wl,-rpath,{path.parent}"])

        return make

    makers: dict[str, Callable[[], str]] = {"if-else": if_else, "tl2cgen": tl2cgen}
    if kind == "lightgbm":
        makers = {"lightgbm": library("lightgbm", "lightgbm", "lib_lightgbm.so")} | makers | {"lleaves": lleaves}
    if kind == "xgboost":
        makers = {"xgboost": library("xgboost", "xgboost", "libxgboost.so")} | makers
    made: dict[str, str] = {}
    absent: dict[str, str] = {}
    for name, make in makers.items():
        compiler.started = _children_seconds()
        try:
            made[name] = make()
        except TooSlowError as error:
            absent[name] = f"compiling its {forest.nodes} nodes takes {error}, and the limit is {MAX_SECONDS} s"
        except subprocess.CalledProcessError as error:
            lines = (error.stderr or "").strip().splitlines() or ["?"]
            absent[name] = "it could not be compiled: " + lines[-1].rsplit("/", 1)[-1][:200]
        except Exception as error:  # noqa: BLE001 A peer may fail in any way; it is named, and the others are measured.
            absent[name] = f"{type(error).__name__}: {error}"[:200].splitlines()[0]
    return made, absent


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _treelite(folder: Path, kind: str) -> Any:
    import pickle

    import treelite

    if kind == "lightgbm":
        return treelite.frontend.load_lightgbm_model(folder / "model.txt")
    if kind == "xgboost":
        return treelite.frontend.load_xgboost_model(folder / "model.ubj", format_choice="ubjson")
    return treelite.sklearn.import_model(pickle.loads((folder / "model.pickle").read_bytes()))


class _Compiler:
    def __init__(self, folder: Path, forest: Forest) -> None:
        self.folder, self.forest, self.started = folder, forest, _children_seconds()

    def program(
        self,
        name: str,
        adapter: str,
        sources: list[str],
        *,
        level: str = "",
        include: Path | None = None,
        libraries: Sequence[str] = (),
        defines: Sequence[str] = (),
    ) -> str:
        """Links the driver, the adapter and the sources; gives the flags."""
        defines = [*defines, f"-DFEATURES={self.forest.features}", f"-DVALUE={self.forest.dtype}"]
        includes = [f"-I{PREDICTORS}", *([] if include is None else [f"-I{include}"])]
        work = self.folder / f"{name}-objects"
        work.mkdir(exist_ok=True)
        objects = []
        for number, text in enumerate(sources):
            source = work / f"{number}.c"
            source.write_text(text)
            objects.append(str(source.with_suffix(".o")))
            self.run(["gcc", level, "-march=native", *includes, "-c", str(source), "-o", objects[-1]])
            source.unlink()
            projected = self.seconds() / (number + 1) * len(sources)
            if number >= 9 and projected > 1.2 * MAX_SECONDS:
                raise TooSlowError(f"about {projected:.0f} s, by the first {number + 1} of {len(sources)} files")
        command = ["gcc", "-O3", "-march=native", *defines, *includes, "-o", str(self.folder / f"{name}.new")]
        self.run([*command, str(PREDICTORS / "driver.c"), str(PREDICTORS / adapter), *objects, *libraries, "-lm"])
        # The program takes its name only when it is whole.
        (self.folder / f"{name}.new").rename(self.folder / name)
        for path in objects:
            Path(path).unlink()
        work.rmdir()
        if not sources:
            return "the trainer's own library"
        return f"gcc {level} -march=native" + (f", {len(sources)} files" if len(sources) > 1 else "")

    def run(self, command: list[str]) -> None:
        left = math.ceil(MAX_SECONDS - self.seconds())
        if left <= 0:
            raise TooSlowError(f"more than {MAX_SECONDS} s")
        limit = ["prlimit", f"--cpu={left}"]
        try:
            subprocess.run([*limit, *command], check=True, capture_output=True, text=True)
        except subprocess.CalledProcessError as error:
            if error.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
                raise TooSlowError(f"more than {MAX_SECONDS} s") from error
            raise

    def seconds(self) -> float:
        """Processor time since this predictor's compilation began."""
        return _children_seconds() - self.started


def _lleaves(compiler: _Compiler) -> str:
    """In a process of its own, which can be ended."""
    import sys

    large = compiler.forest.nodes > LARGE
    code = (
        "import sys, lleaves; lleaves.Model(model_file=sys.argv[1]).compile(cache=sys.argv[2], raw_score=True, finline=sys.argv[3] == '1')"
    )
    target = compiler.folder / "lleaves.o"
    target.unlink(missing_ok=True)
    compiler.run([sys.executable, "-c", code, str(compiler.folder / "model.txt"), str(target), "0" if large else "1"])
    compiler.program("lleaves", "lleaves.c", [], libraries=[str(target)])
    return "finline=False" if large else "its defaults"
