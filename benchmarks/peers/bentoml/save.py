"""Puts the trained forest into BentoML's model store (BENTOML_HOME).

python save.py FILE
"""

import shutil
import sys
from pathlib import Path

import bentoml


def main(path: Path) -> None:
    """Save it as a new version of iris-forest."""
    with bentoml.models.create(name="iris-forest") as stored:
        shutil.copyfile(path, Path(stored.path) / "model.joblib")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python save.py FILE")
    main(Path(sys.argv[1]))
