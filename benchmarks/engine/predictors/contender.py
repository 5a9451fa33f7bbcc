"""Measures a Python predictor inside its own process; the commands are those of driver.c.

Usage: contender.py NAME FOLDER FEATURES ROWS
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

NAME, FOLDER = sys.argv[1], Path(sys.argv[2])
FEATURES, ROWS = int(sys.argv[3]), int(sys.argv[4])

#: See driver.c.
clock = time.process_time if os.environ.get("SETOSA_BENCH_CLOCK") == "cpu" else time.perf_counter
#: From a row's number, or None for all rows, to the scores.
Predict = Callable[[int | None], Any]


def matrix() -> tuple[Any, list[Any]]:
    """All rows, and each as a matrix of one row."""
    rows = np.fromfile(FOLDER / "rows.f32", dtype="<f4").reshape(ROWS, FEATURES)
    return rows, [rows[row : row + 1] for row in range(ROWS)]


def onnxruntime() -> Predict:
    """With the settings that are best for one row: one thread, no spinning."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = ort.InferenceSession(FOLDER / "model.onnx", options, providers=["CPUExecutionProvider"])
    outputs = [session.get_outputs()[-1].name]
    if (FOLDER / "rows.json").exists():
        table = json.loads((FOLDER / "rows.json").read_text())
        feeds = {
            value.name: np.array(
                [[row[name] if row[name] is not None else np.nan] for row in table],
                dtype=object if value.type == "tensor(string)" else {"tensor(double)": np.float64}.get(value.type, np.float32),
            )
            for value, name in zip(session.get_inputs(), table[0], strict=True)
        }
        each = [{name: column[row : row + 1] for name, column in feeds.items()} for row in range(ROWS)]
    else:
        name, kind = session.get_inputs()[0].name, session.get_inputs()[0].type
        rows, _ = matrix()
        rows = rows.astype(np.float64) if kind == "tensor(double)" else rows
        feeds = {name: rows}
        each = [{name: rows[row : row + 1]} for row in range(ROWS)]
    return lambda row: session.run(outputs, feeds if row is None else each[row])[0]


def gtil() -> Predict:
    """Treelite's reference predictor."""
    import pickle

    import treelite

    if (FOLDER / "model.txt").exists():
        model = treelite.frontend.load_lightgbm_model(FOLDER / "model.txt")
    elif (FOLDER / "model.ubj").exists():
        model = treelite.frontend.load_xgboost_model(FOLDER / "model.ubj", format_choice="ubjson")
    else:
        model = treelite.sklearn.import_model(pickle.loads((FOLDER / "model.pickle").read_bytes()))
    rows, _ = matrix()
    rows = rows.astype(np.float64) if model.input_type == "float64" else rows
    each = [rows[row : row + 1] for row in range(ROWS)]
    return lambda row: treelite.gtil.predict(model, rows if row is None else each[row], nthread=1)


def xgboost() -> Predict:
    """inplace_predict, with one thread."""
    import xgboost as xgb

    booster = xgb.Booster({"nthread": 1}, model_file=FOLDER / "model.ubj")
    rows, each = matrix()
    return lambda row: booster.inplace_predict(rows if row is None else each[row])


def answer(line: str) -> str:
    """What a command gives."""
    command, *arguments = line.split()
    if command == "predict":
        single = np.array([np.ravel(predict(row)) for row in range(ROWS)], dtype="<f8")
        batch = np.asarray(predict(None), dtype="<f8").reshape(single.shape)
        Path(arguments[0]).write_bytes(single.tobytes() + batch.tobytes())
        return "1"
    start = clock()
    if command == "many":
        predict(None)
        return str((clock() - start) * 1e6 / ROWS)
    calls, row = int(arguments[0]), int(arguments[1]) % ROWS
    for _ in range(calls):
        predict(row)
        row = row + 1 if row + 1 < ROWS else 0
    return str((clock() - start) * 1e6 / calls)


predict = {"onnxruntime": onnxruntime, "gtil": gtil, "xgboost-python": xgboost}[NAME]()
for command in sys.stdin:
    print(answer(command), flush=True)
