"""The committed example models are what the training scripts make today."""

import importlib
import json

import numpy as np
import pytest

import setosa
import train
from conftest import ROOT


@pytest.mark.parametrize("name", train.NAMES)
def test_training_afresh_answers_as_the_committed_model_does(name, tmp_path, read_saved):
    example = importlib.import_module(name.replace("-", "_")).train()
    fresh = read_saved(
        setosa.save(
            example.model,
            tmp_path / f"{name}.onnx",
            example.X,
            class_names=example.class_names,
            name=name,
            version="1",
            trained_at=train.TRAINED_AT,
        )
    )
    committed = read_saved(ROOT / "models" / f"{name}.onnx")
    assert fresh.signature == committed.signature
    assert fresh.training["features"] == committed.training["features"]
    recorded = json.loads((ROOT / "test" / "fixtures" / "models" / f"{name}.json").read_text())
    now = json.loads(json.dumps(train.fixture(example)))
    assert now["rows"] == recorded["rows"]
    assert now.get("labels") == recorded.get("labels")
    # Trained anew: where a solver ends depends on the machine's linear algebra, beyond the digits that its tolerance names.
    np.testing.assert_allclose(now["scores"], recorded["scores"], rtol=1e-6, atol=5e-3)
    for saved, answers in ((fresh, now), (committed, recorded)):
        labels, scores = saved.run(recorded["rows"])
        assert labels == answers.get("labels")
        np.testing.assert_allclose(scores, answers["scores"], rtol=1e-5, atol=1e-6)
