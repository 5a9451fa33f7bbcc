"""The iris forest as a BentoML service: POST /predict {"input_data": [[…]]} answers ["Iris-Setosa"]."""

from pathlib import Path

import bentoml
import joblib
import numpy as np

CLASS_NAMES = np.array(["Iris-Setosa", "Iris-Versicolor", "Iris-Virginica"])


# requirements.txt has pinned the packages already; to lock them anew needs the network at every build.
@bentoml.service(name="iris_forest", workers=1, image=bentoml.images.Image(lock_python_packages=False))
class IrisForest:
    """One worker process."""

    stored = bentoml.models.BentoModel("iris-forest:latest")

    def __init__(self) -> None:
        """Load the model once for the worker."""
        self.model = joblib.load(Path(self.stored.path) / "model.joblib")

    @bentoml.api
    def predict(self, input_data: np.ndarray) -> list[str]:
        """Class names of rows of four features."""
        return CLASS_NAMES[self.model.predict(input_data)].tolist()
