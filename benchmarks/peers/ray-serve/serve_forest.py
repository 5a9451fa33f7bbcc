"""The iris forest behind Ray Serve: POST / {"vector": […]} answers {"result": "Iris-Setosa"}.

python serve_forest.py PORT
"""

import sys
from pathlib import Path

import joblib
import ray
from ray import serve
from starlette.requests import Request

CLASS_NAMES = ["Iris-Setosa", "Iris-Versicolor", "Iris-Virginica"]


@serve.deployment(num_replicas=1)
class IrisForest:
    """One replica, behind Ray's own proxy process."""

    def __init__(self, path: str) -> None:
        """Load the model once for the replica."""
        self.model = joblib.load(path)

    async def __call__(self, request: Request) -> dict[str, str]:
        """Classify one row."""
        row = (await request.json())["vector"]
        return {"result": CLASS_NAMES[self.model.predict([row])[0]]}


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].isdigit():
        sys.exit("usage: python serve_forest.py PORT")
    # Its default is a worker process for every core of the machine.
    ray.init(num_cpus=1)
    serve.start(http_options={"host": "127.0.0.1", "port": int(sys.argv[1])})
    serve.run(IrisForest.bind(str(Path(__file__).parent / ".model" / "model.joblib")), blocking=True)
