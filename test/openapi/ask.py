"""Asks a server by a client that was generated from its /openapi.json, and prints what it was told: ask.py URL."""

import json
import sys

from setosa_api import Client
from setosa_api.api.predictions import predict_iris_from_query
from setosa_api.api.server import get_ready
from setosa_api.models import Error, IrisAnswer

client = Client(base_url=sys.argv[1], headers={"accept": "application/json"})
row = {"sepal_length_cm": 6.3, "sepal_width_cm": 3.3, "petal_length_cm": 6.0}

answer = predict_iris_from_query.sync(client=client, petal_width_cm=2.5, **row)
assert isinstance(answer, IrisAnswer)
refused = predict_iris_from_query.sync(client=client, **row)
assert isinstance(refused, Error)
ready = get_ready.sync(client=client)

print(json.dumps({"label": answer.prediction, "code": refused.error.code, "ready": ready.status}))
