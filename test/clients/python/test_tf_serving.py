"""The requests that TensorFlow Serving's REST documentation shows, as Python programs write them: with `requests`."""

import base64
import json

import numpy as np
import pytest
import requests

from deployment import deep, http_address, tabular

BASE = f"http://{http_address()}/v1/models"


def ask(path: str, body: object, status: int = 200) -> dict:
    answer = requests.post(f"{BASE}/{path}", data=json.dumps(body), timeout=20)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_predict_by_rows():
    model = tabular("diabetes")
    found = ask("diabetes:predict", {"instances": model.rows})["predictions"]
    model.check(None, np.array(found))


def test_classes_by_rows():
    model = tabular("iris")
    assert ask("iris:predict", {"instances": model.rows})["predictions"] == model.named_labels()
    named = {"signature_name": "serving_default", "instances": [dict(zip(model.features, row, strict=True)) for row in model.rows]}
    assert ask("iris:predict", named)["predictions"] == model.named_labels()


def test_probabilities_by_rows():
    model = tabular("iris")
    found = ask("iris:predict", {"signature_name": "predict_proba", "instances": model.rows})["predictions"]
    model.check(model.labels, np.array(found))


def test_named_outputs_by_rows():
    model = tabular("iris")
    found = ask("iris:predict", {"signature_name": "outputs", "instances": model.rows})["predictions"]
    assert [row["label"] for row in found] == model.named_labels()
    model.check(model.labels, np.array([row["probabilities"] for row in found]))


def test_predict_by_columns():
    model = tabular("iris")
    found = ask("iris:predict", {"signature_name": "outputs", "inputs": {"X": model.rows}})["outputs"]
    assert found["label"] == model.named_labels()
    model.check(model.labels, np.array(found["probabilities"]))
    # With one input its name can be left out.
    assert ask("iris:predict", {"signature_name": "outputs", "inputs": model.rows})["outputs"] == found
    assert ask("iris:predict", {"inputs": model.rows})["outputs"] == model.named_labels()


def test_predict_by_rows_of_named_inputs():
    model = deep("keras-two-inputs")
    left, right = model.inputs
    rows = [{"left": one.tolist(), "right": two.tolist()} for one, two in zip(left, right, strict=True)]
    found = ask("keras-two-inputs:predict", {"instances": rows})["predictions"]
    model.check([np.array([row[name] for row in found], np.float32) for name in ("scores", "risk")])
    columns = ask("keras-two-inputs:predict", {"inputs": {"left": left.tolist(), "right": right.tolist()}})["outputs"]
    model.check([np.array(columns[name], np.float32) for name in ("scores", "risk")])


@pytest.mark.parametrize("encoded", [True, False])
def test_texts(encoded):
    model = tabular("loans")
    complete = [number for number, row in enumerate(model.rows) if None not in row]

    def text(value: object) -> object:
        if not isinstance(value, str):
            return [value]
        return [{"b64": base64.b64encode(value.encode()).decode()} if encoded else value]

    rows = [dict(zip(model.features, map(text, model.rows[number]), strict=True)) for number in complete]
    found = ask("loans:predict", {"signature_name": "outputs", "instances": rows})["predictions"]
    assert [row["label"] for row in found] == [model.classes[model.labels[number]] for number in complete]
    np.testing.assert_allclose([row["probabilities"] for row in found], model.scores[complete], 1e-5, 1e-6)


def test_classify():
    model = tabular("iris")
    examples = [dict(zip(model.features, row, strict=True)) for row in model.rows]
    results = ask("iris:classify", {"signature_name": "serving_default", "examples": examples})["results"]
    assert len(results) == 150
    for row, result in enumerate(results):
        scores = dict(result)
        assert set(scores) == set(model.classes)
        np.testing.assert_allclose([scores[name] for name in model.classes], model.scores[row], 1e-5, 1e-6)


def test_regress():
    model = tabular("diabetes")
    examples = [dict(zip(model.features, row, strict=True)) for row in model.rows]
    model.check(None, np.array(ask("diabetes:regress", {"examples": examples})["results"]))


def test_versions():
    rows = {"instances": tabular("diabetes").rows[:1]}
    assert ask("diabetes/versions/1:predict", rows) == ask("diabetes:predict", rows)
    assert "error" in ask("diabetes/versions/77:predict", rows, 404)


def test_errors():
    assert "no-such-model" in ask("no-such-model:predict", {"instances": [[1]]}, 404)["error"]
    assert ask("iris:predict", {"instances": [[1, 2, 3, 4, 5]]}, 400)["error"]
    assert ask("iris:predict", {"neither": 1}, 400)["error"]
    assert ask("iris:predict", {"instances": [[1, 2, 3, 4]], "inputs": [[1, 2, 3, 4]]}, 400)["error"]
    assert ask("iris:predict", {"signature_name": "no-such-signature", "instances": [[1, 2, 3, 4]]}, 400)["error"]
    answer = requests.post(f"{BASE}/iris:predict", data="not JSON", timeout=20)
    assert answer.status_code == 400
    assert answer.json()["error"]
