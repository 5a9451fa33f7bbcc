"""Writes docs/coverage/boosters.md: PYTHONPATH=python/src python python/tests/boosters/write_coverage.py

Trains every model of the matrix, saves it with `setosa.save` and as its library's own file, and lets `setosa inspect`
say what runs both and, of the saved one, whether it answers as in training.
"""

import json
import subprocess
import tempfile
import warnings
from importlib import import_module
from pathlib import Path

from matrix import Case, catboost_cases, lightgbm_cases, xgboost_cases

import setosa

ROOT = Path(__file__).resolve().parents[3]
HEAD = """# Boosters

Made by `python python/tests/boosters/write_coverage.py` with XGBoost {xgboost}, LightGBM {lightgbm} and CatBoost {catboost}: every row is a
model that was trained on one of scikit-learn's bundled data sets. "Saved" is the file of `setosa.save`, which is written only when it
answers as the model does; the tests in `python/tests/boosters` hold it to the model once more. "Own file" is what the library saves itself
(JSON, text), which Setosa reads too; `test/conformance` holds such files to the libraries' predictions. A pipeline has no file of its own.
"""


def inspect(path: Path) -> str:
    """What runs a file, and why not the compiler; or why it is refused."""
    command = [str(ROOT / "bin" / "setosa"), "inspect", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return "refused: " + done.stderr.strip().splitlines()[-1].replace(str(path), path.name)
    (model,) = json.loads(done.stdout)["models"]
    parity = model.get("parity")
    if parity is not None and parity["passed"] != parity["rows"]:
        return f"wrong: {parity['passed']} of {parity['rows']} rows are answered as in training"
    engine: str = model["engine"]
    return engine if engine == "compiled" else f"{engine}: {model['reason']}"


def saved(case: Case, model: object, folder: Path) -> str:
    try:
        return inspect(setosa.save(model, folder / "model.onnx", case.x))
    except setosa.SaveError as error:
        return "not convertible: " + str(error).splitlines()[-1].removeprefix("- ")


def own_file(model: object, folder: Path) -> str:
    library = type(model).__module__.split(".")[0]
    if library == "xgboost":
        path = folder / "model.json"
        model.get_booster().save_model(path)
    elif library == "lightgbm":
        path = folder / "model.txt"
        model.booster_.save_model(path)
    elif library == "catboost":
        path = folder / "model.json"
        if model.get_cat_feature_indices():
            return "not written: CatBoost needs the training data for it"
        model.save_model(str(path), format="json")
    else:
        return ""
    return inspect(path)


def main() -> None:
    warnings.simplefilter("ignore")
    text = HEAD.format(**{library: import_module(library).__version__ for library in ("xgboost", "lightgbm", "catboost")})
    for cases in (xgboost_cases(), lightgbm_cases(), catboost_cases()):
        text += f"\n## {cases[0].library}\n\n| Model | Saved | Own file |\n| --- | --- | --- |\n"
        for case in cases:
            with tempfile.TemporaryDirectory() as name:
                model = case.train()
                cells = [case.name, saved(case, model, Path(name)), own_file(model, Path(name))]
            print(cases[0].library, *cells, sep=" | ", flush=True)
            text += "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"
    target = ROOT / "docs" / "coverage" / "boosters.md"
    target.write_text(text, "utf-8")
    subprocess.run(["npx", "biome", "format", "--write", str(target)], cwd=ROOT, check=False)


if __name__ == "__main__":
    main()
