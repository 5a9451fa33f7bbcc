"""Save a trained model with one line; serve it without Python."""

from .errors import SaveError
from .save import save

__all__ = ["SaveError", "save"]
__version__ = "0.1.0"
