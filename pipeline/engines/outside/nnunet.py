"""nnU-Net (nnunetv2, Apache-2.0): the probabilities of a trained model for one image."""

from typing import Any

import numpy as np
import torch
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor


def answer(request: dict[str, Any], arrays: list[np.ndarray[Any, Any]]) -> tuple[dict[str, Any], list[Any]]:
    """Return the summed probability of the classes asked for, [k, j, i] as the image given.

    request: folder, folds (numbers or "all", None for those there are), checkpoint, mirroring, device, spacing_kji_mm
    and channels, which are labels where the model tells labels apart.
    """
    predictor = nnUNetPredictor(
        use_mirroring=request["mirroring"],
        device=torch.device(request["device"]),
        verbose=False,
        verbose_preprocessing=False,
        allow_tqdm=False,
    )
    folds = request["folds"]
    predictor.initialize_from_trained_model_folder(
        request["folder"], None if folds is None else tuple(folds), checkpoint_name=request["checkpoint"]
    )
    channels = len(predictor.dataset_json["channel_names"])
    if channels != 1:
        raise ValueError(f"the model takes {channels} images at once; hepatrack gives one")
    _, shares = predictor.predict_single_npy_array(
        arrays[0][None].astype(np.float32), {"spacing": request["spacing_kji_mm"]}, None, None, True
    )
    if max(request["channels"]) >= len(shares):
        raise ValueError(f"class {max(request['channels'])} of {len(shares)}; the first is 0: mend outlines")
    share = np.asarray(shares)[request["channels"]].sum(axis=0)
    reader = predictor.plans_manager.plans.get("image_reader_writer", "")
    return {"reader": reader}, [share.astype(np.float32)]
