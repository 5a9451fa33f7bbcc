"""Trains the example models, saves them, and writes scikit-learn's own answers as test fixtures.

python case-study/models/train.py [--models DIR] [--fixtures DIR] [--keep-weights] [NAME …]

With --keep-weights nothing is trained: the files keep their graphs, and are given anew what they say of the training rows.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx

import setosa
from example import Example
from setosa.distribution import distribution
from setosa.export import Export
from setosa.framework import Answers, read_model
from setosa.signature import dump
from setosa.table import read_table

ROOT = Path(__file__).resolve().parents[2]
NAMES = ["breast-cancer", "diabetes", "digits", "iris", "iris-forest", "loans", "wine"]
#: Fixed, so that the files are the same whenever they are made.
TRAINED_AT = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


def fixture(example: Example) -> dict[str, object]:
    """Every row of the data set with scikit-learn's answers: labels as positions, scores in float64."""
    table = read_table(example.X, None)
    if example.extra is not None:
        table = table.concat(read_table(example.extra, None))
    answers = read_model(example.model, example.class_names).answer(table)
    return {
        "rows": table.json_rows(),
        **({} if answers.labels is None else {"labels": answers.labels.tolist()}),
        **({} if answers.scores is None else {"scores": answers.scores.tolist()}),
    }


def keep_weights(example: Example, path: Path, answers: Path) -> None:
    """Gives a saved file the distribution of its training rows; its own answers to them are those of the fixture."""
    proto = onnx.load(path)
    metadata = {entry.key: entry.value for entry in proto.metadata_props}
    signature = json.loads(metadata["setosa.signature"])
    task = signature["task"]
    table = read_table(example.X, None)
    recorded = json.loads(answers.read_text(encoding="utf-8"))
    labels, scores = (np.array(recorded[key][: table.rows]) if key in recorded else None for key in ("labels", "scores"))
    export = Export(proto, [], task.get("label"), task.get("scores") or task.get("value"))
    model = read_model(example.model, example.class_names)
    metadata["setosa.training"] = dump(distribution(model, table, export, signature["features"], Answers(labels, scores)))
    _give_covers(example, proto)
    del proto.metadata_props[:]
    for key, value in metadata.items():
        proto.metadata_props.add(key=key, value=value)
    path.write_bytes(proto.SerializeToString(deterministic=True))


def _give_covers(example: Example, proto: onnx.ModelProto) -> None:
    """Writes how many training rows came to each node of the trees, where training gives these trees."""
    trees = [node for node in proto.graph.node if node.op_type.startswith("TreeEnsemble")]
    if not trees:
        return
    with tempfile.TemporaryDirectory() as folder:
        saved = onnx.load(setosa.save(example.model, Path(folder) / "model.onnx", example.X))
    fresh = [node for node in saved.graph.node if node.op_type.startswith("TreeEnsemble")]
    for node, other in zip(trees, fresh, strict=True):
        own, given = ({one.name: one for one in made.attribute if one.name.startswith("nodes_")} for made in (node, other))
        covers = given.pop("nodes_hitrates")
        before = own.pop("nodes_hitrates", None)
        if own != given:
            raise RuntimeError(f"The trees of {proto.graph.name} are others than training makes here.")
        if before is not None:
            node.attribute.remove(before)
        node.attribute.append(covers)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(NAMES)}; all by default")
    parser.add_argument("--models", type=Path, default=ROOT / "models")
    parser.add_argument("--fixtures", type=Path, default=ROOT / "test" / "fixtures" / "models")
    parser.add_argument("--keep-weights", action="store_true", help="write only the distribution of the training rows anew")
    arguments = parser.parse_args()
    arguments.models.mkdir(parents=True, exist_ok=True)
    arguments.fixtures.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or NAMES:
        example = importlib.import_module(name.replace("-", "_")).train()
        if arguments.keep_weights:
            keep_weights(example, arguments.models / f"{name}.onnx", arguments.fixtures / f"{name}.json")
            continue
        path = setosa.save(
            example.model,
            arguments.models / f"{name}.onnx",
            example.X,
            class_names=example.class_names,
            name=name,
            version="1",
            trained_at=TRAINED_AT,
        )
        text = json.dumps(fixture(example), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        (arguments.fixtures / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(f"{name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
