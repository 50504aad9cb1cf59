"""A trained network in an ONNX file, run on the processor by ONNX Runtime (MIT license)."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.engines import shipped
from pipeline.engines.shipped import Weights
from pipeline.model.errors import EngineError


@dataclass(frozen=True)
class OnnxNetwork:
    """A network that is loaded; it frees its memory when it is let go."""

    name: str
    session: Any

    def __call__(self, inputs: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """Return the first channel of the first answer, [slice, row, column].

        Raises:
            EngineError: the runtime failed or returned values that are not finite.
        """
        try:
            answer = self.session.run(None, dict(inputs))[0]
        except Exception as error:
            raise EngineError(f"the {self.name} network failed: {error}") from error
        if not np.isfinite(answer).all():
            raise EngineError(f"the {self.name} network returned values that are not finite; outline by hand")
        share: NDArray[np.float32] = answer[0, 0]
        return share


def load(weights: Weights, threads: int = 0) -> OnnxNetwork:
    """Return the network ready to run, on as many threads (0: one for each core).

    Raises:
        EngineError: ONNX Runtime is not installed, or the file is missing, differs from what was checked or is no
            network.
    """
    return OnnxNetwork(weights.name, session(weights.path.name, weights.content(), threads, pool=weights.pool))


def session(name: str, content: bytes, threads: int = 0, *, pool: bool = False) -> Any:
    """Return a session of ONNX Runtime for the content of a file, on as many threads (0: one for each core).

    pool: whether memory is kept for reuse while it runs.

    Raises:
        EngineError: ONNX Runtime is not installed, or the content is no network.
    """
    if shipped.installed() is None:
        raise EngineError(f"{shipped.RUNTIME} is not installed; install the locked requirements")
    runtime = importlib.import_module(shipped.RUNTIME)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # sizes differ from call to call; a pattern would keep twice the memory
    options.enable_cpu_mem_arena = pool  # faster; lesions would take 7 GB instead of 2.8 (HCC_007)
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise EngineError(f"{name}: {shipped.RUNTIME} cannot load it: {error}") from error
