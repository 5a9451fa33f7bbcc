"""What grpcurl does: find services by server reflection, and call them with messages made of what reflection tells; health checks."""

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from deployment import grpc_address, label_and_probabilities, tabular

SERVICE = "inference.GRPCInferenceService"


def call(channel: grpc.Channel, pool: DescriptorPool, method: str, request: dict) -> dict:
    described = pool.FindServiceByName(SERVICE).FindMethodByName(method)
    asked, answered = GetMessageClass(described.input_type), GetMessageClass(described.output_type)
    unary = channel.unary_unary(
        f"/{SERVICE}/{method}", request_serializer=asked.SerializeToString, response_deserializer=answered.FromString
    )
    return MessageToDict(unary(ParseDict(request, asked()), timeout=20), preserving_proto_field_name=True)


def test_services_are_listed():
    with grpc.insecure_channel(grpc_address()) as channel:
        services = set(ProtoReflectionDescriptorDatabase(channel).get_services())
    assert {SERVICE, "grpc.health.v1.Health"} <= services


def test_calls_by_reflection_alone():
    with grpc.insecure_channel(grpc_address()) as channel:
        pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
        assert call(channel, pool, "ServerLive", {}) == {"live": True}
        assert call(channel, pool, "ModelMetadata", {"name": "iris"})["name"] == "iris"
        rows = tabular("iris").rows
        contents = {"fp32_contents": [value for row in rows for value in row]}
        tensor = {"name": "X", "datatype": "FP32", "shape": [len(rows), 4], "contents": contents}
        answer = call(channel, pool, "ModelInfer", {"model_name": "iris", "id": "seventeen", "inputs": [tensor]})
        assert answer["id"] == "seventeen"
        tabular("iris").check(*label_and_probabilities(answer))


def test_health():
    with grpc.insecure_channel(grpc_address()) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        serving = health_pb2.HealthCheckResponse.SERVING
        assert health.Check(health_pb2.HealthCheckRequest(), timeout=20).status == serving
        assert health.Check(health_pb2.HealthCheckRequest(service=SERVICE), timeout=20).status == serving
        try:
            health.Check(health_pb2.HealthCheckRequest(service="no.such.Service"), timeout=20)
            raise AssertionError("a service that is not there is healthy")
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.NOT_FOUND
        watch = health.Watch(health_pb2.HealthCheckRequest(), timeout=20)
        assert next(iter(watch)).status == serving
        watch.cancel()
