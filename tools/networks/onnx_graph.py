"""Writes a Keras network as an ONNX graph, layer by layer, with weights in half precision.

The graph differs from the Keras model in form only:
- it takes and returns (1, 1, slice, row, column) along LPS, as the repository's arrays are: the order of the axes and
  the two flips that the networks ask for are turned into the kernels once;
- sizes are free: whatever fits the network's size rule;
- the means of instance normalization are taken axis by axis, which keeps their digits; so is linear upsampling done;
- the finest level is computed on a part of the image only, the frame. Around it lies padding of one value, whose
  results are known: they are copied in before the second level, and each average over the finest level counts them. The
  frame is input (pipeline/segment/network); one that holds the whole image changes nothing.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
"""ONNX operator set."""
IR_VERSION = 8
"""The file format that goes with opset 17."""
EPSILON = 1e-14
"""Added to the variance; Keras adds 1e-7 to its root."""


AXES = ("slices", "rows", "columns")


class Graph:
    """The nodes and weights so far; each method adds a node and returns the name of its output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, onnx.TensorProto] = {}
        self._numbers = count()
        self._inputs: dict[str, onnx.ValueInfoProto] = {}
        self.input("image", TensorProto.FLOAT, [1, 1, *AXES])

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node."""
        out = f"{kind.lower()}_{next(self._numbers)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], name=out, **attributes))
        return out

    def constant(self, values: NDArray[Any], name: str) -> str:
        """Add values under a name; the same name is the same values."""
        self.weights[name] = numpy_helper.from_array(values, name)
        return name

    def half(self, values: NDArray[np.float32], name: str) -> str:
        """Weights kept in half precision and widened when the file is loaded."""
        self.constant(values.astype(np.float16), f"{name}_half")
        return self.node("Cast", f"{name}_half", to=TensorProto.FLOAT)

    def input(self, name: str, kind: int, shape: list[int | str]) -> str:
        """Add an input of the graph, once."""
        self._inputs.setdefault(name, helper.make_tensor_value_info(name, kind, shape))
        return name

    def model(self, name: str, out: str, notes: dict[str, str]) -> onnx.ModelProto:
        """Return the whole, checked; `out` becomes its output."""
        self.nodes.append(helper.make_node("Identity", [out], ["probability"], name="probability"))
        graph = helper.make_graph(
            self.nodes,
            name,
            list(self._inputs.values()),
            [helper.make_tensor_value_info("probability", TensorProto.FLOAT, [1, 1, None, None, None])],
            list(self.weights.values()),
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        model.producer_name = "hepatrack tools/networks"
        helper.set_model_props(model, notes)
        onnx.checker.check_model(model, full_check=True)
        return model


def convert(keras_model: Any, name: str, notes: dict[str, str], *, padding: str) -> onnx.ModelProto:
    """Return the ONNX model of a Keras model of 3D layers; padding: that of its convolutions, same or valid.

    Raises:
        ValueError: a layer is of a kind, or is set in a way, that is not known here.
    """
    graph = Graph()
    frame = (FrameOfSame if padding == "same" else FrameOfValid)(graph, keras_model)
    outputs = {keras_model.layers[0].name: "image"}
    for layer in keras_model.layers[1:]:
        tensors = layer.input if isinstance(layer.input, list) else [layer.input]
        inputs = [outputs[tensor._keras_history.layer.name] for tensor in tensors]  # noqa: SLF001  Keras tells it nowhere else
        kind = type(layer).__name__
        if kind not in LAYERS:
            raise ValueError(f"layer {layer.name} is a {kind}; expected one of {', '.join(LAYERS)}")
        converted = frame.layer(layer, inputs)
        outputs[layer.name] = converted or LAYERS[kind](graph, layer, inputs)
    return graph.model(name, outputs[keras_model.layers[-1].name], notes)


class Frame(ABC):
    """What a framed network does otherwise at its finest level, before the first pooling."""

    def __init__(self, graph: Graph, keras_model: Any) -> None:
        self._graph = graph
        self._pool = next(layer for layer in keras_model.layers if _pools(layer))
        before = keras_model.layers[: keras_model.layers.index(self._pool)]
        self._outer = {layer.name for layer in before if type(layer).__name__ == "Lambda"}
        self._fine = self._pool.input_shape[1:4]

    def layer(self, layer: Any, inputs: list[str]) -> str | None:
        """Return the output of a layer that the frame changes, None for another."""
        if layer.name in self._outer:
            return self._by_mean(inputs[0], "outer")
        if layer is self._pool:
            return self._spread(_largest(self._graph, layer, inputs))
        if type(layer).__name__ == "Cropping3D" and layer.input_shape[1:4] == self._fine:
            return self._slice(inputs[0], "fine")
        return self.joined(layer, inputs)

    @abstractmethod
    def joined(self, layer: Any, inputs: list[str]) -> str | None:
        """Return likewise the output of a layer behind those of the other levels."""

    def _by_mean(self, tensor: str, where: str) -> str:
        return _by_mean(self._graph, tensor, lambda each: self._mean(each, where))

    def _spread(self, pooled: str) -> str:
        """The second level over the whole image: what was computed, and copies of it for the padding."""
        for axis, name in enumerate(AXES):
            at = self._graph.input(f"spread_{name}", TensorProto.INT64, [f"spread_{name}"])
            pooled = self._graph.node("Gather", pooled, at, axis=axis + 2)
        return pooled

    def _slice(self, tensor: str, name: str) -> str:
        starts, ends = (self._graph.input(f"{name}_{end}", TensorProto.INT64, [3]) for end in ("from", "to"))
        axes = self._graph.constant(np.array([2, 3, 4], dtype=np.int64), "space")
        return self._graph.node("Slice", tensor, starts, ends, axes)

    def _mean(self, tensor: str, where: str) -> str:
        """The mean of each channel in which each voxel counts as often as the frame says; shares sum to 1."""
        shares = [self._graph.input(f"{where}_{name}", TensorProto.FLOAT, [f"{where}_{name}", 1]) for name in AXES]
        rows = self._graph.node("Squeeze", self._graph.node("MatMul", tensor, shares[2]), self._axis(4))
        slices = self._graph.node("Squeeze", self._graph.node("MatMul", rows, shares[1]), self._axis(3))
        return self._graph.node("Unsqueeze", self._graph.node("MatMul", slices, shares[0]), self._axis(3, 4))

    def _axis(self, *axes: int) -> str:
        return self._graph.constant(np.array(axes, dtype=np.int64), f"axis_{'_'.join(map(str, axes))}")


class FrameOfSame(Frame):
    """For a network whose convolutions keep sizes: its finest level is computed on the part throughout."""

    def __init__(self, graph: Graph, keras_model: Any) -> None:
        super().__init__(graph, keras_model)
        self._inner = keras_model.output_shape[1:4]

    def joined(self, layer: Any, inputs: list[str]) -> str | None:
        """Behind the other levels too, each voxel counts as often as the frame says."""
        kind = type(layer).__name__
        if kind == "Lambda" and layer.name != "main" and layer.input_shape[1:4] == self._inner:
            return self._by_mean(inputs[0], "inner")
        if kind == "Concatenate" and layer.output_shape[1:4] == self._inner:
            return _joined(self._graph, layer, [inputs[0], self._slice(inputs[1], "deep")])
        return None


class FrameOfValid(Frame):
    """For a network whose convolutions narrow sizes: behind the other levels there is no padding any more."""

    def joined(self, layer: Any, inputs: list[str]) -> str | None:  # noqa: ARG002  the same signature
        """Nothing is changed."""
        return None


def _pools(layer: Any) -> bool:
    return type(layer).__name__ == "MaxPooling3D" and _turned(layer.pool_size) != [1, 1, 1]


def _turned(sizes: Any) -> list[int]:
    """Sizes along (x, y, slice) as (slice, row, column)."""
    return [int(size) for size in reversed(tuple(sizes))]


def _convolution(graph: Graph, layer: Any, inputs: list[str]) -> str:
    kernel, bias = layer.get_weights()
    turned = np.ascontiguousarray(kernel[::-1, ::-1].transpose(4, 3, 2, 1, 0))
    half = [(size - 1) // 2 if layer.padding == "same" else 0 for size in turned.shape[2:]]
    out = graph.node(
        "Conv",
        inputs[0],
        graph.half(turned, f"{layer.name}_kernel"),
        graph.half(bias, f"{layer.name}_bias"),
        pads=half * 2,
    )
    activation = layer.activation.__name__
    if activation not in {"linear", "sigmoid"}:
        raise ValueError(f"layer {layer.name} ends in {activation}; expected linear or sigmoid")
    return graph.node("Sigmoid", out) if activation == "sigmoid" else out


def _largest(graph: Graph, layer: Any, inputs: list[str]) -> str:
    size = _turned(layer.pool_size)
    if size == [1, 1, 1]:
        return inputs[0]
    return graph.node("MaxPool", inputs[0], kernel_shape=size, strides=_turned(layer.strides))


def _average(graph: Graph, layer: Any, inputs: list[str]) -> str:
    size, out = _turned(layer.pool_size), inputs[0]
    if _turned(layer.strides) != [1, 1, 1]:
        raise ValueError(f"layer {layer.name} averages with steps of {layer.strides}; expected 1")
    for axis in (2, 1, 0):
        if size[axis] > 1:
            kernel = [size[axis] if other == axis else 1 for other in range(3)]
            out = graph.node("AveragePool", out, kernel_shape=kernel)
    return out


def _copied(graph: Graph, layer: Any, inputs: list[str]) -> str:
    size = _turned(layer.size)
    if size == [1, 1, 1]:
        return inputs[0]
    name = f"copies_{'_'.join(map(str, size))}"
    scales = graph.constant(np.array([1, 1, *size], dtype=np.float32), name)
    return graph.node(
        "Resize",
        inputs[0],
        "",
        scales,
        mode="nearest",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )


def _cropped(graph: Graph, layer: Any, inputs: list[str]) -> str:
    rims = _turned(low for low, high in layer.cropping if low == high)
    if len(rims) != 3:
        raise ValueError(f"layer {layer.name} crops {layer.cropping}; expected the same on both sides")
    if not any(rims):
        return inputs[0]
    name = f"crop_{'_'.join(map(str, rims))}"
    starts = graph.constant(np.array(rims, dtype=np.int64), f"{name}_from")
    ends = graph.constant(np.array([-rim or np.iinfo(np.int64).max for rim in rims], dtype=np.int64), f"{name}_to")
    axes = graph.constant(np.array([2, 3, 4], dtype=np.int64), "space")
    return graph.node("Slice", inputs[0], starts, ends, axes)


def _normalized(graph: Graph, layer: Any, inputs: list[str]) -> str:
    """The package's only nameless function is instance normalization; "main" returns its input."""
    if layer.name == "main":
        return inputs[0]

    def mean(tensor: str) -> str:
        for axis in (4, 3, 2):
            tensor = graph.node("ReduceMean", tensor, axes=[axis], keepdims=1)
        return tensor

    return _by_mean(graph, inputs[0], mean)


def _by_mean(graph: Graph, tensor: str, mean: Callable[[str], str]) -> str:
    """Instance normalization with means taken axis by axis: one sum over millions of voxels loses digits."""
    away = graph.node("Sub", tensor, mean(tensor))
    variance = mean(graph.node("Mul", away, away))
    epsilon = graph.constant(np.array(EPSILON, dtype=np.float32), "epsilon")
    deviation = graph.node("Sqrt", graph.node("Add", variance, epsilon))
    return graph.node("Mul", away, graph.node("Reciprocal", deviation))


def _leaky(graph: Graph, layer: Any, inputs: list[str]) -> str:
    return graph.node("LeakyRelu", inputs[0], alpha=float(layer.alpha))


def _summed(graph: Graph, _layer: Any, inputs: list[str]) -> str:
    return graph.node("Add", *inputs)


def _joined(graph: Graph, _layer: Any, inputs: list[str]) -> str:
    return graph.node("Concat", *inputs, axis=1)


LAYERS: dict[str, Callable[[Graph, Any, list[str]], str]] = {
    "Conv3D": _convolution,
    "MaxPooling3D": _largest,
    "AveragePooling3D": _average,
    "UpSampling3D": _copied,
    "Cropping3D": _cropped,
    "Lambda": _normalized,
    "LeakyReLU": _leaky,
    "Add": _summed,
    "Concatenate": _joined,
}
