"""FastAPI on uvicorn with the exported model in onnxruntime: `python fastapi_onnxruntime.py --model iris --port 8000`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Annotated

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field
from rows import BEYOND_FLOAT32, EXAMPLE, FEATURES, MAX_BODY_BYTES, VERSION
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MODELS = Path(__file__).resolve().parents[2] / "models"
Number = Annotated[float, Field(strict=True, gt=-BEYOND_FLOAT32, lt=BEYOND_FLOAT32)]


class Row(BaseModel):
    """One row: every feature, and nothing else."""

    model_config = ConfigDict(extra="forbid")

    sepal_length: Number = Field(alias=FEATURES[0])
    sepal_width: Number = Field(alias=FEATURES[1])
    petal_length: Number = Field(alias=FEATURES[2])
    petal_width: Number = Field(alias=FEATURES[3])


class Model:
    """The ONNX file in onnxruntime, with the names that its metadata gives the classes."""

    def __init__(self, name: str) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.name = name
        self._session = onnxruntime.InferenceSession(str(MODELS / f"{name}.onnx"), options, providers=["CPUExecutionProvider"])
        metadata = self._session.get_modelmeta().custom_metadata_map
        task = json.loads(metadata["setosa.signature"])["task"]
        self.classes: list[str] = task["classes"]
        self._scores: str = task["scores"]
        (self._input,) = self._session.get_inputs()
        self._dtype = np.float64 if "double" in self._input.type else np.float32

    def probabilities(self, values: tuple[float, ...]) -> np.ndarray:
        """The probability of every class."""
        return self._session.run([self._scores], {self._input.name: np.array([values], dtype=self._dtype)})[0][0]


class BodyLimit:
    """Stops reading a body above the limit, announced or in chunks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request with a receiver that counts."""
        length = 0

        async def counted() -> Message:
            nonlocal length
            message = await receive()
            length += len(message.get("body", b""))
            if length > MAX_BODY_BYTES:
                raise HTTPException(413, f"The body is larger than {MAX_BODY_BYTES} bytes.")
            return message

        await self._app(scope, counted if scope["type"] == "http" else receive, send)


def create_app(name: str) -> FastAPI:
    """Load the model, and serve it."""
    model = Model(name)
    app = FastAPI(openapi_url=None)
    app.add_middleware(BodyLimit)

    @app.get("/predict", response_class=PlainTextResponse)
    async def example() -> str:
        return f"Prediction: {model.classes[int(model.probabilities(EXAMPLE).argmax())]}\n"

    @app.post("/predict")
    async def predict(row: Row) -> JSONResponse:
        probabilities = model.probabilities((row.sepal_length, row.sepal_width, row.petal_length, row.petal_width))
        return JSONResponse(
            {
                "model": model.name,
                "version": VERSION,
                "prediction": model.classes[int(probabilities.argmax())],
                "probabilities": dict(zip(model.classes, probabilities.tolist(), strict=True)),
            }
        )

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, problem: RequestValidationError) -> JSONResponse:
        first = problem.errors()[0]
        place = first["loc"][-1]
        codes = {"missing": "FEATURE_MISSING", "extra_forbidden": "FEATURE_UNKNOWN", "json_invalid": "JSON_INVALID"}
        code = codes.get(first["type"], "FEATURE_TYPE_INVALID" if place in FEATURES else "BODY_SHAPE_INVALID")
        # An empty body is "missing" too, but as a whole.
        if code == "FEATURE_MISSING" and place == "body":
            code = "JSON_INVALID"
        return error(400, code, f"{place}: {first['msg']}")

    @app.exception_handler(HTTPException)
    async def refused(_: Request, problem: HTTPException) -> JSONResponse:
        code = {404: "ROUTE_NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "BODY_TOO_LARGE"}.get(problem.status_code, "HTTP")
        answer = error(problem.status_code, code, str(problem.detail))
        # Starlette names the methods of one route only, and /predict has two.
        if problem.status_code == 405:
            answer.headers["Allow"] = "GET, POST"
        return answer

    return app


def error(status: int, code: str, message: str) -> JSONResponse:
    """An error in the form that all servers of the study have."""
    return JSONResponse({"error": {"code": code, "message": message}}, status)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=f"Serves a model of {', '.join(FEATURES)}.")
    parser.add_argument("--model", choices=["iris", "iris-forest"], default="iris")
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    uvicorn.run(create_app(arguments.model), host="127.0.0.1", port=arguments.port, log_level="warning", access_log=False)
