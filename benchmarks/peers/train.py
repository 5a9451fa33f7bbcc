"""Trains the iris forest of `case-study/models/iris_forest.py` with the scikit-learn of one peer, and saves it with joblib.

python benchmarks/peers/train.py FILE

Pickles are not meant to be shared between versions of scikit-learn, so every environment makes its own. It is trained on
an array and not on a table, because a model that knows column names warns at every request that brings none.
"""

import sys
from pathlib import Path

import joblib
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier


def main(path: Path) -> None:
    """Train on the whole data set."""
    data = load_iris()
    model = RandomForestClassifier(n_estimators=100, random_state=0).fit(data.data, data.target)
    path.parent.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, path)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python train.py FILE")
    main(Path(sys.argv[1]))
