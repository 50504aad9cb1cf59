"""nnInteractive (Isensee, Rokuss, Krämer et al.): one lesion from one mark."""

from typing import Any

import numpy as np
import torch
from nnInteractive.inference.inference_session import nnInteractiveInferenceSession


def answer(request: dict[str, Any], arrays: list[np.ndarray[Any, Any]]) -> tuple[dict[str, Any], list[Any]]:
    """Return the lesion [k, j, i] as the image given, and the license that the checkpoint states.

    request: folder, device, and point [k, j, i] or box [[first, end], ...]; without them the second array is a stroke.
    """
    session = nnInteractiveInferenceSession(
        device=torch.device(request["device"]),
        torch_n_threads=torch.get_num_threads(),
        interactions_storage="tensor",
        enable_undo=False,
    )
    session.initialize_from_trained_model_folder(request["folder"])
    lesion = torch.zeros(arrays[0].shape, dtype=torch.uint8)
    session.set_image(arrays[0][None])
    session.set_target_buffer(lesion)
    if "point" in request:
        session.add_point_interaction(tuple(request["point"]), include_interaction=True)
    elif "box" in request:
        sides = request["box"]
        if not session.supported_interactions.get("bbox3d"):
            middle = sum(sides[0]) // 2
            sides[0] = [middle, middle + 1]
        session.add_bbox_interaction(sides, include_interaction=True)
    else:
        session.add_scribble_interaction(arrays[1], include_interaction=True)
    return {"license": session.license}, [lesion.numpy()]
