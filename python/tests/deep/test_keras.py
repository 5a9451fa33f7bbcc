import numpy as np
import onnxruntime
import pytest

import setosa

keras = pytest.importorskip("keras", reason="Keras is not installed: pip install -r requirements-tensorflow.txt")
pytestmark = pytest.mark.deep

CLASSES = ["Iris-Setosa", "Iris-Versicolor", "Iris-Virginica"]


def _dense(inputs, *last):
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(16, activation="relu"), *last])


def _answers(path, feeds):
    return onnxruntime.InferenceSession(str(path)).run(None, feeds)


def test_a_softmax_network_is_a_classifier_with_keras_own_answers(iris, tmp_path, read_saved):
    model = _dense(4, keras.layers.Dense(3, activation="softmax"))
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    model.fit(iris.data.to_numpy("float32"), iris.target, epochs=30, verbose=0)
    saved = read_saved(setosa.save(model, tmp_path / "iris.onnx", iris.data, class_names=CLASSES))
    assert saved.signature["task"]["classes"] == CLASSES
    assert saved.signature["framework"]["name"] == "keras"
    assert [feature["name"] for feature in saved.signature["features"]] == list(iris.data.columns)
    labels, scores = saved.run(iris.data.to_numpy().tolist())
    expected = model.predict(iris.data.to_numpy("float32"), verbose=0)
    np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-6)
    assert labels == expected.argmax(axis=1).tolist()
    assert (np.array(labels) == iris.target).mean() > 0.9
    assert len(saved.parity["labels"]) == 20


@pytest.mark.parametrize("activation", ["sigmoid", None])
def test_one_output_is_the_second_class(iris, tmp_path, read_saved, activation):
    model = _dense(4, keras.layers.Dense(1, activation=activation))
    saved = read_saved(setosa.save(model, tmp_path / "two.onnx", iris.data, class_names=["no", "yes"]))
    labels, scores = saved.run(iris.data.to_numpy().tolist())
    raw = model.predict(iris.data.to_numpy("float32"), verbose=0)[:, 0].astype(float)
    second = raw if activation else 1 / (1 + np.exp(-raw))
    np.testing.assert_allclose(scores, np.column_stack([1 - second, second]), rtol=1e-5, atol=1e-6)
    assert labels == (second > 0.5).astype(int).tolist()


def test_without_class_names_rows_are_a_regression(iris, tmp_path, read_saved):
    model = _dense(4, keras.layers.Dense(2))
    saved = read_saved(setosa.save(model, tmp_path / "numbers.onnx", iris.data))
    assert saved.signature["task"]["kind"] == "regression"
    _, values = saved.run(iris.data.to_numpy().tolist())
    np.testing.assert_allclose(values, model.predict(iris.data.to_numpy("float32"), verbose=0), rtol=1e-5, atol=1e-6)


def test_images_are_tensors(images, tmp_path):
    x, y = images
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(6, 3, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, y, epochs=2, verbose=0)
    path = setosa.save(model, tmp_path / "digits.onnx", x)
    session = onnxruntime.InferenceSession(str(path))
    (output,) = session.run(None, {session.get_inputs()[0].name: x[:7]})
    np.testing.assert_allclose(output, model.predict(x[:7], verbose=0), rtol=1e-5, atol=1e-6)


def test_two_inputs_keep_their_names(tmp_path):
    left, right = keras.Input((3,), name="left"), keras.Input((5,), name="right")
    model = keras.Model([left, right], keras.layers.Dense(2, name="both")(keras.layers.Concatenate()([left, right])))
    rows = np.random.default_rng(0).normal(size=(9, 8)).astype("float32")
    x = {"right": rows[:, 3:], "left": rows[:, :3]}
    path = setosa.save(model, tmp_path / "two.onnx", x)
    (output,) = _answers(path, x)
    np.testing.assert_allclose(output, np.asarray(model([x["left"], x["right"]])), rtol=1e-5, atol=1e-6)
    with pytest.raises(setosa.SaveError, match="left"):
        setosa.save(model, tmp_path / "two.onnx", {"left": rows[:, :3], "wrong": rows[:, 3:]})


def test_token_ids_through_an_lstm(tokens, tmp_path):
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((12,), dtype="int32"), layers.Embedding(40, 8), layers.LSTM(6), layers.Dense(1, activation="sigmoid")]
    )
    path = setosa.save(model, tmp_path / "text.onnx", tokens)
    session = onnxruntime.InferenceSession(str(path))
    (output,) = session.run(None, {session.get_inputs()[0].name: tokens.astype("int32")})
    np.testing.assert_allclose(output, model.predict(tokens, verbose=0), rtol=1e-5, atol=1e-6)


def test_refuses_what_does_not_fit(iris, tmp_path, images):
    model = _dense(4, keras.layers.Dense(3, activation="softmax"))
    with pytest.raises(setosa.SaveError, match="2 names for 3 classes"):
        setosa.save(model, tmp_path / "a.onnx", iris.data, class_names=["a", "b"])
    with pytest.raises(setosa.SaveError, match="two dimensions"):
        setosa.save(model, tmp_path / "a.onnx", images[0], class_names=CLASSES)
    assert not (tmp_path / "a.onnx").exists()
