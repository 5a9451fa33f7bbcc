"""The parameters of XGBoost, LightGBM and CatBoost that are held against the trainers, on scikit-learn's bundled data."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_linnerud, load_wine
from sklearn.ensemble import VotingClassifier
from sklearn.impute import SimpleImputer
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

TUMOURS, MALIGNANT = load_breast_cancer(return_X_y=True)
IRIS, SPECIES = load_iris(return_X_y=True)
WINE, CULTIVAR = load_wine(return_X_y=True)
DIABETES, PROGRESSION = load_diabetes(return_X_y=True)
EXERCISE, BODY = load_linnerud(return_X_y=True)
RANDOM = np.random.default_rng(3)
GAPS = np.where(RANDOM.random(TUMOURS.shape) < 0.1, np.nan, TUMOURS)
ZEROS = np.where(RANDOM.random(TUMOURS.shape) < 0.2, 0.0, TUMOURS)
SENTINELS = np.where(np.isnan(GAPS), -999.0, GAPS)
UNIT = (PROGRESSION - PROGRESSION.min()) / np.ptp(PROGRESSION)
NAMES = np.array(["setosa", "versicolor", "virginica"])[SPECIES]
LABELS = np.column_stack([SPECIES == 0, SPECIES > 0, IRIS[:, 0] > 5.8]).astype(int)
CENSORED = np.where(MALIGNANT == 1, "benign", "malignant")


def _mixed() -> pd.DataFrame:
    """Names, numbers and gaps as categories beside numbers."""
    frame = pd.DataFrame(IRIS.round(1), columns=["sepal length (cm)", "sepal width (cm)", "petal length", "petal width"])
    frame["colour"] = pd.Series(RANDOM.choice(["red", "green", "blue"], len(frame)), dtype="category")
    frame["site"] = pd.Series(RANDOM.integers(3, 30, len(frame))).astype("category")
    frame["indoors"] = pd.Series(RANDOM.random(len(frame)) < 0.4)
    frame.loc[::9, "colour"] = None
    frame.loc[::11, "petal length"] = np.nan
    return frame


MIXED = _mixed()
PLAIN = MIXED.astype({"colour": object, "site": float})


@dataclass(frozen=True)
class Case:
    """A model to train."""

    library: str
    name: str
    make: Callable[[], Any]
    x: Any
    y: Any
    fit: dict[str, Any] = field(default_factory=dict)
    #: Part of the message with which it is refused.
    refused: str | None = None

    def train(self) -> Any:
        return self.make().fit(self.x, self.y, **self.fit)


def _encoded(final: Any) -> Any:
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    return make_pipeline(
        ColumnTransformer(
            [
                ("numbers", numbers, ["sepal length (cm)", "sepal width (cm)", "petal length", "petal width"]),
                ("colour", OneHotEncoder(handle_unknown="ignore"), ["colour"]),
                ("site", "passthrough", ["site"]),
            ]
        ),
        final,
    )


def _scaled_beside_categories(final: Any) -> Any:
    """Numbers are scaled; pandas' categories go on as they are, with their gaps."""
    numbers = ["sepal length (cm)", "sepal width (cm)", "petal length", "petal width"]
    columns = ColumnTransformer([("numbers", StandardScaler(), numbers)], remainder="passthrough", verbose_feature_names_out=False)
    return make_pipeline(columns.set_output(transform="pandas"), final)


def xgboost_cases() -> list[Case]:
    from xgboost import XGBClassifier, XGBRanker, XGBRegressor, XGBRFClassifier, XGBRFRegressor

    def case(name: str, make: Callable[..., Any], x: Any, y: Any, refused: str | None = None, fit: Any = None, **parameters: Any) -> Case:
        settings = {"n_estimators": 15, "max_depth": 4, "n_jobs": 1, "random_state": 0} | parameters
        return Case("XGBoost", name, lambda: make(**settings), x, y, fit or {}, refused)

    regressions = ("squarederror", "absoluteerror", "pseudohubererror", "squaredlogerror", "gamma", "tweedie")
    odd = {"sample_weight": np.linspace(0.5, 2, len(UNIT))}
    ranked = {"qid": np.arange(len(SPECIES)) // 10}
    stopped = {"eval_set": [(IRIS[1::2], SPECIES[1::2])], "verbose": False}
    return [
        case("binary:logistic", XGBClassifier, TUMOURS, MALIGNANT),
        case("binary:hinge", XGBClassifier, TUMOURS, MALIGNANT, objective="binary:hinge"),
        case("binary:logitraw", XGBClassifier, TUMOURS, MALIGNANT, objective="binary:logitraw"),
        case("multi:softprob", XGBClassifier, IRIS, SPECIES),
        case("base_score", XGBClassifier, TUMOURS, MALIGNANT, base_score=0.2),
        case("missing values", XGBClassifier, GAPS, MALIGNANT),
        case("missing=-999", XGBClassifier, SENTINELS, MALIGNANT, missing=-999.0),
        case("booster=dart", XGBClassifier, IRIS, SPECIES, booster="dart", rate_drop=0.4),
        case("booster=gblinear", XGBClassifier, GAPS, MALIGNANT, booster="gblinear"),
        case("booster=gblinear, three classes", XGBClassifier, IRIS, SPECIES, booster="gblinear"),
        case("early stopping", XGBClassifier, IRIS[::2], SPECIES[::2], fit=stopped, early_stopping_rounds=2, n_estimators=60),
        case("num_parallel_tree", XGBClassifier, IRIS, SPECIES, num_parallel_tree=3, subsample=0.6),
        case("grow_policy=lossguide", XGBClassifier, TUMOURS, MALIGNANT, grow_policy="lossguide", max_leaves=9, max_depth=0),
        case("tree_method=exact", XGBClassifier, TUMOURS, MALIGNANT, tree_method="exact"),
        case("monotone_constraints", XGBRegressor, DIABETES, PROGRESSION, monotone_constraints=(0, 0, 1, 1, 0, 0, 0, 0, 0, 0)),
        case("interaction_constraints", XGBRegressor, DIABETES, PROGRESSION, interaction_constraints="[[0, 1, 2], [3, 4, 5]]"),
        case("categories", XGBClassifier, MIXED, SPECIES, enable_categorical=True),
        case("categories, one at a time", XGBClassifier, MIXED, SPECIES, enable_categorical=True, max_cat_to_onehot=50),
        case("categories in partitions", XGBClassifier, MIXED, SPECIES, enable_categorical=True, max_cat_to_onehot=1),
        case("categories, dart", XGBClassifier, MIXED, SPECIES, enable_categorical=True, booster="dart", rate_drop=0.3),
        case("random forest", XGBRFClassifier, IRIS, SPECIES),
        case("random forest, regression", XGBRFRegressor, DIABETES, PROGRESSION),
        *(case(f"reg:{name}", XGBRegressor, DIABETES, PROGRESSION, objective=f"reg:{name}") for name in regressions),
        case("reg:logistic", XGBRegressor, DIABETES, UNIT, objective="reg:logistic"),
        case("reg:quantileerror", XGBRegressor, DIABETES, PROGRESSION, objective="reg:quantileerror", quantile_alpha=0.8),
        case("reg:quantileerror, two", XGBRegressor, DIABETES, PROGRESSION, objective="reg:quantileerror", quantile_alpha=[0.2, 0.8]),
        case("count:poisson", XGBRegressor, DIABETES, PROGRESSION, objective="count:poisson"),
        case("survival:cox", XGBRegressor, DIABETES, UNIT + 0.1, objective="survival:cox"),
        case("sample_weight", XGBRegressor, DIABETES, UNIT, fit=odd),
        case("multi_strategy=one_output_per_tree", XGBRegressor, EXERCISE, BODY),
        case("multi_strategy=multi_output_tree", XGBRegressor, EXERCISE, BODY, multi_strategy="multi_output_tree"),
        case("rank:ndcg", XGBRanker, IRIS, SPECIES, fit=ranked),
        case("rank:pairwise", XGBRanker, IRIS, SPECIES, fit=ranked, objective="rank:pairwise"),
        Case("XGBoost", "scaled", lambda: make_pipeline(StandardScaler(), XGBClassifier(n_estimators=15)), TUMOURS, MALIGNANT),
        Case("XGBoost", "scaled, missing values", lambda: make_pipeline(StandardScaler(), XGBClassifier(n_estimators=15)), GAPS, MALIGNANT),
        Case(
            "XGBoost",
            "scaled beside categories",
            lambda: _scaled_beside_categories(XGBClassifier(n_estimators=15, enable_categorical=True)),
            MIXED,
            SPECIES,
        ),
        Case(
            "XGBoost", "scaled, regression", lambda: make_pipeline(StandardScaler(), XGBRegressor(n_estimators=15)), DIABETES, PROGRESSION
        ),
        case("booster=dart, regression", XGBRegressor, DIABETES, PROGRESSION, booster="dart", rate_drop=0.4),
        case("booster=gblinear, regression", XGBRegressor, DIABETES, PROGRESSION, booster="gblinear"),
        case("early stopping, dart", XGBClassifier, IRIS[::2], SPECIES[::2], fit=stopped, early_stopping_rounds=2, booster="dart"),
        case("several labels", XGBClassifier, IRIS, LABELS),
        case("several labels, multi_output_tree", XGBClassifier, IRIS, LABELS, multi_strategy="multi_output_tree"),
        case("several labels, binary:hinge", XGBClassifier, IRIS, LABELS, objective="binary:hinge"),
        Case("XGBoost", "several labels, scaled", lambda: make_pipeline(StandardScaler(), XGBClassifier(n_estimators=15)), IRIS, LABELS),
        Case("XGBoost", "several labels, apart", lambda: MultiOutputClassifier(XGBClassifier(n_estimators=15)), IRIS, LABELS),
        case("rank:map", XGBRanker, IRIS, (SPECIES == 1).astype(int), fit=ranked, objective="rank:map"),
        case("max_delta_step, gamma, subsample", XGBClassifier, TUMOURS, MALIGNANT, max_delta_step=1, gamma=0.5, subsample=0.7),
        Case("XGBoost", "encoded columns", lambda: _encoded(XGBClassifier(n_estimators=15)), PLAIN, SPECIES),
        case("objective of one's own", XGBRegressor, DIABETES, UNIT, objective=_squared_error),
    ]


def _squared_error(target: Any, predicted: Any) -> Any:
    return predicted - target, np.ones_like(target)


def lightgbm_cases() -> list[Case]:
    from lightgbm import LGBMClassifier, LGBMRanker, LGBMRegressor, early_stopping

    def case(name: str, make: Callable[..., Any], x: Any, y: Any, refused: str | None = None, fit: Any = None, **parameters: Any) -> Case:
        settings = {
            "n_estimators": 15,
            "num_leaves": 15,
            "min_child_samples": 5,
            "n_jobs": 1,
            "verbose": -1,
            "random_state": 0,
        } | parameters
        return Case("LightGBM", name, lambda: make(**settings), x, y, fit or {}, refused)

    quick = {"n_estimators": 15, "verbose": -1}
    forest = {"boosting_type": "rf", "bagging_freq": 1, "bagging_fraction": 0.6}
    stopped = {"eval_set": [(IRIS[1::2], SPECIES[1::2])], "callbacks": [early_stopping(2, verbose=False)]}
    regressions = ("regression", "regression_l1", "huber", "fair", "quantile", "mape", "poisson", "gamma", "tweedie")
    return [
        case("binary", LGBMClassifier, TUMOURS, MALIGNANT),
        case("binary, classes with names", LGBMClassifier, TUMOURS, CENSORED),
        case("binary, sigmoid=2", LGBMClassifier, TUMOURS, MALIGNANT, sigmoid=2.0),
        case("multiclass", LGBMClassifier, IRIS, NAMES),
        case("float32 rows", LGBMClassifier, IRIS.astype(np.float32), SPECIES),
        case("integer rows", LGBMClassifier, (IRIS * 10).astype(int), SPECIES),
        case("multiclassova", LGBMClassifier, IRIS, SPECIES, objective="multiclassova"),
        case("boosting_type=dart", LGBMClassifier, WINE, CULTIVAR, boosting_type="dart"),
        case("boosting_type=rf", LGBMClassifier, WINE, CULTIVAR, **forest),
        case("boosting_type=rf, regression", LGBMRegressor, DIABETES, PROGRESSION, **forest),
        case("data_sample_strategy=goss", LGBMClassifier, WINE, CULTIVAR, data_sample_strategy="goss"),
        case("missing values", LGBMClassifier, GAPS, MALIGNANT),
        case("use_missing=False", LGBMClassifier, GAPS, MALIGNANT, use_missing=False),
        case("zero_as_missing", LGBMClassifier, ZEROS, MALIGNANT, zero_as_missing=True),
        case("linear_tree", LGBMRegressor, DIABETES, PROGRESSION, linear_tree=True),
        case("linear_tree, missing values", LGBMClassifier, GAPS, MALIGNANT, linear_tree=True),
        case("linear_tree, three classes", LGBMClassifier, IRIS, SPECIES, linear_tree=True),
        case("early stopping", LGBMClassifier, IRIS[::2], SPECIES[::2], fit=stopped, n_estimators=60),
        case("monotone_constraints", LGBMRegressor, DIABETES, PROGRESSION, monotone_constraints=[0, 0, 1, 1, 0, 0, 0, 0, 0, 0]),
        case("extra_trees", LGBMRegressor, DIABETES, PROGRESSION, extra_trees=True),
        case("path_smooth", LGBMRegressor, DIABETES, PROGRESSION, path_smooth=2.0),
        case("categories", LGBMClassifier, MIXED, SPECIES, min_data_per_group=2),
        case("categories, one at a time", LGBMClassifier, MIXED, SPECIES, max_cat_to_onehot=50, min_data_per_group=2),
        case("categorical_feature by number", LGBMClassifier, WINE.round(), CULTIVAR, fit={"categorical_feature": [0, 4]}),
        *(case(f"objective={name}", LGBMRegressor, DIABETES, PROGRESSION, objective=name) for name in regressions),
        case("reg_sqrt", LGBMRegressor, DIABETES, PROGRESSION, reg_sqrt=True),
        case("objective=cross_entropy", LGBMRegressor, DIABETES, UNIT, objective="cross_entropy"),
        case("objective=cross_entropy_lambda", LGBMRegressor, DIABETES, UNIT, objective="cross_entropy_lambda"),
        case("lambdarank", LGBMRanker, IRIS, SPECIES, fit={"group": [10] * 15}),
        case("a constant model", LGBMRegressor, DIABETES, PROGRESSION, min_child_samples=1000),
        Case(
            "LightGBM", "scaled", lambda: make_pipeline(StandardScaler(), LGBMClassifier(n_estimators=15, verbose=-1)), TUMOURS, MALIGNANT
        ),
        Case("LightGBM", "scaled, missing values", lambda: make_pipeline(StandardScaler(), LGBMClassifier(**quick)), GAPS, MALIGNANT),
        Case(
            "LightGBM",
            "scaled beside categories",
            lambda: _scaled_beside_categories(LGBMClassifier(**quick)),
            MIXED,
            SPECIES,
        ),
        Case("LightGBM", "scaled, regression", lambda: make_pipeline(StandardScaler(), LGBMRegressor(**quick)), DIABETES, PROGRESSION),
        case("linear_tree, categories", LGBMClassifier, MIXED, SPECIES, linear_tree=True, min_data_per_group=2),
        case("monotone_constraints, missing values", LGBMClassifier, GAPS, MALIGNANT, monotone_constraints=[1] + [0] * 29),
        case("rank_xendcg", LGBMRanker, IRIS, SPECIES, fit={"group": [10] * 15}, objective="rank_xendcg"),
        case("early stopping, dart", LGBMClassifier, IRIS[::2], SPECIES[::2], fit=stopped, boosting_type="dart"),
        Case("LightGBM", "encoded columns", lambda: _encoded(LGBMClassifier(n_estimators=15, verbose=-1)), PLAIN, NAMES),
        case("objective of one's own", LGBMRegressor, DIABETES, UNIT, objective=_squared_error),
        Case(
            "LightGBM",
            "with a forest of scikit-learn",
            lambda: _voting(LGBMClassifier(**quick)),
            IRIS,
            SPECIES,
            refused="trees of a booster and trees of scikit-learn",
        ),
    ]


def _voting(booster: Any) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return VotingClassifier(
        [("booster", booster), ("forest", RandomForestClassifier(5, random_state=0))], voting="soft", flatten_transform=False
    )


def catboost_cases() -> list[Case]:
    from catboost import CatBoostClassifier, CatBoostRegressor

    settings = {"iterations": 15, "depth": 4, "thread_count": 1, "random_seed": 0, "verbose": False, "allow_writing_files": False}

    def case(name: str, make: Callable[..., Any], x: Any, y: Any, refused: str | None = None, fit: Any = None, **parameters: Any) -> Case:
        return Case("CatBoost", name, lambda: make(**(settings | parameters)), x, y, fit or {}, refused)

    regressions = (
        "RMSE",
        "MAE",
        "Quantile:alpha=0.8",
        "LogLinQuantile",
        "Poisson",
        "MAPE",
        "Huber:delta=1",
        "Expectile:alpha=0.3",
        "LogCosh",
    )
    strings = MIXED.assign(colour=MIXED["colour"].astype(object).fillna("none"), site=MIXED["site"].astype(int))
    return [
        case("Logloss", CatBoostClassifier, TUMOURS, MALIGNANT),
        case("Logloss, classes with names", CatBoostClassifier, TUMOURS, CENSORED),
        case("CrossEntropy", CatBoostClassifier, TUMOURS, MALIGNANT, loss_function="CrossEntropy"),
        case("MultiClass", CatBoostClassifier, IRIS, NAMES),
        case("MultiClassOneVsAll", CatBoostClassifier, IRIS, SPECIES, loss_function="MultiClassOneVsAll"),
        case("nan_mode=Min", CatBoostClassifier, GAPS, MALIGNANT),
        case("nan_mode=Max", CatBoostClassifier, GAPS, MALIGNANT, nan_mode="Max"),
        case("grow_policy=Depthwise", CatBoostClassifier, GAPS, MALIGNANT, grow_policy="Depthwise"),
        case("grow_policy=Lossguide", CatBoostClassifier, IRIS, SPECIES, grow_policy="Lossguide"),
        case("boosting_type=Ordered", CatBoostClassifier, TUMOURS, MALIGNANT, boosting_type="Ordered"),
        case("auto_class_weights", CatBoostClassifier, TUMOURS, MALIGNANT, auto_class_weights="Balanced"),
        case("monotone_constraints", CatBoostRegressor, DIABETES, PROGRESSION, monotone_constraints=[0, 0, 1, 1, 0, 0, 0, 0, 0, 0]),
        case(
            "early stopping",
            CatBoostClassifier,
            IRIS[::2],
            SPECIES[::2],
            fit={"eval_set": (IRIS[1::2], SPECIES[1::2])},
            od_wait=2,
            iterations=60,
        ),
        *(case(name, CatBoostRegressor, DIABETES, PROGRESSION, loss_function=name) for name in regressions),
        case("Tweedie", CatBoostRegressor, DIABETES, PROGRESSION, loss_function="Tweedie:variance_power=1.5"),
        case("MultiRMSE", CatBoostRegressor, EXERCISE, BODY, loss_function="MultiRMSE"),
        case("MultiQuantile", CatBoostRegressor, DIABETES, PROGRESSION, loss_function="MultiQuantile:alpha=0.2,0.8"),
        case("RMSEWithUncertainty", CatBoostRegressor, DIABETES, PROGRESSION, loss_function="RMSEWithUncertainty", refused="not covered"),
        case("cat_features", CatBoostClassifier, strings, SPECIES, fit={"cat_features": ["colour", "site"]}, refused="CTRs"),
        Case("CatBoost", "scaled", lambda: make_pipeline(StandardScaler(), CatBoostClassifier(**settings)), TUMOURS, MALIGNANT),
        Case(
            "CatBoost", "scaled, missing values", lambda: make_pipeline(StandardScaler(), CatBoostClassifier(**settings)), GAPS, MALIGNANT
        ),
        Case(
            "CatBoost", "scaled, regression", lambda: make_pipeline(StandardScaler(), CatBoostRegressor(**settings)), DIABETES, PROGRESSION
        ),
        Case("CatBoost", "encoded columns", lambda: _encoded(CatBoostClassifier(**settings)), PLAIN, NAMES),
        Case(
            "CatBoost",
            "ordinal categories",
            lambda: make_pipeline(
                ColumnTransformer([("codes", OrdinalEncoder(), ["colour", "site"])], remainder="passthrough"),
                CatBoostClassifier(**settings),
            ),
            strings,
            SPECIES,
        ),
    ]
