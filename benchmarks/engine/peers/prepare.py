"""Trains one LightGBM model and compiles every peer's predictor of it, each linked with driver.c.

Usage: prepare.py FOLDER TREES DEPTH FEATURES. Prints what could not be made, and why, as JSON.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lightgbm
import lleaves
import numpy as np
import tl2cgen
import treelite

HERE = Path(__file__).parent
ROWS = 10_000
CC = ["gcc", "-O3", "-march=native"]
MAX_SECONDS = 240


def train(folder: Path, trees: int, depth: int, features: int) -> lightgbm.Booster:
    """Trains on noise with a signal in its first columns, and writes the model and the rows to predict."""
    random = np.random.default_rng(1)
    x = random.normal(size=(20_000, features))
    # Missing values in a third of the columns, so that the splits have default directions.
    x[:, ::3][random.random((len(x), len(range(0, features, 3)))) < 0.05] = np.nan
    filled = np.nan_to_num(x, nan=0.5)
    y = filled[:, 0] * filled[:, 1] + np.sin(3 * filled[:, 2]) + np.abs(filled[:, 3]) + random.normal(size=len(x))
    parameters = {
        "objective": "regression",
        "num_leaves": 2**depth,
        "max_depth": depth,
        "min_data_in_leaf": 5,
        "learning_rate": 0.05,
        "num_threads": 1,
        "deterministic": True,
        "seed": 1,
        "verbosity": -1,
    }
    booster = lightgbm.train(parameters, lightgbm.Dataset(x, y), num_boost_round=trees)
    booster.save_model(folder / "model.txt")
    rows = random.normal(size=(ROWS, features))
    rows[:, ::3][random.random((ROWS, len(range(0, features, 3)))) < 0.05] = np.nan
    rows.tofile(folder / "rows.f64")
    return booster


def if_else(booster: lightgbm.Booster) -> str:
    """A function per tree; a missing value goes the default way, as LightGBM has it for NaN."""

    def code(node: dict[str, Any]) -> str:
        if "leaf_value" in node:
            return f"return {float(node['leaf_value'])!r};"
        value = f"row[{node['split_feature']}]"
        threshold = float(node["threshold"])
        if node["missing_type"] == "NaN":
            goes_left = f"!({value} > {threshold!r})" if node["default_left"] else f"{value} <= {threshold!r}"
        elif node["missing_type"] == "None":
            goes_left = f"({value} != {value} ? 0.0 : {value}) <= {threshold!r}"
        else:
            raise ValueError(f"missing type {node['missing_type']}")
        return f"if ({goes_left}) {{ {code(node['left_child'])} }} else {{ {code(node['right_child'])} }}"

    trees = booster.dump_model()["tree_info"]
    functions = [f"static double tree{index}(const double *row) {{ {code(tree['tree_structure'])} }}" for index, tree in enumerate(trees)]
    calls = "\n".join(f"  sum += tree{index}(row);" for index in range(len(trees)))
    return "\n".join(functions) + f"\ndouble score(const double *row) {{\n  double sum = 0;\n{calls}\n  return sum;\n}}\n"


def compile_c(folder: Path, name: str, features: int, *sources: Path | str) -> None:
    """Links the driver, the peer's adapter and its sources to a program called like the peer."""
    command = [*CC, f"-DFEATURES={features}", f"-I{folder}", f"-I{folder / 'tl2cgen-code'}", "-o", str(folder / name)]
    command += [str(HERE / "driver.c"), str(HERE / f"{name}.c"), *map(str, sources), "-lm"]
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=MAX_SECONDS)


def main() -> None:
    """Makes everything in the folder that the first argument names."""
    folder = Path(sys.argv[1])
    trees, depth, features = map(int, sys.argv[2:])
    folder.mkdir(parents=True, exist_ok=True)
    booster = train(folder, trees, depth, features)

    def make_if_else() -> None:
        (folder / "score.c").write_text(if_else(booster))
        compile_c(folder, "if-else", features, folder / "score.c")

    def make_tl2cgen() -> None:
        model = treelite.frontend.load_lightgbm_model(folder / "model.txt")
        code = folder / "tl2cgen-code"
        tl2cgen.generate_c_code(model, dirpath=code, params={"parallel_comp": 8}, verbose=False)
        compile_c(folder, "tl2cgen", features, *sorted(code.glob("*.c")))

    def make_lleaves() -> None:
        model = lleaves.Model(model_file=str(folder / "model.txt"))
        model.compile(cache=str(folder / "lleaves.o"), raw_score=True)
        compile_c(folder, "lleaves", features, folder / "lleaves.o")

    def make_lightgbm() -> None:
        library = next(Path(lightgbm.__file__).parent.rglob("lib_lightgbm.so"))
        compile_c(folder, "lightgbm", features, library, f"-Wl,-rpath,{library.parent}")

    absent: dict[str, str] = {}
    makers: dict[str, Callable[[], None]] = {
        "if-else": make_if_else,
        "tl2cgen": make_tl2cgen,
        "lleaves": make_lleaves,
        "lightgbm": make_lightgbm,
    }
    for name, make in makers.items():
        (folder / name).unlink(missing_ok=True)
        try:
            make()
        except subprocess.TimeoutExpired:
            absent[name] = f"the C compiler took more than {MAX_SECONDS} s"
        except subprocess.CalledProcessError as error:
            absent[name] = "the C compiler refused: " + error.stderr.strip().splitlines()[-1].rsplit("/", 1)[-1]
        except (AttributeError, OSError, RuntimeError, ValueError, tl2cgen.TL2cgenError, treelite.TreeliteError) as error:
            absent[name] = f"{type(error).__name__}: {error}"[:200]
    print(json.dumps(absent))


main()
