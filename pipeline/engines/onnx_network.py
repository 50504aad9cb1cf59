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
    if shipped.installed() is None:
        raise EngineError(f"{shipped.RUNTIME} is not installed; install the locked requirements")
    content = weights.content()
    runtime = importlib.import_module(shipped.RUNTIME)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # sizes differ from call to call; a pattern would keep twice the memory
    options.enable_cpu_mem_arena = weights.pool  # faster; lesions would take 7 GB instead of 2.8 (HCC_007)
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        session = runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise EngineError(f"{weights.path.name}: {shipped.RUNTIME} cannot load it: {error}") from error
    return OnnxNetwork(weights.name, session)
