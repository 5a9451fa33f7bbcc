"""The study's Flask server as the study has it: it answers a constant, and predicts nothing."""

import sys

from flask import Flask

app = Flask(__name__)


@app.route("/predict")
def predict() -> str:
    """Answer what the study answers."""
    return "Prediction: Iris-Setosa"


if __name__ == "__main__":
    app.run(port=int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
