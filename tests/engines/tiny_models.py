"""Make tiny models in nnU-Net's form, in the interpreter of the engines: python tiny_models.py FOLDER.

nnunet is trained, for some seconds, to tell 0, 100 and 200 HU apart. The others stand in for weights that cannot be
had: their networks are written by hand, so that each class is a line over the normalized intensity.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans

FEATURES = 4
ABOVE_ZERO = 20.0
"""Added to the input by the networks written by hand, so that no rectifier cuts it."""
STEPS = 150
ARCHITECTURE = {
    "network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
    "arch_kwargs": {
        "n_stages": 2,
        "features_per_stage": [FEATURES, FEATURES],
        "conv_op": "torch.nn.modules.conv.Conv3d",
        "kernel_sizes": [[3, 3, 3], [3, 3, 3]],
        "strides": [[1, 1, 1], [2, 2, 2]],
        "n_conv_per_stage": [1, 1],
        "n_conv_per_stage_decoder": [1],
        "conv_bias": True,
        "norm_op": None,
        "norm_op_kwargs": None,
        "dropout_op": None,
        "dropout_op_kwargs": None,
        "nonlin": "torch.nn.LeakyReLU",
        "nonlin_kwargs": {"inplace": True},
    },
    "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
}


def main(folder: Path) -> None:
    """Write every model."""
    torch.set_num_threads(1)
    spacing = [3.0, 3.0, 3.0]
    write(folder / "nnunet", trained(), 3, spacing)
    # new image, earlier image, earlier mask, two marks: lesion where the earlier mask and 150 HU are
    lesion = lines(5, [(0, {}), (-30.0, {0: 10.0, 2: 20.0})])
    write(folder / "longiseg", lesion, 2, spacing, images=5, patch=24)
    write(
        folder / "nninteractive",
        lines(8, [(0, {}), (-11.0, {0: 10.0})]),
        2,
        spacing,
        trainer="nnInteractiveTrainer_stub",
        patch=24,
    )
    (folder / "nninteractive" / "inference_session_class.json").write_text(
        json.dumps({"point_radius": 2, "preferred_scribble_thickness": [2, 2, 2], "interaction_decay": 0.9})
    )
    for name, trainer, configuration, classes, structure in (
        ("Dataset297_TotalSegmentator_total_3mm_1559subj", "_4000epochs_NoMirroring", "3d_fullres", 118, 5),
        ("Dataset298_TotalSegmentator_total_6mm_1559subj", "_4000epochs_NoMirroring", "3d_fullres", 118, 5),
        ("Dataset591_ct_liver_lesions_842subj", "", "3d_fullres_high", 2, 1),
        ("Dataset570_ct_liver_segments", "NoMirroring", "3d_fullres", 9, 7),
    ):
        threshold = 1.0 if structure == 1 else 0.0
        rows = [
            (0.0, {}) if c == 0 else (-10 * threshold, {0: 10.0}) if c == structure else (-1000.0, {})
            for c in range(classes)
        ]
        at = folder / "totalsegmentator" / name / f"nnUNetTrainer{trainer}__nnUNetPlans__{configuration}"
        resolution = {"Dataset298": 6.0, "Dataset297": 3.0}.get(name[:10], 1.5)
        write(at, lines(1, rows), classes, [resolution] * 3, configuration=configuration)


def build(inputs: int, classes: int) -> torch.nn.Module:
    """A U-Net of two levels."""
    return get_network_from_plans(
        ARCHITECTURE["network_class_name"], ARCHITECTURE["arch_kwargs"], ARCHITECTURE["_kw_requires_import"],
        inputs, classes, True, False,
    )  # fmt: skip


def trained() -> torch.nn.Module:
    """A network that tells 0, 100 and 200 HU apart, learned from blocks."""
    torch.manual_seed(0)
    network, random = build(1, 3), np.random.default_rng(0)
    optimizer = torch.optim.Adam(network.parameters(), 0.01)
    for _ in range(STEPS):
        blocks = random.integers(0, 3, (1, 4, 4, 4)).repeat(4, 1).repeat(4, 2).repeat(4, 3)
        image = torch.tensor((blocks[:, None] - 0.5).astype(np.float32))
        loss = torch.nn.functional.cross_entropy(network(image), torch.tensor(blocks))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.1, loss.item()
    return network


def lines(inputs: int, rows: list[tuple[float, dict[int, float]]]) -> torch.nn.Module:
    """A network whose class c is offset + sum of slope * input channel, by rows of (offset, slopes)."""
    network = build(inputs, len(rows))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        used = sorted({channel for _, slopes in rows for channel in slopes})
        first = network.encoder.stages[0][0].convs[0].conv
        joined, last = network.decoder.stages[0].convs[0].conv, network.decoder.seg_layers[0]
        for feature, channel in enumerate(used):
            first.weight[feature, channel, 1, 1, 1] = 1.0
            first.bias[feature] = ABOVE_ZERO
            joined.weight[feature, FEATURES + feature, 1, 1, 1] = 1.0
        for c, (offset, slopes) in enumerate(rows):
            last.bias[c] = offset - ABOVE_ZERO * sum(slopes.values())
            for channel, slope in slopes.items():
                last.weight[c, used.index(channel), 0, 0, 0] = slope
    return network


def write(
    folder: Path, network: torch.nn.Module, classes: int, spacing: list[float], *, images: int = 1, patch: int = 32,
    configuration: str = "3d_fullres", trainer: str = "nnUNetTrainer",
) -> None:  # fmt: skip
    """Write a model's folder: HU are clipped to -100 to 300, less 50, over 100."""
    (folder / "fold_0").mkdir(parents=True)
    labels = {"background": 0, **{f"structure {c}": c for c in range(1, classes)}}
    channels = {str(number): "CT" for number in range(images)}
    described = {"channel_names": channels, "labels": labels, "numTraining": 1, "file_ending": ".nii.gz"}
    (folder / "dataset.json").write_text(json.dumps(described))
    resampling = {"is_seg": False, "order": 1, "order_z": 0, "force_separate_z": None}
    intensities = {"mean": 50.0, "std": 100.0, "percentile_00_5": -100.0, "percentile_99_5": 300.0}
    setup = {
        "data_identifier": "x",
        "preprocessor_name": "DefaultPreprocessor",
        "batch_size": 2,
        "patch_size": [patch] * 3,
        "median_image_size_in_voxels": [64.0] * 3,
        "spacing": spacing,
        "normalization_schemes": ["CTNormalization"],
        "use_mask_for_norm": [False],
        "resampling_fn_data": "resample_data_or_seg_to_shape",
        "resampling_fn_seg": "resample_data_or_seg_to_shape",
        "resampling_fn_data_kwargs": resampling,
        "resampling_fn_seg_kwargs": {**resampling, "is_seg": True},
        "resampling_fn_probabilities": "resample_data_or_seg_to_shape",
        "resampling_fn_probabilities_kwargs": resampling,
        "architecture": ARCHITECTURE,
        "batch_dice": False,
    }
    plans = {
        "dataset_name": "Dataset001_Tiny",
        "plans_name": "nnUNetPlans",
        "original_median_spacing_after_transp": spacing,
        "original_median_shape_after_transp": [64] * 3,
        "image_reader_writer": "SimpleITKIO",
        "transpose_forward": [0, 1, 2],
        "transpose_backward": [0, 1, 2],
        "configurations": {configuration: setup},
        "experiment_planner_used": "ExperimentPlanner",
        "label_manager": "LabelManager",
        "foreground_intensity_properties_per_channel": {"0": intensities},
    }
    (folder / "plans.json").write_text(json.dumps(plans))
    checkpoint = {
        "network_weights": network.state_dict(),
        "trainer_name": trainer,
        "init_args": {"configuration": configuration},
        "inference_allowed_mirroring_axes": (0, 1, 2),
    }
    torch.save(checkpoint, folder / "fold_0" / "checkpoint_final.pth")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
