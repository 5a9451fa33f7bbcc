"""TensorFlow Serving's REST answers are its protobuf messages as JSON: read here by the messages themselves."""

import json
import os
import unittest
import urllib.request

from google.protobuf import json_format
from tensorflow.core.framework import types_pb2
from tensorflow_serving.apis import get_model_metadata_pb2, get_model_status_pb2, model_pb2

BASE = f"http://{os.environ['SETOSA_HTTP']}/v1/models"


def get(path: str) -> dict:
    with urllib.request.urlopen(f"{BASE}/{path}", timeout=20) as answer:
        return json.load(answer)


class Messages(unittest.TestCase):
    """As the environment has nothing but the messages, these are not pytest's."""

    def test_status(self) -> None:
        for path in ("iris", "iris/versions/1"):
            # KServe's clients read more keys out of the same answer.
            answer = json_format.ParseDict(get(path), get_model_status_pb2.GetModelStatusResponse(), ignore_unknown_fields=True)
            (version,) = answer.model_version_status
            self.assertEqual(version.version, 1)
            self.assertEqual(version.state, get_model_status_pb2.ModelVersionStatus.AVAILABLE)
            self.assertEqual(version.status.error_code, 0)

    def test_metadata(self) -> None:
        metadata = get("iris/metadata")
        self.assertEqual(set(metadata), {"model_spec", "metadata"})
        specification = json_format.ParseDict(metadata["model_spec"], model_pb2.ModelSpec())
        self.assertEqual((specification.name, specification.version.value), ("iris", 1))
        signatures = json_format.ParseDict(metadata["metadata"]["signature_def"], get_model_metadata_pb2.SignatureDefMap())
        signature = signatures.signature_def["serving_default"]
        feature = signature.inputs["sepal length (cm)"]
        self.assertEqual(feature.dtype, types_pb2.DT_FLOAT)
        self.assertEqual([dimension.size for dimension in feature.tensor_shape.dim], [-1])
        self.assertEqual(set(signatures.signature_def["outputs"].outputs), {"label", "probabilities"})
        self.assertEqual(signature.method_name, "tensorflow/serving/predict")


if __name__ == "__main__":
    unittest.main(verbosity=2)
