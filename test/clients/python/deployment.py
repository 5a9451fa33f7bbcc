"""Where the server under test is, and what the training frameworks answered for the rows of its models."""

import base64
import json
import os
import urllib.request
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

FIXTURES = Path(__file__).parents[2] / "fixtures"

# Every answer of the wire carries float32: the tolerance of the tests over JSON, test/e2e/example-models.test.ts.
RELATIVE, ABSOLUTE = 1e-5, 1e-6

TABULAR = ["iris", "iris-forest", "wine", "breast-cancer", "digits", "loans", "diabetes"]
DEEP = [
    "keras-digits",
    "keras-lstm",
    "keras-signals",
    "keras-two-inputs",
    "torch-digits",
    "torch-gru",
    "torch-signals",
    "torch-transformer",
]


def _needed(name: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise RuntimeError(f"{name} is not set: run these tests through test/clients.")
    return value


def http_address() -> str:
    """HOST:PORT of the HTTP listener."""
    return _needed("SETOSA_HTTP")


def grpc_address() -> str:
    """HOST:PORT of the gRPC listener."""
    return _needed("SETOSA_GRPC")


def controllable() -> bool:
    """Whether clients may load and unload models of this server."""
    return os.environ.get("SETOSA_CONTROL") == "yes"


def get_json(path: str) -> dict:
    with urllib.request.urlopen(f"http://{http_address()}{path}", timeout=20) as answer:
        return json.load(answer)


@dataclass(frozen=True)
class Tabular:
    """A model of rows, every row of its data set and what scikit-learn answered."""

    name: str
    rows: list
    labels: np.ndarray | None
    scores: np.ndarray
    classes: list | None
    features: list[str]

    def check(self, labels: np.ndarray | None, scores: np.ndarray, rows: slice = slice(None)) -> None:
        if self.labels is not None:
            assert list(np.asarray(labels).reshape(-1)) == list(self.labels[rows])
        np.testing.assert_allclose(np.asarray(scores, np.float64).reshape(self.scores[rows].shape), self.scores[rows], RELATIVE, ABSOLUTE)

    def names(self, labels: np.ndarray) -> list:
        """Indices of classes as their names."""
        return [self.classes[int(label)] for label in np.asarray(labels).reshape(-1)]

    def named_labels(self, rows: slice = slice(None)) -> list:
        return self.names(self.labels[rows])


@cache
def tabular(name: str) -> Tabular:
    fixture = json.loads((FIXTURES / "models" / f"{name}.json").read_text())
    described = get_json(f"/models/{name}")
    labels = fixture.get("labels")
    return Tabular(
        name,
        fixture["rows"],
        None if labels is None else np.array(labels),
        np.array(fixture["scores"]),
        described.get("classes"),
        [feature["name"] for feature in described["features"]],
    )


@dataclass(frozen=True)
class Deep:
    """A network, tensors that went in and what came out of the framework that trained it."""

    name: str
    inputs: list[np.ndarray]
    outputs: list[np.ndarray]

    def check(self, outputs: list[np.ndarray]) -> None:
        assert len(outputs) == len(self.outputs)
        for found, expected in zip(outputs, self.outputs, strict=True):
            assert found.shape == expected.shape
            np.testing.assert_allclose(found, expected, 1e-4, 1e-5)


@cache
def deep(name: str) -> Deep:
    fixture = json.loads((FIXTURES / "deep" / f"{name}.json").read_text())

    def arrays(key: str) -> list[np.ndarray]:
        return [np.array(t["data"], t["dtype"]).reshape(t["shape"]) for t in fixture[key]]

    return Deep(name, arrays("inputs"), arrays("outputs"))


def columns(name: str, rows: list, inputs: list[dict]) -> list[np.ndarray]:
    """Rows as the tensors that a model's metadata asks for: one matrix, or one column for each feature."""
    model = tabular(name)
    if len(inputs) == 1 and len(model.features) > 1:
        return [np.array(rows, np.float32)]
    arrays = []
    for number, described in enumerate(inputs):
        assert described["name"] == model.features[number]
        values = [row[number] for row in rows]
        if described["datatype"] == "BYTES":
            arrays.append(np.array(values, np.object_).reshape(-1, 1))
        else:
            # A missing value is NaN in a tensor.
            arrays.append(np.array([np.nan if value is None else value for value in values], np.float32).reshape(-1, 1))
    return arrays


def label_and_probabilities(answer: dict) -> tuple[np.ndarray, np.ndarray]:
    """Of a ModelInferResponse as JSON, in either of its forms; keys as protobuf's JSON or as the proto has them."""
    raw = answer.get("raw_output_contents") or answer.get("rawOutputContents")
    if raw:
        label, probabilities = map(base64.b64decode, raw)
        return np.frombuffer(label, "<i8"), np.frombuffer(probabilities, "<f4")
    contents = [{key.lower().replace("_", ""): value for key, value in output["contents"].items()} for output in answer["outputs"]]
    return np.array(contents[0]["int64contents"], np.int64), np.array(contents[1]["fp32contents"], np.float32)
