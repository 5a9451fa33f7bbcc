"""Flask with the trained scikit-learn model: `python flask_sklearn.py --model iris --port 5000` is the development server.

Under gunicorn: `gunicorn -w 1 -b 127.0.0.1:5000 'flask_sklearn:create_app("iris")'`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import joblib
import numpy as np
from flask import Flask, Response, jsonify, request
from rows import EXAMPLE, FEATURES, MAX_BODY_BYTES, VERSION, RowError, read_row
from werkzeug.exceptions import HTTPException

MODELS = Path(__file__).parent / "models"
CODES = {404: "ROUTE_NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "BODY_TOO_LARGE"}


def create_app(name: str) -> Flask:
    """Load the model, and serve it."""
    loaded = joblib.load(MODELS / f"{name}.joblib")
    model, classes = loaded["model"], loaded["classes"]
    # Arrays have no column names; without this scikit-learn warns at every request.
    del model.feature_names_in_
    app = Flask(__name__)
    # Of a body in chunks Werkzeug reads this much and no more: one byte above the limit shows that there is more.
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES + 1
    app.json.sort_keys = False

    def probabilities_of(values: tuple[float, ...] | list[float]) -> np.ndarray:
        return model.predict_proba(np.array([values]))[0]

    @app.get("/predict")
    def example() -> Response:
        label = classes[int(probabilities_of(EXAMPLE).argmax())]
        return Response(f"Prediction: {label}\n", mimetype="text/plain")

    @app.post("/predict")
    def predict() -> Response:
        body = request.get_data()
        if len(body) > MAX_BODY_BYTES:
            raise RowError("BODY_TOO_LARGE", f"The body is larger than {MAX_BODY_BYTES} bytes.", 413)
        probabilities = probabilities_of(read_row(body))
        return jsonify(
            model=name,
            version=VERSION,
            prediction=classes[int(probabilities.argmax())],
            probabilities=dict(zip(classes, probabilities.tolist(), strict=True)),
        )

    @app.errorhandler(RowError)
    def mistake(error: RowError) -> tuple[Response, int]:
        return jsonify(error.body()), error.status

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        # The response of the exception has what its status needs, such as Allow.
        response = error.get_response()
        response.data = jsonify(error={"code": CODES.get(error.code, "HTTP"), "message": error.description}).data
        response.content_type = "application/json"
        return response

    return app


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=f"Serves a model of {', '.join(FEATURES)}.")
    parser.add_argument("--model", choices=["iris", "iris-forest"], default="iris")
    parser.add_argument("--port", type=int, default=5000)
    arguments = parser.parse_args()
    create_app(arguments.model).run(host="127.0.0.1", port=arguments.port)
