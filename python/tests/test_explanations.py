"""Explanations are those of the shap package, asked for models that are trained here and now."""

import sys
import warnings

import numpy as np
import pytest

from conftest import ROOT

pytest.importorskip("shap", reason="requirements-shap.txt is not installed")
pytest.importorskip("xgboost", reason="requirements-boosters.txt is not installed")
pytest.importorskip("lightgbm", reason="requirements-boosters.txt is not installed")
pytest.importorskip("catboost", reason="requirements-boosters.txt is not installed")

from estimator_matrix.engine import Engine

sys.path.insert(0, str(ROOT / "test" / "fixtures" / "explain"))

from cases import all_cases, json_rows

CASES = all_cases()


@pytest.fixture(scope="module")
def engine():
    with Engine() as started:
        yield started


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_explanations_are_those_of_shap(case, engine, tmp_path):
    path = tmp_path / f"model{case.ending}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = case.make(path)
    answered = engine.explain_saved(path, json_rows(expected.rows))
    assert "error" not in answered, answered
    within = expected.tolerance * max(np.abs(expected.base).max(), np.abs(expected.contributions).max())
    for explanation, contributions in zip(answered["explanations"], expected.contributions, strict=True):
        assert (explanation["method"], explanation["output"]) == ("tree-path-dependent", expected.output)
        np.testing.assert_allclose(list(explanation["baseValues"].values()), expected.base, rtol=0, atol=within)
        found = [list(values.values()) for values in explanation["contributions"].values()]
        np.testing.assert_allclose(found, contributions, rtol=0, atol=within)
