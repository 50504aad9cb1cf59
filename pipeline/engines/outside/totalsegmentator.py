"""TotalSegmentator 2.18 with the weights of a folder: nothing is downloaded, removed or reported."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np


def answer(request: dict[str, Any], arrays: list[np.ndarray[Any, Any]]) -> tuple[dict[str, Any], list[Any]]:
    """Return the labels of a task [k, j, i] as the image given, or for the task "phase" the contrast phase.

    request: task, options of python_api.totalsegmentator, affine of NIfTI, device. TOTALSEG_WEIGHTS_PATH is set.
    """
    with tempfile.TemporaryDirectory() as home:
        _quiet(Path(home))
        image = nib.Nifti1Image(np.ascontiguousarray(arrays[0].T), np.array(request["affine"]))
        device = "gpu" if request["device"] == "cuda" else request["device"]
        if request["task"] == "phase":
            return _phase(image, device), []
        python_api = _local_only()
        done = python_api.totalsegmentator(
            image, None, ml=True, task=request["task"], quiet=True, device=device, nr_thr_saving=1, **request["options"]
        )
        return {}, [np.asanyarray(done.dataobj).astype(np.uint8).T]


def _phase(image: Any, device: str) -> dict[str, Any]:
    import xgboost  # noqa: F401, PLC0415  before PyTorch, as totalseg_get_phase says

    _local_only()
    from totalsegmentator.bin.totalseg_get_phase import get_ct_contrast_phase  # noqa: PLC0415

    *_, last = get_ct_contrast_phase(image, quiet=True, device=device)
    return {"phase": last["result"]["phase"], "seconds": last["result"]["pi_time"]}


def _quiet(home: Path) -> None:
    """Give TotalSegmentator a folder for its settings in which reporting is off."""
    settings = {
        "totalseg_id": "none",
        "send_usage_stats": False,
        "prediction_counter": 0,
        "statistics_disclaimer_shown": True,
    }
    (home / "config.json").write_text(json.dumps(settings))
    os.environ["TOTALSEG_HOME_DIR"] = str(home)


def _local_only() -> Any:
    """Return totalsegmentator.python_api, which then takes weights that are there, and else says which are missing.

    Its own function for that would download them, and removes folders of earlier releases.
    """
    from totalsegmentator import python_api  # noqa: PLC0415  it reads the environment when it is imported
    from totalsegmentator.map_tasks_config import TASK_ID_WEIGHTS_CONFIGS  # noqa: PLC0415

    def there(task_id: Any) -> None:
        known = TASK_ID_WEIGHTS_CONFIGS[task_id]
        folder = Path(os.environ["TOTALSEG_WEIGHTS_PATH"], known.get("rel_path") or "", known["foldername"])
        if not folder.is_dir():
            raise FileNotFoundError(f"the weights {folder.name} (task {task_id}) are not in {folder.parent}")

    python_api.download_pretrained_weights = there
    return python_api
