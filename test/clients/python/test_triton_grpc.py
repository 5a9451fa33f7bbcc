"""tritonclient[grpc]: Triton's own Python client, over the gRPC form of the Open Inference Protocol."""

import asyncio
import queue

import numpy as np
import pytest
import tritonclient.grpc as triton
import tritonclient.grpc.aio as triton_aio
import tritonclient.http as triton_http
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

from deployment import DEEP, TABULAR, columns, controllable, deep, grpc_address, http_address, tabular


@pytest.fixture(scope="module")
def client():
    with triton.InferenceServerClient(grpc_address()) as client:
        yield client


def described(metadata) -> list[dict]:
    return [{"name": tensor.name, "datatype": tensor.datatype, "shape": list(tensor.shape)} for tensor in metadata.inputs]


def inputs_of(metadata, arrays: list[np.ndarray]) -> list[triton.InferInput]:
    inputs = []
    for tensor, array in zip(metadata.inputs, arrays, strict=True):
        given = triton.InferInput(tensor.name, list(array.shape), np_to_triton_dtype(array.dtype))
        inputs.append(given.set_data_from_numpy(array))
    return inputs


def answers(result: triton.InferResult, metadata) -> list[np.ndarray]:
    return [result.as_numpy(output.name) for output in metadata.outputs]


def check_tabular(name: str, found: list[np.ndarray], rows: slice = slice(None)) -> None:
    model = tabular(name)
    if model.labels is None:
        model.check(None, found[0], rows)
    elif found[0].dtype == np.object_:
        assert [text.decode() for text in found[0].reshape(-1)] == model.named_labels(rows)
        model.check(model.labels[rows], found[1], rows)
    else:
        model.check(found[0], found[1], rows)


def test_health(client):
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("iris")
    assert client.is_model_ready("iris", "1")
    assert not client.is_model_ready("no-such-model")
    assert not client.is_model_ready("iris", "77")


def test_metadata(client):
    server = client.get_server_metadata()
    assert server.name == "setosa"
    assert server.version
    model = client.get_model_metadata("iris")
    assert model.name == "iris"
    assert "1" in model.versions
    assert described(model) == [{"name": "X", "datatype": "FP32", "shape": [-1, 4]}]
    assert [output.name for output in model.outputs] == ["label", "probabilities"]
    as_json = client.get_model_metadata("iris", as_json=True)
    assert as_json["inputs"][0]["shape"] == ["-1", "4"]


@pytest.mark.parametrize("name", TABULAR)
def test_every_row_of_every_model(client, name):
    metadata = client.get_model_metadata(name)
    arrays = columns(name, tabular(name).rows, described(metadata))
    check_tabular(name, answers(client.infer(name, inputs_of(metadata, arrays)), metadata))


@pytest.mark.parametrize("name", DEEP)
def test_tensors_of_networks(client, name):
    metadata = client.get_model_metadata(name)
    model = deep(name)
    model.check(answers(client.infer(name, inputs_of(metadata, model.inputs)), metadata))


@pytest.mark.parametrize("name", ["iris", "breast-cancer", "digits", "loans", "keras-two-inputs", "torch-transformer"])
def test_the_same_bits_as_over_http(client, name):
    metadata = client.get_model_metadata(name)
    arrays = deep(name).inputs if name in DEEP else columns(name, tabular(name).rows, described(metadata))
    over_grpc = answers(client.infer(name, inputs_of(metadata, arrays)), metadata)
    with triton_http.InferenceServerClient(http_address()) as http:
        inputs = []
        for tensor, array in zip(metadata.inputs, arrays, strict=True):
            given = triton_http.InferInput(tensor.name, list(array.shape), np_to_triton_dtype(array.dtype))
            inputs.append(given.set_data_from_numpy(array))
        over_http = answers(http.infer(name, inputs), metadata)
    for one, two in zip(over_grpc, over_http, strict=True):
        if one.dtype == np.object_:
            assert list(one.reshape(-1)) == list(two.reshape(-1))
        else:
            assert one.tobytes() == two.tobytes()


@pytest.mark.parametrize("algorithm", ["gzip", "deflate"])
def test_compression(client, algorithm):
    metadata = client.get_model_metadata("digits")
    arrays = columns("digits", tabular("digits").rows, described(metadata))
    result = client.infer("digits", inputs_of(metadata, arrays), compression_algorithm=algorithm)
    check_tabular("digits", answers(result, metadata))


def test_outputs_chosen_id_and_version(client):
    metadata = client.get_model_metadata("iris")
    inputs = inputs_of(metadata, columns("iris", tabular("iris").rows[:3], described(metadata)))
    result = client.infer("iris", inputs, model_version="1", request_id="seventeen", outputs=[triton.InferRequestedOutput("probabilities")])
    response = result.get_response()
    assert response.id == "seventeen"
    assert response.model_name == "iris"
    assert response.model_version == "1"
    assert [output.name for output in response.outputs] == ["probabilities"]
    assert result.as_numpy("label") is None
    tabular("iris").check(tabular("iris").labels[:3], result.as_numpy("probabilities"), slice(3))


def test_parameters_that_mean_nothing_here(client):
    metadata = client.get_model_metadata("iris")
    inputs = inputs_of(metadata, columns("iris", tabular("iris").rows[:1], described(metadata)))
    result = client.infer("iris", inputs, priority=1, timeout=20_000_000, parameters={"colour": "blue", "strength": 0.5, "on": True})
    check_tabular("iris", answers(result, metadata), slice(1))


def test_callbacks(client):
    metadata = client.get_model_metadata("wine")
    rows = tabular("wine").rows
    done: queue.Queue = queue.Queue()
    for at in range(0, len(rows), 10):
        inputs = inputs_of(metadata, columns("wine", rows[at : at + 10], described(metadata)))
        client.async_infer("wine", inputs, callback=lambda result, error, at=at: done.put((at, result, error)))
    for _ in range(0, len(rows), 10):
        at, result, error = done.get(timeout=20)
        assert error is None
        check_tabular("wine", answers(result, metadata), slice(at, at + 10))


def test_asyncio_client():
    async def ask() -> None:
        async with triton_aio.InferenceServerClient(grpc_address()) as client:
            assert await client.is_server_live()
            assert await client.is_server_ready()
            metadata = await client.get_model_metadata("digits")
            arrays = columns("digits", tabular("digits").rows, described(metadata))
            for result in await asyncio.gather(*(client.infer("digits", inputs_of(metadata, arrays)) for _ in range(8))):
                check_tabular("digits", answers(result, metadata))

    asyncio.run(ask())


def test_repository_index(client):
    index = {model.name: model for model in client.get_model_repository_index().models}
    assert set(index) >= {*TABULAR, *DEEP}
    assert index["iris"].version == "1"
    assert index["iris"].state == "READY"


def test_statistics(client):
    metadata = client.get_model_metadata("iris-forest")
    client.infer("iris-forest", inputs_of(metadata, columns("iris-forest", tabular("iris-forest").rows[:7], described(metadata))))
    statistics = client.get_inference_statistics("iris-forest").model_stats
    assert [entry.name for entry in statistics] == ["iris-forest"]
    assert statistics[0].inference_stats.success.count >= 1
    assert {entry.name for entry in client.get_inference_statistics().model_stats} >= set(TABULAR)


@pytest.mark.skipif(not controllable(), reason="this server does not let clients load and unload models")
def test_model_control(client):
    client.unload_model("iris-forest")
    index = {model.name: model.state for model in client.get_model_repository_index().models}
    assert index.get("iris-forest") != "READY"
    client.load_model("iris-forest")
    assert client.is_model_ready("iris-forest")
    metadata = client.get_model_metadata("iris-forest")
    arrays = columns("iris-forest", tabular("iris-forest").rows, described(metadata))
    check_tabular("iris-forest", answers(client.infer("iris-forest", inputs_of(metadata, arrays)), metadata))


def failure(client, *arguments, **more) -> InferenceServerException:
    with pytest.raises(InferenceServerException) as caught:
        client.infer(*arguments, **more)
    return caught.value


def test_errors(client):
    metadata = client.get_model_metadata("iris")
    good = inputs_of(metadata, [np.ones((1, 4), np.float32)])
    unknown = failure(client, "no-such-model", good)
    assert unknown.status() == "StatusCode.NOT_FOUND"
    assert "no-such-model" in unknown.message()
    assert failure(client, "iris", good, model_version="77").status() == "StatusCode.NOT_FOUND"
    for array, name, part in [
        (np.ones((1, 5), np.float32), "X", "5"),
        (np.ones((1, 4), np.float32), "Y", '"Y"'),
        (np.array([["a", "b", "c", "d"]], np.object_), "X", "float32"),
        (np.array([[5.1, np.nan, 1.4, 0.2]], np.float32), "X", ""),
    ]:
        tensor = triton.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
        wrong = failure(client, "iris", [tensor.set_data_from_numpy(array)])
        assert wrong.status() == "StatusCode.INVALID_ARGUMENT"
        assert part in wrong.message()


def test_deadline(client):
    metadata = client.get_model_metadata("iris")
    inputs = inputs_of(metadata, [np.ones((1, 4), np.float32)])
    # A second ago: whatever takes no time at all may be answered within the shortest deadline that is still to come.
    assert failure(client, "iris", inputs, client_timeout=-1).status() == "StatusCode.DEADLINE_EXCEEDED"
    client.infer("iris", inputs, client_timeout=20)


def test_methods_that_are_not_there(client):
    with pytest.raises(InferenceServerException) as caught:
        client.get_system_shared_memory_status()
    assert caught.value.status() == "StatusCode.UNIMPLEMENTED"
