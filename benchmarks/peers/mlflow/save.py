"""Saves the trained forest as an MLflow model with the scikit-learn flavour.

python save.py FILE FOLDER
"""

import shutil
import sys
from pathlib import Path

import joblib
import mlflow.sklearn
from mlflow.models import infer_signature
from sklearn.datasets import load_iris


def main(path: Path, folder: Path) -> None:
    """Replace what is in the folder."""
    model = joblib.load(path)
    rows = load_iris().data
    shutil.rmtree(folder, ignore_errors=True)
    mlflow.sklearn.save_model(
        model,
        folder,
        signature=infer_signature(rows, model.predict(rows)),
        input_example=rows[:1],
        # Its default format, skops, loads compiled types only where they are named.
        skops_trusted_types=["sklearn.tree._tree.Tree"],
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python save.py FILE FOLDER")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
