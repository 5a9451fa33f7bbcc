"""MLflow's own scoring client, the one that `mlflow` asks its model servers with."""

import numpy as np
import pandas as pd
import pytest
from mlflow.pyfunc.scoring_server.client import ScoringServerClient

from deployment import http_address, tabular

HOST, PORT = http_address().split(":")


@pytest.fixture(scope="module")
def client():
    return ScoringServerClient(HOST, int(PORT))


def test_ping_and_version(client):
    client.ping()
    client.wait_server_ready(timeout=5)
    assert client.get_version().strip()


def labels_of(predictions: pd.DataFrame) -> list:
    """The label of every row, whether it stands alone or beside its probabilities."""
    return list(predictions["prediction"] if "prediction" in predictions.columns else predictions[0])


# The server's model without a name in the path is `iris`: these protocols have one model.
def frame(name: str = "iris") -> pd.DataFrame:
    model = tabular(name)
    return pd.DataFrame(model.rows, columns=model.features)


def test_dataframe(client):
    found = client.invoke(frame()).get_predictions()
    assert labels_of(found) == tabular("iris").named_labels()


def test_dataframe_with_columns_in_another_order(client):
    shuffled = frame()[list(reversed(tabular("iris").features))]
    assert labels_of(client.invoke(shuffled).get_predictions()) == tabular("iris").named_labels()


def test_numpy(client):
    found = client.invoke(np.array(tabular("iris").rows, np.float32)).get_predictions()
    assert labels_of(found) == tabular("iris").named_labels()


def test_params(client):
    assert len(client.invoke(frame(), params={"temperature": 0.5}).get_predictions()) == 150


def test_errors(client):
    with pytest.raises(Exception, match="error code 400"):
        client.invoke(frame().drop(columns=[tabular("iris").features[0]]))
    with pytest.raises(Exception, match="error code 400"):
        client.invoke('{"neither": []}')
    with pytest.raises(Exception, match="error code 400"):
        client.invoke("not JSON")
