"""Gradient boosting regression on the progression of diabetes."""

from sklearn.datasets import load_diabetes
from sklearn.ensemble import GradientBoostingRegressor

from example import Example


def train() -> Example:
    """Train on the whole data set."""
    data = load_diabetes(as_frame=True)
    model = GradientBoostingRegressor(random_state=0).fit(data.data, data.target)
    return Example(model, data.data)
