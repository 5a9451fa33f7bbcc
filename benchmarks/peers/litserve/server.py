"""The iris forest behind LitServe: POST /predict {"input": […]} answers {"output": "Iris-Setosa"}.

python server.py PORT
"""

import sys
from pathlib import Path

import joblib
import litserve as ls
from sklearn.ensemble import RandomForestClassifier

CLASS_NAMES = ["Iris-Setosa", "Iris-Versicolor", "Iris-Virginica"]


class IrisForestAPI(ls.LitAPI):
    """One row at a time, as LitServe does without batching."""

    model: RandomForestClassifier

    def setup(self, device: str) -> None:
        """Load the model once for the worker."""
        self.model = joblib.load(Path(__file__).parent / ".model" / "model.joblib")

    def decode_request(self, request: dict[str, list[float]]) -> list[list[float]]:
        """The row as scikit-learn takes it."""
        return [request["input"]]

    def predict(self, x: list[list[float]]) -> int:
        """The position of the row's class."""
        return int(self.model.predict(x)[0])

    def encode_response(self, output: int) -> dict[str, str]:
        """The class by its name."""
        return {"output": CLASS_NAMES[output]}


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].isdigit():
        sys.exit("usage: python server.py PORT")
    server = ls.LitServer(IrisForestAPI(), accelerator="cpu", workers_per_device=1)
    # One process that talks HTTP; it would write a client into this folder.
    server.run(host="127.0.0.1", port=int(sys.argv[1]), num_api_servers=1, generate_client_file=False)
