"""LongiSeg 2: one lesion by a point, with the earlier image and mask beside the new one (lesion_tracking.md)."""

from typing import Any

import numpy as np
import torch
from longiseg.inference.predict_from_raw_data_longi import LongiSegPredictor
from scipy.ndimage import gaussian_filter


def answer(request: dict[str, Any], arrays: list[np.ndarray[Any, Any]]) -> tuple[dict[str, Any], list[Any]]:
    """Return the lesion's probability [k, j, i] as the image given; 0 outside the patch around the point.

    arrays: the new image, the earlier one and the earlier mask, all on one grid. request: folder, folds, checkpoint,
    device, spacing_kji_mm, point [k, j, i]. The network is given what it was trained on: new image, earlier image,
    earlier mask, and a Gaussian of one voxel at the point for each of the two.
    """
    predictor = LongiSegPredictor(use_mirroring=False, device=torch.device(request["device"]), allow_tqdm=False)
    folds = request["folds"]
    predictor.initialize_from_trained_model_folder(
        request["folder"], None if folds is None else tuple(folds), checkpoint_name=request["checkpoint"]
    )
    setup = predictor.configuration_manager
    order = predictor.plans_manager.transpose_forward
    spacing = [request["spacing_kji_mm"][axis] for axis in order]

    new, _, properties = _prepared(predictor, arrays[0], None, request)
    earlier, mask, _ = _prepared(predictor, arrays[1], arrays[2], request)
    scale = [given / wanted for given, wanted in zip(spacing, setup.spacing, strict=True)]
    point = [round(request["point"][axis] * by) for axis, by in zip(order, scale, strict=True)]
    point = [min(at, side - 1) for at, side in zip(point, new.shape[1:], strict=True)]
    mark = np.zeros(new.shape, dtype=np.float32)
    mark[(0, *point)] = 1.0
    mark = gaussian_filter(mark, sigma=(0, 1, 1, 1))
    mark /= mark.max()
    whole = np.concatenate([new, earlier, (mask == 1).astype(np.float32), mark, mark])

    starts = [at - size // 2 for at, size in zip(point, setup.patch_size, strict=True)]
    share = np.zeros((2, *new.shape[1:]), dtype=np.float32)
    share[0] = 1.0
    inside = tuple(
        slice(max(start, 0), min(start + size, side))
        for start, size, side in zip(starts, setup.patch_size, new.shape[1:], strict=True)
    )
    missing = [
        (part.start - start, size - (part.stop - start))
        for part, start, size in zip(inside, starts, setup.patch_size, strict=True)
    ]
    patch = np.pad(whole[(slice(None), *inside)], [(0, 0), *missing])
    logits = predictor.predict_logits_from_preprocessed_data(torch.from_numpy(patch))
    kept = tuple(slice(low, low + part.stop - part.start) for (low, _), part in zip(missing, inside, strict=True))
    share[(slice(None), *inside)] = torch.softmax(logits.float(), 0).numpy()[(slice(None), *kept)]

    shape = properties["shape_after_cropping_and_before_resampling"]
    on_image = np.asarray(setup.resampling_fn_probabilities(share, shape, setup.spacing, spacing))[1]
    return {}, [on_image.transpose(np.argsort(order)).astype(np.float32)]


def _prepared(predictor: Any, image: Any, mask: Any, request: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    """An image, and its mask where there is one, as the model's own preprocessing makes them."""
    preprocessor = predictor.configuration_manager.preprocessor_class(verbose=False)
    labels = None if mask is None else mask[None].astype(np.int8)
    data, labels, properties = preprocessor.run_case_npy(
        image[None], labels, {"spacing": request["spacing_kji_mm"]}, predictor.plans_manager,
        predictor.configuration_manager, predictor.dataset_json,
    )  # fmt: skip
    return np.asarray(data), np.asarray(labels), properties
