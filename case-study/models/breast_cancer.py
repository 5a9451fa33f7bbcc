"""A support vector machine with probabilities, behind a scaler, on breast tumours."""

import warnings

from sklearn.datasets import load_breast_cancer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from example import Example


def train() -> Example:
    """Train on the whole data set."""
    data = load_breast_cancer(as_frame=True)
    model = make_pipeline(StandardScaler(), SVC(probability=True, random_state=0))
    with warnings.catch_warnings():
        # scikit-learn means to replace probability=True by CalibratedClassifierCV.
        warnings.simplefilter("ignore", FutureWarning)
        model.fit(data.data, data.target)
    return Example(model, data.data, [str(name) for name in data.target_names])
