"""tritonclient[http]: Triton's own Python client, over the REST form of the Open Inference Protocol and its extensions."""

import asyncio

import numpy as np
import pytest
import tritonclient.http as triton
import tritonclient.http.aio as triton_aio
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

from deployment import DEEP, TABULAR, columns, controllable, deep, http_address, tabular


@pytest.fixture(scope="module")
def client():
    with triton.InferenceServerClient(http_address(), concurrency=4) as client:
        yield client


def inputs_of(metadata: dict, arrays: list[np.ndarray], binary: bool, made=triton.InferInput) -> list:
    inputs = []
    for described, array in zip(metadata["inputs"], arrays, strict=True):
        tensor = made(described["name"], list(array.shape), np_to_triton_dtype(array.dtype))
        inputs.append(tensor.set_data_from_numpy(array, binary_data=binary))
    return inputs


def outputs_of(metadata: dict, binary: bool) -> list:
    return [triton.InferRequestedOutput(output["name"], binary_data=binary) for output in metadata["outputs"]]


def answers(result: triton.InferResult, metadata: dict) -> list[np.ndarray]:
    return [result.as_numpy(output["name"]) for output in metadata["outputs"]]


def check_tabular(name: str, found: list[np.ndarray], rows: slice = slice(None)) -> None:
    model = tabular(name)
    if model.labels is None:
        model.check(None, found[0], rows)
    elif found[0].dtype == np.object_:
        texts = [text.decode() if isinstance(text, bytes) else text for text in found[0].reshape(-1)]
        assert texts == model.named_labels(rows)
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


def test_server_metadata(client):
    metadata = client.get_server_metadata()
    assert metadata["name"] == "setosa"
    assert metadata["version"]
    assert "binary_tensor_data" in metadata["extensions"]


def test_model_metadata(client):
    for metadata in (client.get_model_metadata("iris"), client.get_model_metadata("iris", "1")):
        assert metadata["name"] == "iris"
        assert "1" in metadata["versions"]
        assert metadata["inputs"] == [{"name": "X", "datatype": "FP32", "shape": [-1, 4]}]
        assert [output["name"] for output in metadata["outputs"]] == ["label", "probabilities"]
    texts = client.get_model_metadata("loans")
    assert {tensor["datatype"] for tensor in texts["inputs"]} == {"FP32", "BYTES"}


def test_model_config(client):
    config = client.get_model_config("iris")
    assert config["name"] == "iris"
    assert isinstance(config["max_batch_size"], int)
    assert [tensor["name"] for tensor in config["input"]] == ["X"]


@pytest.mark.parametrize("binary_in", [True, False])
@pytest.mark.parametrize("binary_out", [True, False])
@pytest.mark.parametrize("name", TABULAR)
def test_every_row_of_every_model(client, name, binary_in, binary_out):
    metadata = client.get_model_metadata(name)
    model = tabular(name)
    arrays = columns(name, model.rows, metadata["inputs"])
    result = client.infer(name, inputs_of(metadata, arrays, binary_in), outputs=outputs_of(metadata, binary_out))
    check_tabular(name, answers(result, metadata))


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("name", DEEP)
def test_tensors_of_networks(client, name, binary):
    metadata = client.get_model_metadata(name)
    model = deep(name)
    result = client.infer(name, inputs_of(metadata, model.inputs, binary), outputs=outputs_of(metadata, binary))
    model.check(answers(result, metadata))


@pytest.mark.parametrize("name", ["iris", "digits", "loans", "keras-signals", "torch-transformer"])
def test_json_carries_the_bits_that_binary_does(client, name):
    metadata = client.get_model_metadata(name)
    arrays = deep(name).inputs if name in DEEP else columns(name, tabular(name).rows[:50], metadata["inputs"])
    found = [
        answers(client.infer(name, inputs_of(metadata, arrays, binary_in), outputs=outputs_of(metadata, binary_out)), metadata)
        for binary_in in (True, False)
        for binary_out in (True, False)
    ]
    for other in found[1:]:
        for one, two in zip(found[0], other, strict=True):
            if one.dtype == np.object_:
                assert [text if isinstance(text, str) else text.decode() for text in two.reshape(-1)] == [
                    text.decode() for text in one.reshape(-1)
                ]
            else:
                assert one.tobytes() == two.tobytes()


def test_outputs_unspecified_are_all_binary(client):
    metadata = client.get_model_metadata("iris")
    arrays = columns("iris", tabular("iris").rows, metadata["inputs"])
    result = client.infer("iris", inputs_of(metadata, arrays, True))
    assert all(output["parameters"]["binary_data_size"] > 0 for output in result.get_response()["outputs"])
    check_tabular("iris", answers(result, metadata))


def test_outputs_chosen_in_the_client_s_order(client):
    metadata = client.get_model_metadata("iris")
    inputs = inputs_of(metadata, columns("iris", tabular("iris").rows[:3], metadata["inputs"]), True)
    mixed = [triton.InferRequestedOutput("probabilities", binary_data=False), triton.InferRequestedOutput("label")]
    result = client.infer("iris", inputs, outputs=mixed)
    assert [output["name"] for output in result.get_response()["outputs"]] == ["probabilities", "label"]
    check_tabular("iris", answers(result, metadata), slice(3))
    only = client.infer("iris", inputs, outputs=[triton.InferRequestedOutput("label")])
    assert [output["name"] for output in only.get_response()["outputs"]] == ["label"]


def test_binary_and_json_inputs_in_one_request(client):
    metadata = client.get_model_metadata("loans")
    arrays = columns("loans", tabular("loans").rows, metadata["inputs"])
    inputs = inputs_of(metadata, arrays, True)
    for number, array in enumerate(arrays):
        if number % 2 == 0:
            inputs[number].set_data_from_numpy(array, binary_data=False)
    check_tabular("loans", answers(client.infer("loans", inputs), metadata))


def test_texts_beyond_ascii(client):
    metadata = client.get_model_metadata("loans")
    arrays = columns("loans", tabular("loans").rows[:2], metadata["inputs"])
    # Unknown categories are ignored by this model: what matters is that any text arrives.
    arrays[5] = np.array([["Zürich ✓ 𝄞"], [""]], np.object_)
    found = [answers(client.infer("loans", inputs_of(metadata, arrays, binary)), metadata) for binary in (True, False)]
    assert found[0][1].tobytes() == found[1][1].tobytes()


def test_id_is_echoed(client):
    metadata = client.get_model_metadata("iris")
    inputs = inputs_of(metadata, columns("iris", tabular("iris").rows[:1], metadata["inputs"]), False)
    response = client.infer("iris", inputs, request_id='é "17"').get_response()
    assert response["id"] == 'é "17"'
    assert response["model_name"] == "iris"
    assert response["model_version"] == "1"


@pytest.mark.parametrize("answer", [None, "gzip", "deflate"])
@pytest.mark.parametrize("request_", [None, "gzip", "deflate"])
@pytest.mark.parametrize("binary", [True, False])
def test_compression(client, request_, answer, binary):
    metadata = client.get_model_metadata("digits")
    arrays = columns("digits", tabular("digits").rows, metadata["inputs"])
    result = client.infer(
        "digits",
        inputs_of(metadata, arrays, binary),
        outputs=outputs_of(metadata, binary),
        request_compression_algorithm=request_,
        response_compression_algorithm=answer,
    )
    check_tabular("digits", answers(result, metadata))


def test_version(client):
    metadata = client.get_model_metadata("iris")
    inputs = inputs_of(metadata, columns("iris", tabular("iris").rows[:1], metadata["inputs"]), True)
    check_tabular("iris", answers(client.infer("iris", inputs, model_version="1"), metadata), slice(1))


def test_async(client):
    metadata = client.get_model_metadata("wine")
    rows = tabular("wine").rows
    pending = [
        client.async_infer("wine", inputs_of(metadata, columns("wine", rows[at : at + 10], metadata["inputs"]), True))
        for at in range(0, len(rows), 10)
    ]
    for number, request in enumerate(pending):
        check_tabular("wine", answers(request.get_result(), metadata), slice(number * 10, number * 10 + 10))


def test_asyncio_client():
    async def ask() -> None:
        async with triton_aio.InferenceServerClient(http_address()) as client:
            assert await client.is_server_live()
            assert await client.is_server_ready()
            assert (await client.get_server_metadata())["name"] == "setosa"
            metadata = await client.get_model_metadata("digits")
            assert isinstance((await client.get_model_repository_index())[0]["name"], str)
            arrays = columns("digits", tabular("digits").rows, metadata["inputs"])
            results = await asyncio.gather(
                *(client.infer("digits", inputs_of(metadata, arrays, binary)) for binary in (True, False, True, False))
            )
            for result in results:
                check_tabular("digits", answers(result, metadata))
            with pytest.raises(InferenceServerException, match="no-such-model"):
                await client.infer("no-such-model", inputs_of(metadata, arrays, True))

    asyncio.run(ask())


def test_missing_values(client):
    rows = [row for row in tabular("loans").rows if None in row]
    assert len(rows) > 100
    # The client writes NaN as the bare token where it sends JSON; test_every_row_of_every_model checks the answers.
    metadata = client.get_model_metadata("loans")
    arrays = columns("loans", rows, metadata["inputs"])
    found = [answers(client.infer("loans", inputs_of(metadata, arrays, binary)), metadata)[1] for binary in (True, False)]
    assert found[0].tobytes() == found[1].tobytes()


def test_statistics(client):
    metadata = client.get_model_metadata("iris-forest")
    arrays = columns("iris-forest", tabular("iris-forest").rows[:7], metadata["inputs"])
    client.infer("iris-forest", inputs_of(metadata, arrays, True))
    statistics = client.get_inference_statistics("iris-forest")["model_stats"]
    assert [entry["name"] for entry in statistics] == ["iris-forest"]
    assert statistics[0]["version"] == "1"
    assert statistics[0]["inference_stats"]["success"]["count"] >= 1
    assert {entry["name"] for entry in client.get_inference_statistics()["model_stats"]} >= set(TABULAR)


def test_repository_index(client):
    index = {entry["name"]: entry for entry in client.get_model_repository_index()}
    assert set(index) >= {*TABULAR, *DEEP}
    assert index["iris"]["version"] == "1"
    assert index["iris"]["state"] == "READY"


@pytest.mark.skipif(not controllable(), reason="this server does not let clients load and unload models")
def test_model_control(client):
    client.unload_model("iris-forest")
    assert not client.is_model_ready("iris-forest")
    assert client.is_model_ready("iris")
    client.load_model("iris-forest")
    assert client.is_model_ready("iris-forest")
    metadata = client.get_model_metadata("iris-forest")
    arrays = columns("iris-forest", tabular("iris-forest").rows, metadata["inputs"])
    check_tabular("iris-forest", answers(client.infer("iris-forest", inputs_of(metadata, arrays, True)), metadata))
    with pytest.raises(InferenceServerException, match="no-such-model"):
        client.load_model("no-such-model")


@pytest.mark.skipif(controllable(), reason="this server lets clients load and unload models")
def test_model_control_refused(client):
    with pytest.raises(InferenceServerException) as caught:
        client.unload_model("iris-forest")
    assert caught.value.status() in {"403", "404", "405", "400"}
    assert client.is_model_ready("iris-forest")


def failure(client, *arguments, **more) -> InferenceServerException:
    with pytest.raises(InferenceServerException) as caught:
        client.infer(*arguments, **more)
    return caught.value


def test_errors(client):
    metadata = client.get_model_metadata("iris")
    good = inputs_of(metadata, [np.ones((1, 4), np.float32)], True)

    unknown = failure(client, "no-such-model", good)
    assert unknown.status() == "404"
    assert "no-such-model" in unknown.message()
    version = failure(client, "iris", good, model_version="77")
    assert version.status() == "404"
    assert "77" in version.message()

    for array, name, part in [
        (np.ones((1, 5), np.float32), "X", "5"),
        (np.ones((1, 4), np.float32), "Y", '"Y"'),
        (np.array([["a", "b", "c", "d"]], np.object_), "X", "float32"),
    ]:
        for binary in (True, False):
            tensor = triton.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
            wrong = failure(client, "iris", [tensor.set_data_from_numpy(array, binary_data=binary)])
            assert wrong.status() == "400"
            assert part in wrong.message()

    output = failure(client, "iris", good, outputs=[triton.InferRequestedOutput("no-such-output")])
    assert output.status() == "400"
    assert "no-such-output" in output.message()
    # A client that asks for compressed answers reads errors as they come.
    packed = failure(client, "no-such-model", good, response_compression_algorithm="gzip")
    assert "no-such-model" in packed.message()


def test_nan_where_nothing_may_be_missing(client):
    metadata = client.get_model_metadata("iris")
    for binary in (True, False):
        wrong = failure(client, "iris", inputs_of(metadata, [np.array([[5.1, np.nan, 1.4, 0.2]], np.float32)], binary))
        assert wrong.status() == "400"
