"""A neural network with one hidden layer on handwritten digits of 8 × 8 pixels."""

from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

from example import Example


def train() -> Example:
    """Train on the whole data set."""
    data = load_digits(as_frame=True)
    model = MLPClassifier(hidden_layer_sizes=(64,), max_iter=300, random_state=0).fit(data.data, data.target)
    return Example(model, data.data)
