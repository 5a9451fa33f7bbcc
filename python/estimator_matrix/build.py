"""How estimators are made that take more than their defaults to be fitted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn import ensemble, feature_selection, impute, linear_model, model_selection, multiclass, multioutput, preprocessing, tree
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.cross_decomposition import CCA, PLSSVD, PLSCanonical
from sklearn.decomposition import PCA, SparseCoder
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import VarianceThreshold, f_classif
from sklearn.neighbors import LocalOutlierFactor, RadiusNeighborsClassifier, RadiusNeighborsRegressor
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.random_projection import GaussianRandomProjection, SparseRandomProjection
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.svm import SVC

from .data import Data


def _logistic() -> Any:
    return linear_model.LogisticRegression(max_iter=1000)


def _scaled_logistic() -> Any:
    return make_pipeline(StandardScaler(), _logistic())


def _forest() -> Any:
    return ensemble.RandomForestClassifier(10, random_state=0)


def _two(kind: str) -> list[tuple[str, Any]]:
    if kind == "classifier":
        return [("tree", tree.DecisionTreeClassifier(max_depth=4, random_state=0)), ("linear", _scaled_logistic())]
    return [("tree", tree.DecisionTreeRegressor(max_depth=4, random_state=0)), ("linear", linear_model.Ridge())]


#: By class: how it is made where the defaults do not do.
MADE: dict[str, Callable[[], Any]] = {
    "CCA": lambda: CCA(n_components=1),
    "PLSCanonical": lambda: PLSCanonical(n_components=1),
    "PLSSVD": lambda: PLSSVD(n_components=1),
    "QuadraticDiscriminantAnalysis": lambda: QuadraticDiscriminantAnalysis(reg_param=0.01),
    "CalibratedClassifierCV": lambda: CalibratedClassifierCV(_scaled_logistic()),
    "ClassifierChain": lambda: multioutput.ClassifierChain(_scaled_logistic()),
    "ColumnTransformer": lambda: ColumnTransformer(
        [("words", OneHotEncoder(handle_unknown="ignore"), ["alcohol", "ash"]), ("numbers", impute.SimpleImputer(), ["hue", "proline"])]
    ),
    "FeatureUnion": lambda: FeatureUnion([("scaled", StandardScaler()), ("components", PCA(2))]),
    "FixedThresholdClassifier": lambda: model_selection.FixedThresholdClassifier(_scaled_logistic(), threshold=0.3),
    "FunctionTransformer": lambda: preprocessing.FunctionTransformer(),
    "GaussianRandomProjection": lambda: GaussianRandomProjection(3, random_state=0),
    "GenericUnivariateSelect": lambda: feature_selection.GenericUnivariateSelect(f_classif, mode="k_best", param=2),
    "GridSearchCV": lambda: model_selection.GridSearchCV(_scaled_logistic(), {"logisticregression__C": [0.1, 1.0]}, cv=3),
    "KBinsDiscretizer": lambda: preprocessing.KBinsDiscretizer(quantile_method="averaged_inverted_cdf"),
    "LocalOutlierFactor": lambda: LocalOutlierFactor(novelty=True),
    "MultiOutputClassifier": lambda: multioutput.MultiOutputClassifier(_forest()),
    "MultiOutputRegressor": lambda: multioutput.MultiOutputRegressor(linear_model.Ridge()),
    "OneVsOneClassifier": lambda: multiclass.OneVsOneClassifier(_scaled_logistic()),
    "OneVsRestClassifier": lambda: multiclass.OneVsRestClassifier(_scaled_logistic()),
    "OutputCodeClassifier": lambda: multiclass.OutputCodeClassifier(_scaled_logistic(), random_state=0),
    "Pipeline": lambda: Pipeline([("scale", StandardScaler()), ("machine", SVC(random_state=0))]),
    "RFE": lambda: feature_selection.RFE(_logistic(), n_features_to_select=2),
    "RFECV": lambda: feature_selection.RFECV(_logistic(), cv=3),
    "RadiusNeighborsClassifier": lambda: RadiusNeighborsClassifier(radius=2000.0),
    "RadiusNeighborsRegressor": lambda: RadiusNeighborsRegressor(radius=0.5),
    "RandomizedSearchCV": lambda: model_selection.RandomizedSearchCV(
        _scaled_logistic(), {"logisticregression__C": [0.1, 1.0]}, n_iter=2, cv=3, random_state=0
    ),
    "RegressorChain": lambda: multioutput.RegressorChain(linear_model.Ridge()),
    "SelectFromModel": lambda: feature_selection.SelectFromModel(_forest()),
    "SelectKBest": lambda: feature_selection.SelectKBest(k=2),
    "SelectPercentile": lambda: feature_selection.SelectPercentile(percentile=50),
    "SelfTrainingClassifier": lambda: SelfTrainingClassifier(_scaled_logistic()),
    "SequentialFeatureSelector": lambda: feature_selection.SequentialFeatureSelector(_logistic(), cv=2),
    "SparseCoder": lambda: SparseCoder(np.eye(4)),
    "SparseRandomProjection": lambda: SparseRandomProjection(3, random_state=0),
    "StackingClassifier": lambda: ensemble.StackingClassifier(_two("classifier"), _logistic(), cv=3),
    "StackingRegressor": lambda: ensemble.StackingRegressor(_two("regressor"), linear_model.Ridge(), cv=3),
    "TfidfVectorizer": lambda: TfidfVectorizer(),
    "TransformedTargetRegressor": lambda: TransformedTargetRegressor(linear_model.Ridge(), transformer=StandardScaler()),
    "TunedThresholdClassifierCV": lambda: model_selection.TunedThresholdClassifierCV(_scaled_logistic(), cv=3),
    "VarianceThreshold": lambda: VarianceThreshold(0.3),
    "VotingClassifier": lambda: ensemble.VotingClassifier(_two("classifier"), voting="soft"),
    "VotingRegressor": lambda: ensemble.VotingRegressor(_two("regressor")),
}

#: Parameters that differ from the default, to keep fits short and alike on every run.
_SET: dict[str, Any] = {"random_state": 0, "max_iter": 1000, "n_components": 2}
#: Where one of these has another meaning, or a default that is fast enough.
_KEPT = {
    "max_iter": (
        "HistGradient",
        "GaussianProcess",
        "LabelPropagation",
        "LatentDirichlet",
        "MiniBatch",
        "SparsePCA",
        "DictionaryLearning",
        "SVC",
        "SVR",
        "OrthogonalMatchingPursuitCV",
    ),
    "n_components": ("Gaussian", "Bayesian", "LinearDiscriminant", "Sampler", "Nystroem", "CountSketch", "RBM", "Spectral"),
}


def build(name: str, make: Callable[..., Any], data: Data | None = None) -> Any:
    """An estimator that is ready to be fitted; with the data it is to be fitted on, where that has to be before it is made."""
    if name == "FrozenEstimator":
        inner = _scaled_logistic()
        return make(inner if data is None else inner.fit(data.x, data.y))
    if name in MADE:
        return MADE[name]()
    estimator = make()
    known = estimator.get_params(deep=False)
    for parameter, value in _SET.items():
        if parameter in known and not any(part in name for part in _KEPT.get(parameter, ())):
            estimator.set_params(**{parameter: value})
    return estimator
