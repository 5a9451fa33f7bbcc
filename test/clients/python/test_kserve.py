"""KServe's Python inference client: REST v1 and v2, and gRPC."""

import asyncio

import grpc
import httpx
import numpy as np
import pytest
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig
from kserve.protocol.infer_type import InferResponse, RequestedOutput
from kserve.utils.numpy_codec import from_np_dtype

from deployment import DEEP, columns, deep, get_json, grpc_address, http_address, tabular

BASE = f"http://{http_address()}"


def rest(protocol: str):
    return InferenceRESTClient(RESTConfig(protocol=protocol, timeout=20))


def run(coroutine):
    return asyncio.run(coroutine)


def request(name: str, arrays: list[np.ndarray], binary: bool, **more) -> InferRequest:
    inputs = []
    for described, array in zip(get_json(f"/v2/models/{name}")["inputs"], arrays, strict=True):
        tensor = InferInput(described["name"], list(array.shape), from_np_dtype(array.dtype))
        tensor.set_data_from_numpy(array, binary_data=binary)
        inputs.append(tensor)
    return InferRequest(model_name=name, infer_inputs=inputs, **more)


def arrays_of(name: str) -> list[np.ndarray]:
    return deep(name).inputs if name in DEEP else columns(name, tabular(name).rows, get_json(f"/v2/models/{name}")["inputs"])


def check(name: str, response: InferResponse) -> None:
    assert response.model_name == name
    found = [output.as_numpy() for output in response.outputs]
    if name in DEEP:
        deep(name).check(found)
        return
    model = tabular(name)
    if model.labels is None:
        model.check(None, found[0])
    elif found[0].dtype == np.object_:
        assert [text.decode() if isinstance(text, bytes) else text for text in found[0].reshape(-1)] == model.named_labels()
        model.check(model.labels, found[1])
    else:
        model.check(found[0], found[1])


NAMES = ["iris", "loans", "digits", "diabetes", "keras-two-inputs", "torch-transformer"]


def test_v2_health():
    async def ask() -> None:
        async with rest("v2") as client:
            assert await client.is_server_live(BASE) is True
            assert await client.is_server_ready(BASE) is True
            assert await client.is_model_ready(BASE, "iris") is True
            assert await client.is_model_ready(BASE, "no-such-model") is False

    run(ask())


@pytest.mark.parametrize("binary_out", [None, True, False])
@pytest.mark.parametrize("binary_in", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_v2_infer(name, binary_in, binary_out):
    if name == "loans" and not binary_in:
        pytest.skip("orjson, with which this client writes JSON, cannot write NaN")
    parameters = None if binary_out is None else {"binary_data_output": binary_out}

    async def ask() -> InferResponse:
        async with rest("v2") as client:
            return await client.infer(BASE, request(name, arrays_of(name), binary_in, parameters=parameters), model_name=name)

    check(name, run(ask()))


def test_v2_requested_outputs_and_id():
    async def ask() -> InferResponse:
        async with rest("v2") as client:
            chosen = [RequestedOutput("probabilities", {"binary_data": True}), RequestedOutput("label")]
            asked = request("iris", arrays_of("iris"), True, request_outputs=chosen, request_id="seventeen")
            return await client.infer(BASE, asked, model_name="iris")

    response = run(ask())
    assert response.id == "seventeen"
    assert [output.name for output in response.outputs] == ["probabilities", "label"]
    tabular("iris").check(response.outputs[1].as_numpy(), response.outputs[0].as_numpy())


def test_v2_errors():
    async def ask() -> None:
        async with rest("v2") as client:
            with pytest.raises(httpx.HTTPStatusError, match=r"no-such-model.*404"):
                await client.infer(BASE, request("iris", arrays_of("iris"), True), model_name="no-such-model")
            wrong = request("iris", [np.ones((1, 5), np.float32)], False)
            with pytest.raises(httpx.HTTPStatusError, match=r"5.*400"):
                await client.infer(BASE, wrong, model_name="iris")

    run(ask())


def test_v1_health():
    async def ask() -> None:
        async with rest("v1") as client:
            assert await client.is_server_live(BASE) is True
            assert await client.is_model_ready(BASE, "iris") is True
            with pytest.raises(httpx.HTTPStatusError):
                await client.is_model_ready(BASE, "no-such-model")

    run(ask())


def test_v1_predict():
    async def ask(name: str, instances: list) -> dict:
        async with rest("v1") as client:
            return await client.infer(BASE, {"instances": instances}, model_name=name)

    model = tabular("diabetes")
    answer = run(ask("diabetes", model.rows))
    model.check(None, np.array(answer["predictions"]))
    assert run(ask("iris", tabular("iris").rows))["predictions"] == tabular("iris").named_labels()


def test_v1_errors():
    async def ask() -> None:
        async with rest("v1") as client:
            with pytest.raises(httpx.HTTPStatusError, match=r"no-such-model.*404"):
                await client.infer(BASE, {"instances": [[1, 2, 3, 4]]}, model_name="no-such-model")
            with pytest.raises(httpx.HTTPStatusError, match="400"):
                await client.infer(BASE, {"instances": [[1, 2, 3, 4, 5]]}, model_name="iris")
            # No model here explains: said with a status that is none of the server's failures to serve.
            with pytest.raises(httpx.HTTPStatusError) as caught:
                await client.explain(BASE, "iris", {"instances": [[1, 2, 3, 4]]})
            assert caught.value.response.status_code in {400, 404, 405, 501}
            assert caught.value.response.json()["error"]

    run(ask())


def over_grpc(ask):
    async def call():
        async with InferenceGRPCClient(grpc_address(), timeout=20, retries=3) as client:
            return await ask(client)

    return run(call())


def test_grpc_health():
    async def ask(client: InferenceGRPCClient) -> None:
        assert await client.is_server_live() is True
        assert await client.is_server_ready() is True
        assert await client.is_model_ready("iris") is True

    over_grpc(ask)


@pytest.mark.parametrize("name", NAMES)
def test_grpc_infer_raw(name):
    check(name, over_grpc(lambda client: client.infer(request(name, arrays_of(name), True))))


@pytest.mark.parametrize("name", NAMES)
def test_grpc_infer_contents(name):
    # Lists go as typed contents: fp32_contents, int64_contents, bytes_contents.
    check(name, over_grpc(lambda client: client.infer(request(name, arrays_of(name), False))))


def test_grpc_errors():
    async def ask(client: InferenceGRPCClient) -> None:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await client.infer(request("iris", [np.ones((1, 5), np.float32)], True))
        assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        unknown = InferRequest("no-such-model", [InferInput("X", [1, 1], "FP32", [1.0])])
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await client.infer(unknown)
        assert caught.value.code() == grpc.StatusCode.NOT_FOUND

    over_grpc(ask)
