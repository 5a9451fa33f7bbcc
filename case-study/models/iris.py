"""Logistic regression on Fisher's iris flowers: the case study's model."""

from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from example import Example

CLASS_NAMES = ["Iris-Setosa", "Iris-Versicolor", "Iris-Virginica"]


def train() -> Example:
    """Train on the whole data set."""
    data = load_iris(as_frame=True)
    model = LogisticRegression(max_iter=1000, random_state=0).fit(data.data, data.target)
    return Example(model, data.data, CLASS_NAMES)
