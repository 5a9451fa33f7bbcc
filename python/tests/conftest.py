import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from sklearn.datasets import load_digits, load_iris

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "case-study" / "models"))


class Saved:
    """A saved file, read back as a stranger would: with onnx and onnxruntime, without setosa."""

    def __init__(self, path):
        self.proto = onnx.load(path)
        metadata = {entry.key: entry.value for entry in self.proto.metadata_props}
        self.signature = json.loads(metadata["setosa.signature"], parse_constant=_refuse)
        self.parity = json.loads(metadata["setosa.parity"], parse_constant=_refuse)
        self.training = json.loads(metadata["setosa.training"], parse_constant=_refuse) if "setosa.training" in metadata else None
        self.session = onnxruntime.InferenceSession(self.proto.SerializeToString(), providers=["CPUExecutionProvider"])

    def run(self, rows):
        """Labels (as positions in the classes) and scores for rows of JSON values."""
        features, task = self.signature["features"], self.signature["task"]
        feeds = {}
        for i, feature in enumerate(features):
            values = [row[i] for row in rows]
            if feature["dtype"] == "string":
                column = np.array(["" if value is None else value for value in values], dtype=object)
            else:
                column = np.array([np.nan if value is None else value for value in values], dtype=feature["dtype"])
            feeds.setdefault(feature["input"], []).append(column)
        outputs = self.session.run(None, {name: np.column_stack(columns) for name, columns in feeds.items()})
        named = dict(zip([output.name for output in self.session.get_outputs()], outputs, strict=True))
        if task["kind"] in ("regression", "transformation"):
            return None, np.asarray(named[task["value"]], dtype=np.float64).reshape(len(rows), -1)
        found = np.asarray(named[task["label"]]).tolist()
        if task["kind"] == "multioutput_classification":
            outputs = task["outputs"]
            labels = [[one["labels"].index(label) for one, label in zip(outputs, row, strict=True)] for row in found]
        else:
            labels = [task["labels"].index(label) for label in np.ravel(found).tolist()]
        scores = None if task["scores"] is None else np.asarray(named[task["scores"]], dtype=np.float64)
        return labels, scores


def _refuse(constant):
    raise ValueError(f"{constant} is not JSON")


@pytest.fixture
def read_saved():
    return Saved


@pytest.fixture(scope="session")
def iris():
    return load_iris(as_frame=True)


@pytest.fixture(scope="session")
def images():
    digits = load_digits()
    return (digits.images[:300, :, :, None] / 16).astype(np.float32), digits.target[:300]


@pytest.fixture(scope="session")
def tokens():
    return np.random.default_rng(0).integers(1, 40, size=(50, 12))
