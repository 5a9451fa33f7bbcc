"""Histogram gradient boosting on the chemistry of wines from three growers."""

from sklearn.datasets import load_wine
from sklearn.ensemble import HistGradientBoostingClassifier

from example import Example


def train() -> Example:
    """Train on the whole data set."""
    data = load_wine(as_frame=True)
    model = HistGradientBoostingClassifier(max_iter=100, random_state=0).fit(data.data, data.target)
    return Example(model, data.data, [str(name) for name in data.target_names])
