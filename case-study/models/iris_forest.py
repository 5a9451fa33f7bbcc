"""A random forest of 100 trees on the same flowers."""

from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier

from example import Example
from iris import CLASS_NAMES


def train() -> Example:
    """Train on the whole data set."""
    data = load_iris(as_frame=True)
    model = RandomForestClassifier(n_estimators=100, random_state=0).fit(data.data, data.target)
    return Example(model, data.data, CLASS_NAMES)
