"""What is saved of XGBoost, LightGBM and CatBoost answers like the model."""

import warnings

import numpy as np
import pytest

import setosa

pytest.importorskip("xgboost", reason="requirements-boosters.txt is not installed")
pytest.importorskip("lightgbm", reason="requirements-boosters.txt is not installed")
pytest.importorskip("catboost", reason="requirements-boosters.txt is not installed")

from matrix import Case, catboost_cases, lightgbm_cases, xgboost_cases

CASES = [*xgboost_cases(), *lightgbm_cases(), *catboost_cases()]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.library}: {case.name}" for case in CASES])
def test_saved_model_answers_as_the_model_does(case: Case, tmp_path, read_saved):
    path = tmp_path / "model.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = case.train()
        if case.refused is not None:
            with pytest.raises(setosa.SaveError, match=case.refused):
                setosa.save(model, path, case.x)
            return
        setosa.save(model, path, case.x)
        saved = read_saved(path)
        # Rows as JSON has them: null for what is missing.
        frame = case.x.astype(object).where(case.x.notna(), None) if hasattr(case.x, "columns") else case.x.astype(object)
        rows = [[None if value is None or value != value else value for value in row] for row in np.asarray(frame).tolist()]
        labels, values = saved.run(rows)
        predicted = np.asarray(model.predict(case.x))
        if labels is None:
            np.testing.assert_allclose(values, predicted.reshape(len(rows), -1), rtol=1e-5, atol=1e-6)
        elif predicted.ndim == 2 and predicted.shape[1] > 1:
            # Labels that apply or not: 0 and 1 are their positions, and their scores come in pairs.
            assert labels == predicted.tolist()
            given = model.predict_proba(case.x)
            seconds = np.column_stack([part[:, 1] for part in given]) if isinstance(given, list) else given
            np.testing.assert_allclose(np.asarray(values)[:, 1::2], seconds, rtol=1e-5, atol=1e-6)
            np.testing.assert_allclose(np.asarray(values)[:, ::2], 1 - seconds, rtol=1e-5, atol=1e-6)
        else:
            assert [model.classes_[label] for label in labels] == predicted.ravel().tolist()
            np.testing.assert_allclose(values, model.predict_proba(case.x), rtol=1e-5, atol=1e-6)
