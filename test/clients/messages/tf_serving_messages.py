"""TensorFlow Serving's REST answers are its protobuf messages as JSON: read here by the messages themselves."""

import os
import unittest
import urllib.request

from google.protobuf import json_format
from tensorflow.core.framework import types_pb2
from tensorflow_serving.apis import get_model_metadata_pb2, get_model_status_pb2

BASE = f"http://{os.environ['SETOSA_HTTP']}/v1/models"


def read(path: str, message):
    with urllib.request.urlopen(f"{BASE}/{path}", timeout=20) as answer:
        # KServe's clients read more keys out of the same answer.
        return json_format.Parse(answer.read(), message, ignore_unknown_fields=True)


class Messages(unittest.TestCase):
    """As the environment has nothing but the messages, these are not pytest's."""

    def test_status(self) -> None:
        for path in ("iris", "iris/versions/1"):
            (version,) = read(path, get_model_status_pb2.GetModelStatusResponse()).model_version_status
            self.assertEqual(version.version, 1)
            self.assertEqual(version.state, get_model_status_pb2.ModelVersionStatus.AVAILABLE)
            self.assertEqual(version.status.error_code, 0)

    def test_metadata(self) -> None:
        metadata = read("iris/metadata", get_model_metadata_pb2.GetModelMetadataResponse())
        self.assertEqual((metadata.model_spec.name, metadata.model_spec.version.value), ("iris", 1))
        signatures = get_model_metadata_pb2.SignatureDefMap()
        self.assertTrue(metadata.metadata["signature_def"].Unpack(signatures))
        signature = signatures.signature_def["serving_default"]
        self.assertEqual(signature.inputs["X"].dtype, types_pb2.DT_FLOAT)
        self.assertEqual([dimension.size for dimension in signature.inputs["X"].tensor_shape.dim], [-1, 4])
        self.assertEqual(set(signature.outputs), {"label", "probabilities"})
        self.assertEqual(signature.method_name, "tensorflow/serving/predict")


if __name__ == "__main__":
    unittest.main(verbosity=2)
