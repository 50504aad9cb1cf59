"""Builds the two networks of pyliverlesionseg in Keras 2.15 with their trained weights, from the wheel alone."""

import importlib.util
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

ARCHITECTURE = "pyliverlesionseg/architectures/unet_generalized.py"
IMPORTS = {
    "keras.layers.convolutional": "keras.layers",
    "keras.layers.advanced_activations": "keras.layers",
    "keras.layers.normalization": "keras.layers",
}
"""Where Keras 2.15 keeps what the package imports; nothing else of its source is touched."""
FEATURES = [[[20, 40], [40, 20]], [[40, 80], [80, 40]], [[80, 160], [160, 80]], [[160, 160], []]]
FLAT, CUBE = (3, 3, 1), (3, 3, 3)
PAIR = [[FLAT, CUBE], [CUBE, FLAT]]


@dataclass(frozen=True)
class Trained:
    """One network as the package's own prediction script calls it: its file of weights and its arguments."""

    name: str
    weights: str
    arguments: dict[str, Any]


NETWORKS = (
    Trained(
        "liver",
        "model_unet_ct_mr_liv_seg_resize_1.5mm_med_3_resize_3mm_20201011_dice_loss_val_binary_dice_mean.hdf5",
        {
            "subsample_factors_per_pathway": [(n, n, n) for n in (1, 3, 9, 27)],
            "kernel_sizes_per_pathway": [PAIR, PAIR, PAIR, [[CUBE, CUBE], []]],
            "padding": "same",
            "upsampling": "linear",
            "output_size": [163, 136, 136],
        },
    ),
    Trained(
        "lesions",
        "model_unet_ct_mr_lesion_seg_resize_1mm_1mm_3mm_20220207_dice_loss_val_binary_dice_mean.hdf5",
        {
            "subsample_factors_per_pathway": [(n, n, n) for n in (1, 2, 4, 8)],
            "kernel_sizes_per_pathway": [PAIR, PAIR, PAIR, [[FLAT, CUBE], []]],
            "padding": "valid",
            "upsampling": "copy",
            "residual_connections": True,
            "output_size": [92, 84, 42],
        },
    ),
)


NORMALIZATION = (
    "(x - K.mean(x, axis=[1, 2, 3], keepdims=True)) / (K.std(x, axis=[1, 2, 3], keepdims=True) + K.epsilon())"
)
"""The package's instance normalization."""
IN_DOUBLE = f"K.cast((lambda x: {NORMALIZATION})(K.cast(x, 'float64')), 'float32')"


def load(wheel: Path, trained: Trained, *, in_double: bool = False) -> Any:
    """Return the Keras model with the weights of the wheel.

    in_double: means and deviations over the voxels in double precision; in single, TensorFlow's own over millions of
    voxels are off so far that the first normalized layer differs by up to 0.19 deviations (measured on HCC_007).
    """
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as packed:
        at = Path(folder)
        weights = at / trained.weights
        with packed.open(f"pyliverlesionseg/trained_models/{trained.weights}") as source, weights.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        source = packed.read(ARCHITECTURE).decode()
        assert NORMALIZATION in source
        architecture = _module(
            source.replace(NORMALIZATION, IN_DOUBLE) if in_double else source, at / "architecture.py"
        )
        model = architecture.create_unet_like_model(
            number_input_features=1, number_features_per_pathway=FEATURES, verbose=False, **trained.arguments
        )
        model.load_weights(weights)
    return model


def _module(source: str, path: Path) -> ModuleType:
    for old, new in IMPORTS.items():
        source = source.replace(f"from {old} import", f"from {new} import")
    path.write_text(source)
    spec = importlib.util.spec_from_file_location("architecture", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
