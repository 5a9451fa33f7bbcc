"""scikit-learn's bundled data sets, split into rows to fit and rows to ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_linnerud, load_wine
from sklearn.model_selection import train_test_split

FIT_ROWS, ASKED_ROWS = 240, 120


@dataclass(frozen=True)
class Data:
    """A data set in two parts."""

    name: str
    x: Any
    y: Any
    asked: Any


def _split(name: str, x: Any, y: Any) -> Data:
    # Linnerud has 20 rows, too few to keep some back that are unlike the others.
    rows = len(x)
    asked = min(ASKED_ROWS, rows // 3)
    fit = min(FIT_ROWS, rows - asked)
    parts = train_test_split(x, y, train_size=fit, test_size=asked, random_state=0, stratify=y if _is_classes(y) else None)
    return Data(name, parts[0], parts[2], parts[1])


def _is_classes(y: Any) -> bool:
    y = np.asarray(y)
    return y.ndim == 1 and len(np.unique(y)) <= 10


def binary() -> Data:
    """Two classes with names."""
    x, y = load_breast_cancer(return_X_y=True)
    return _split("breast_cancer", x, np.array(["malignant", "benign"], dtype=object)[y])


def several() -> Data:
    """Three classes, whole numbers."""
    return _split("iris", *load_iris(return_X_y=True))


def wine() -> Data:
    """Columns of very different sizes."""
    return _split("wine", *load_wine(return_X_y=True))


def digits() -> Data:
    """Images: 64 columns, many of them zero."""
    return _split("digits", *load_digits(return_X_y=True))


def labels() -> Data:
    """Three labels, any of which a row may have."""
    x, y = load_iris(return_X_y=True)
    return _split("iris", x, np.column_stack([y == 0, y > 0, x[:, 0] > 5.8]).astype(int))


def two_answers() -> Data:
    """Two answers of different classes."""
    x, y = load_wine(return_X_y=True)
    return _split("wine", x, np.column_stack([y, 10 + (x[:, 0] > 13)]))


def number() -> Data:
    """One number to predict."""
    return _split("diabetes", *load_diabetes(return_X_y=True))


def positive_number() -> Data:
    """One positive number from positive columns."""
    x, y = load_wine(return_X_y=True)
    return _split("wine", x[:, 1:], x[:, 0] + y)


def one_column() -> Data:
    """One number from one column."""
    x, y = load_diabetes(return_X_y=True)
    return _split("diabetes", x[:, 2:3], y)


def numbers() -> Data:
    """Three numbers to predict."""
    return _split("linnerud", *load_linnerud(return_X_y=True))


def missing(data: Data) -> Data:
    """The same with a tenth of the values missing."""
    return Data(f"{data.name}, missing values", _holes(data.x, 1), data.y, _holes(data.asked, 2))


def _holes(x: Any, seed: int) -> Any:
    if isinstance(x, pd.DataFrame):
        return x.mask(np.random.default_rng(seed).random(x.shape) < 0.1, None)
    x = np.array(x, dtype=np.float64)
    x[np.random.default_rng(seed).random(x.shape) < 0.1] = np.nan
    return x


def integers() -> Data:
    """Small whole numbers, as categories are numbered."""
    x, y = load_digits(return_X_y=True)
    return _split("digits, whole", (x[:, 20:26] // 4).astype(np.int64), y % 3)


def frame() -> Data:
    """Columns of strings: wine in words."""
    x, y = load_wine(return_X_y=True)
    return _split("wine, strings", _words(x), y)


def frame_to_two() -> Data:
    """Columns of strings and two classes."""
    x, y = load_wine(return_X_y=True)
    return _split("wine, strings", _words(x), np.where(y == 1, "second", "other").astype(object))


def frame_to_number() -> Data:
    """Columns of strings and a number."""
    x, _ = load_wine(return_X_y=True)
    return _split("wine, strings", _words(x), x[:, 12])


def _words(x: Any) -> pd.DataFrame:
    words = np.array(["low", "middle", "high"], dtype=object)
    names = ["alcohol", "acid", "ash"]
    return pd.DataFrame({name: words[np.digitize(x[:, i], np.quantile(x[:, i], [0.3, 0.7]))] for i, name in enumerate(names)})


def categories() -> Data:
    """Pandas' categories, some missing, beside numbers, some missing."""
    data = mixed()
    return Data("wine, categories", _as_categories(data.x), data.y, _as_categories(data.asked))


def categories_to_number() -> Data:
    """The same with a number to predict."""
    data = categories()
    x, _ = load_wine(return_X_y=True)
    return Data(data.name, data.x, x[data.x.index, 9], data.asked)


def _as_categories(frame: pd.DataFrame) -> pd.DataFrame:
    words = ["alcohol", "acid", "ash"]
    kind = pd.CategoricalDtype(["high", "low", "middle"])
    frame = frame.assign(**{name: _holes(frame[[name]], 4 + i)[name].astype(kind) for i, name in enumerate(words)})
    return frame


def codes() -> Data:
    """Categories as numbers in columns, beside numbers."""
    x, y = load_wine(return_X_y=True)
    codes = np.column_stack([np.digitize(x[:, i], np.quantile(x[:, i], [0.2, 0.4, 0.6, 0.8])) for i in range(3)])
    return _split("wine, codes", np.column_stack([codes.astype(float), x[:, 3:8]]), y)


def mixed() -> Data:
    """Numbers with missing values beside strings."""
    data = frame()
    x, _ = load_wine(return_X_y=True)
    return Data("wine, mixed", _with_numbers(data.x, x), data.y, _with_numbers(data.asked, x))


def mixed_to_number() -> Data:
    """The same with a number to predict."""
    data = mixed()
    x, _ = load_wine(return_X_y=True)
    return Data(data.name, data.x, x[data.x.index, 9], data.asked)


def _with_numbers(words: pd.DataFrame, x: Any) -> pd.DataFrame:
    return words.assign(hue=_holes(x[words.index, 10:11], 3).ravel(), proline=x[words.index, 12])


_SUBJECTS = {
    "flower": "petal sepal stem leaf garden spring bloom meadow bee colour",
    "wine": "grape barrel cellar vintage tannin bottle harvest cork vineyard colour",
    "engine": "piston valve torque fuel cylinder gear throttle oil harvest motor",
}


def corpus() -> Data:
    """Sentences about three subjects."""
    rng = np.random.default_rng(7)
    texts, y = [], []
    for subject, words in _SUBJECTS.items():
        for _ in range(60):
            chosen = rng.choice([*words.split(), "the", "a", "of", "and", "is"], size=rng.integers(4, 12))
            texts.append(" ".join(chosen).capitalize() + rng.choice([".", "!", "?", ", really."]))
            y.append(subject)
    return _split("sentences", np.array(texts, dtype=object), np.array(y))
