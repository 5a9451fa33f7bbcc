import numpy as np
import onnx
import onnxruntime
import pytest

import setosa

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install -r requirements-torch.txt")
pytestmark = pytest.mark.deep
nn = torch.nn

CLASSES = ["Iris-Setosa", "Iris-Versicolor", "Iris-Virginica"]


def _dense(*last):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Dropout(0.5), *last)


def _raw(model, *arrays):
    model.eval()
    with torch.no_grad():
        return model(*[torch.tensor(array) for array in arrays]).numpy()


def test_logits_become_probabilities(iris, tmp_path, read_saved):
    model = _dense(nn.Linear(16, 3))
    model.train()
    saved = read_saved(setosa.save(model, tmp_path / "iris.onnx", iris.data, class_names=CLASSES))
    assert model.training
    assert saved.signature["framework"]["name"] == "torch"
    labels, scores = saved.run(iris.data.to_numpy().tolist())
    raw = _raw(model, iris.data.to_numpy("float32")).astype(float)
    powers = np.exp(raw - raw.max(axis=1, keepdims=True))
    np.testing.assert_allclose(scores, powers / powers.sum(axis=1, keepdims=True), rtol=1e-5, atol=1e-6)
    assert labels == raw.argmax(axis=1).tolist()


@pytest.mark.parametrize("last", [nn.Softmax(dim=1), nn.LogSoftmax(dim=1)])
def test_probabilities_stay(iris, tmp_path, read_saved, last):
    model = _dense(nn.Linear(16, 3), last)
    saved = read_saved(setosa.save(model, tmp_path / "iris.onnx", iris.data, class_names=CLASSES))
    _, scores = saved.run(iris.data.to_numpy().tolist())
    raw = _raw(model, iris.data.to_numpy("float32"))
    np.testing.assert_allclose(scores, np.exp(raw) if isinstance(last, nn.LogSoftmax) else raw, rtol=1e-5, atol=1e-6)


def test_one_output_without_a_column_of_its_own(iris, tmp_path, read_saved):
    class Squeezed(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(4, 1)

        def forward(self, x):
            return self.layer(x).squeeze(-1)

    torch.manual_seed(0)
    model = Squeezed()
    saved = read_saved(setosa.save(model, tmp_path / "two.onnx", iris.data, class_names=["no", "yes"]))
    _, scores = saved.run(iris.data.to_numpy().tolist())
    np.testing.assert_allclose(scores[:, 1], 1 / (1 + np.exp(-_raw(model, iris.data.to_numpy("float32")))), rtol=1e-5, atol=1e-6)


def test_images_are_tensors(images, tmp_path):
    x = np.moveaxis(images[0], -1, 1).copy()
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(96, 10))
    path = setosa.save(model, tmp_path / "digits.onnx", x)
    session = onnxruntime.InferenceSession(str(path))
    (output,) = session.run(["output"], {session.get_inputs()[0].name: x[:7]})
    np.testing.assert_allclose(output, _raw(model, x[:7]), rtol=1e-5, atol=1e-5)
    text = onnx.load(path).SerializeToString()
    assert b"site-packages" not in text
    assert b"test_torch.py" not in text


class Text(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(40, 8)
        self.encoder = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.head = nn.Linear(8, 2)

    def forward(self, ids):
        return self.head(self.encoder(self.embedding(ids)).mean(dim=1))


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(40, 8)
        self.lstm = nn.LSTM(8, 6, batch_first=True)

    def forward(self, ids):
        return self.lstm(self.embedding(ids))[0][:, -1]


@pytest.mark.parametrize("kind", [Text, Recurrent])
def test_token_ids(tokens, tmp_path, kind):
    torch.manual_seed(0)
    model = kind()
    path = setosa.save(model, tmp_path / "text.onnx", tokens)
    (output,) = onnxruntime.InferenceSession(str(path)).run(None, {"ids": tokens[:5]})
    np.testing.assert_allclose(output, _raw(model, tokens[:5]), rtol=1e-5, atol=1e-5)


class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 2)

    def forward(self, left, right):
        return {"sum": self.layer(torch.cat([left, right], dim=1)), "left": left * 2}


def test_several_inputs_and_outputs(tmp_path):
    torch.manual_seed(0)
    model = Both()
    rows = np.random.default_rng(0).normal(size=(9, 8)).astype("float32")
    x = {"right": rows[:, 3:], "left": rows[:, :3]}
    first, second = onnxruntime.InferenceSession(str(setosa.save(model, tmp_path / "two.onnx", x))).run(None, x)
    np.testing.assert_allclose(second, rows[:, :3] * 2)
    assert first.shape == (9, 2)
    with pytest.raises(setosa.SaveError, match="wrong"):
        setosa.save(model, tmp_path / "two.onnx", {"left": rows[:, :3], "wrong": rows[:, 3:]})
