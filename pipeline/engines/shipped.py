"""The weights that come with hepatrack, the hashes they were checked under, and what runs them.

License, changes and what is known of their training lie beside the files, in pipeline/engines/weights/.
"""

import hashlib
import importlib.metadata
from dataclasses import dataclass
from pathlib import Path

from pipeline.model.errors import EngineError

RUNTIME = "onnxruntime"
"""The distribution, and the module, that runs the files."""
_FOLDER = Path(__file__).parent / "weights"


@dataclass(frozen=True)
class Weights:
    """A file of weights and the SHA-256 it was checked under; pool: whether memory is kept for reuse while it runs."""

    name: str
    path: Path
    sha256: str
    pool: bool = False

    def content(self) -> bytes:
        """Return the file's bytes.

        Raises:
            EngineError: it is missing, or differs from what was checked.
        """
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise EngineError(f"{self.path.name}: {error.strerror}; install hepatrack anew") from error
        digest = hashlib.sha256(content).hexdigest()
        if digest != self.sha256:
            raise EngineError(
                f"{self.path.name}: SHA-256 {digest[:12]}...; expected {self.sha256[:12]}..., the weights that were "
                "checked. Install hepatrack anew."
            )
        return content


LIVER = Weights(
    "liver", _FOLDER / "liver.onnx", "b2167a8969ff94968ba471fb8253c47922583981560ff46e0a49c112a14387d9", pool=True
)
"""The liver network."""
LESIONS = Weights(
    "lesion", _FOLDER / "lesions.onnx", "708986a43fb0bc36bcbb5e3e6dff0f1a4cd4b2f79ed90dd825bb17e47e676c8d"
)
"""The lesion network."""

SEGMENTS = Weights(
    "segments", _FOLDER / "segments.json", "f8587ca42ed423e6fd41c61d0a90a1793377b31cfcdb532e3a36b4a24a89aeed"
)
"""The model of Couinaud's segments from the liver's shape."""


def identity() -> str:
    """Return the runtime's version and the hashes of the weights: what an outline by them depends on."""
    runtime = f"{RUNTIME} {installed() or 'not installed'}"
    return f"networks ({runtime}, liver {LIVER.sha256}, lesions {LESIONS.sha256})"


def installed() -> str | None:
    """Return the version of ONNX Runtime, None where it is not installed."""
    try:
        return importlib.metadata.version(RUNTIME)
    except importlib.metadata.PackageNotFoundError:
        return None
