"""Puts the last two convolutions of the liver network, at its finest level and most of its work, into 8 bits.

ONNX Runtime multiplies bytes four times as fast as floats where the processor has VNNI, and moves a quarter of the
memory. What makes it exact enough:
- each input of a convolution is normalized: its range is known (ranges.json), the same for every patient;
- weights get a scale for each output channel; values with a long tail share theirs half with the others (EVEN);
- a leaky rectifier leaves 1 % of what is negative, less than a step of the bytes. Dropped, it costs more than all
  rounding (2 % of the next layer); so it is summed up apart: from the middle voxel, as if its neighbors were the same;
- weights keep 7 bits: the sum of two products then fits 16 bits, on which processors without VNNI add.

All else stays as it is, floats with weights in half precision: bytes at the deep levels cost the outline (Dice 0.90).
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

SPACE = (1, 2, 3)
"""Axes of slices, rows and columns in arrays whose last axis is the channel."""
AXES = ("slices", "rows", "columns")
MIDDLE = 128
"""The byte that stands for the middle of a convolution's range."""
TOP = 255
"""The largest byte."""
WEIGHT = 63
"""Largest weight: two products of a byte and a weight fit 16 bits."""
EVEN = 0.4
"""How far the scales of channels follow their own ranges (1) or their common one (0); least error on one layer, own
choice."""
ROOM = 1.05
"""Room above the largest value seen."""
ROOM_OF_SUMS = 1.1
"""Likewise for the results of convolutions, whose outermost 0.01 % are cut at both ends."""
DEEPEST_BELOW = 8.0
"""Deviations below the mean that the rest of a negative value reaches."""
OF_STEP = 1 / 16
"""Step of the summed rest, in steps of the convolution that it is added to."""
EPSILON = 1e-9
"""Added to a variance, so that a channel without any is not divided by zero."""
EPSILON_OF_BYTES = 1e-3
"""Likewise, of bytes."""
MICROSOFT = "com.microsoft"
"""Operators of ONNX Runtime that take bytes with the channel last."""

Floats = NDArray[np.float64]
Ranges = dict[str, Any]


@dataclass(frozen=True)
class Bytes:
    """Rectified values as bytes: what they and the rest of the negative ones are called, and the steps of channels."""

    name: str
    rest: str
    step: Floats
    rest_step: Floats


@dataclass(frozen=True)
class Layer:
    """A convolution of the float graph."""

    name: str
    weights: Floats
    bias: Floats
    pads: list[int]


class Tail:
    """The float graph without its tail, and the nodes of the new one so far."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.model = model
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}
        self._made = {name: node for node in model.graph.node for name in node.output}
        self._kept = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}

    def node(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node and return the name of its output."""
        out = f"tail_{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], name=out, domain=domain, **attributes))
        return out

    def constant(self, values: Any, kind: type = np.float32) -> str:
        """Add values; the same values have the same name."""
        array = np.asarray(values, dtype=kind)
        key = f"tail_{array.dtype}_{'_'.join(map(str, array.shape))}_{hashlib.sha256(array.tobytes()).hexdigest()[:12]}"
        self.constants[key] = numpy_helper.from_array(array, key)
        return key

    def made_by(self, name: str) -> onnx.NodeProto:
        """The node that makes an array."""
        return self._made[name]

    def before(self, name: str, *kinds: str) -> onnx.NodeProto:
        """The nearest node of a kind on the way back from an array, by first inputs."""
        node = self._made[name]
        while node.op_type not in kinds:
            node = self._made[node.input[0]]
        return node

    def layer(self, node: onnx.NodeProto) -> Layer:
        """A convolution's weights."""
        weights, bias = (self._kept[self._made[each].input[0]].astype(np.float64) for each in node.input[1:3])
        return Layer(node.output[0], weights, bias, list(attribute(node, "pads")))

    def away(self, array: str) -> str:
        """The values less the mean of their channel, each voxel counted as often as the frame says."""
        return self.node("Sub", array, self._mean(array))

    def variance(self, away: str) -> str:
        """Mean square of each channel."""
        return self._mean(self.node("Mul", away, away))

    def _mean(self, array: str) -> str:
        for axis in (3, 2, 1):
            shares = self.node("Transpose", f"inner_{AXES[axis - 1]}", perm=[1, 0])
            array = self.node("MatMul", shares, array)
            array = self.node("Squeeze", array, self.constant([axis], np.int64)) if axis > 1 else array
        return self.node("Reshape", array, self.constant([1, 1, 1, 1, -1], np.int64))


def attribute(node: onnx.NodeProto, name: str) -> Any:
    """An attribute's value."""
    return next(helper.get_attribute_value(each) for each in node.attribute if each.name == name)


def convert(model: onnx.ModelProto, ranges: Ranges) -> onnx.ModelProto:
    """Return the network with convolutions in 8 bits; ranges: what was seen of the arrays before and behind them."""
    tail = Tail(model)
    for name, (given, seen) in ranges["in place"].items():
        _in_place(tail, tail.made_by(name), np.array(given), seen)
    return _whole(tail, _tail(tail, ranges) if "joined" in ranges else tail.made_by("probability").input[0])


def _tail(tail: Tail, ranges: Ranges) -> str:
    """All behind the join of the finest level; the probability."""
    end = tail.before("probability", "Conv")
    second = tail.before(end.input[0], "Conv")
    first = tail.before(second.input[0], "Conv")
    join = tail.before(first.input[0], "Concat")
    reach = np.array(ranges["joined"])
    steps = np.split(_steps(reach), 2)
    skipped = tail.node("Transpose", join.input[0], perm=[0, 2, 3, 4, 1])
    halves = [_rectified(tail, *each) for each in zip((skipped, _interpolated(tail, join)), steps, strict=True)]
    joined = Bytes(
        tail.node("Concat", *(half.name for half in halves), axis=4),
        tail.node("Concat", *(half.rest for half in halves), axis=4),
        np.concatenate([half.step for half in halves]),
        np.concatenate([half.rest_step for half in halves]),
    )
    alpha = attribute(tail.made_by(first.input[0]), "alpha")
    between = tail.node(
        "Cast", _convolved(tail, joined, tail.layer(first), ranges["first"], alpha), to=TensorProto.FLOAT
    )
    rectified = _rectified(tail, between, _steps(np.array(ranges["between"])), EPSILON_OF_BYTES)
    out = tail.node(
        "Cast", _convolved(tail, rectified, tail.layer(second), ranges["second"], alpha), to=TensorProto.FLOAT
    )
    return _answer(tail, out, tail.layer(end), alpha)


def _steps(reach: Floats) -> Floats:
    """Step of each channel's bytes from the largest deviation seen."""
    wide = np.maximum(reach * ROOM, 0.5)
    return wide**EVEN * np.percentile(wide, 90) ** (1 - EVEN) / TOP


def _normalized(tail: Tail, array: str, unit: Floats, epsilon: float) -> str:
    away = tail.away(array)
    deviation = tail.node("Sqrt", tail.node("Add", tail.variance(away), tail.constant(epsilon)))
    factor = tail.node("Div", tail.constant(1 / unit), deviation)
    return tail.node("Mul", away, factor)


def _rectified(tail: Tail, array: str, step: Floats, epsilon: float = EPSILON) -> Bytes:
    """An array, normalized, as bytes: what is positive from 0 up, what is negative from TOP down."""
    return _bytes(tail, _normalized(tail, array, step, epsilon), step)


def _bytes(tail: Tail, values: str, step: Floats) -> Bytes:
    """Values in steps of their channels as bytes."""
    rest = DEEPEST_BELOW / float(np.median(step)) / TOP
    return Bytes(
        tail.node("QuantizeLinear", values, tail.constant(1), tail.constant(0, np.uint8)),
        tail.node("QuantizeLinear", values, tail.constant(rest), tail.constant(TOP, np.uint8)),
        step,
        step * rest,
    )


def _convolved(tail: Tail, given: Bytes, layer: Layer, seen: Any, alpha: float) -> str:
    """The convolution of rectified values, as bytes over the range seen; `seen` is (low, high) of each channel."""
    middle, unit = _range(seen)
    weights = layer.weights * given.step[None, :, None, None, None] / unit[:, None, None, None, None]
    scaled = Layer(layer.name, weights, (layer.bias - middle) / unit, layer.pads)
    out = _quick(tail, given.name, 0, scaled, 1.0)
    summed = layer.weights.sum(axis=(2, 3, 4)) * alpha * given.rest_step / unit[:, None]
    single = Layer(layer.name, summed[:, :, None, None, None], np.zeros(len(unit)), [0] * 6)
    rest = _quick(tail, _inner(tail, given.rest, layer), TOP, single, OF_STEP)
    one, at = tail.constant(1), tail.constant(MIDDLE, np.uint8)
    return tail.node("QLinearAdd", out, one, at, rest, tail.constant(OF_STEP), at, one, at, domain=MICROSOFT)


def _inner(tail: Tail, array: str, layer: Layer) -> str:
    """What is left of an array behind a convolution without padding."""
    lost = [0 if pad else (size - 1) // 2 for size, pad in zip(layer.weights.shape[2:], layer.pads[:3], strict=True)]
    if not any(lost):
        return array
    ends = [-each or np.iinfo(np.int64).max for each in lost]
    return tail.node("Slice", array, *(tail.constant(each, np.int64) for each in (lost, ends, SPACE)))


def _range(seen: Any) -> tuple[Floats, Floats]:
    """Middle and unit of each channel's bytes over a range."""
    low, high = np.array(seen)
    return (low + high) / 2, np.maximum((high - low) / 2 * ROOM_OF_SUMS, 1e-6) / (MIDDLE - 1)


def _quick(tail: Tail, given: str, zero: int, layer: Layer, step: float) -> str:
    """A convolution of bytes with the channel last."""
    scale = np.maximum(np.abs(layer.weights).max(axis=(1, 2, 3, 4)) / WEIGHT, 1e-12)
    return tail.node(
        "QLinearConv",
        given,
        tail.constant(1),
        tail.constant(zero, np.uint8),
        tail.constant(np.round(layer.weights / scale[:, None, None, None, None]), np.int8),
        tail.constant(scale),
        tail.constant(np.zeros(len(scale)), np.int8),
        tail.constant(step),
        tail.constant(MIDDLE, np.uint8),
        tail.constant(np.round(layer.bias / scale), np.int32),
        domain=MICROSOFT,
        channels_last=1,
        pads=layer.pads,
        kernel_shape=list(layer.weights.shape[2:]),
    )


def _interpolated(tail: Tail, join: onnx.NodeProto) -> str:
    """The deeper level brought to the finest by three products with matrices: copies, averaged, cut to the frame."""
    cut = tail.made_by(join.input[1])
    copies = tail.before(join.input[1], "Resize")
    array = tail.node("Transpose", copies.input[0], perm=[0, 2, 3, 4, 1])
    shape = tail.node("Shape", array)
    slices, rows, columns = (_matrix(tail, shape, axis, cut.input[1:3]) for axis in SPACE)
    array = tail.node("MatMul", slices, tail.node("Reshape", array, tail.constant([0, 0, -1], np.int64)))
    size = [_part(tail, shape, axis, axis + 1) for axis in (2, 3, 4)]
    zero, rest = tail.constant([0], np.int64), tail.constant([-1], np.int64)
    array = tail.node("Reshape", array, tail.node("Concat", zero, zero, size[0], rest, axis=0))
    array = tail.node("MatMul", rows, array)
    array = tail.node("Reshape", array, tail.node("Concat", zero, zero, zero, size[1], size[2], axis=0))
    return tail.node("MatMul", columns, array)


def _part(tail: Tail, array: str, start: int, stop: int) -> str:
    return tail.node("Slice", array, tail.constant([start], np.int64), tail.constant([stop], np.int64))


def _matrix(tail: Tail, shape: str, axis: int, cut: Any) -> str:
    """Copies of three, averaged over three, are linear interpolation; what it makes of each voxel alone."""
    count = tail.node("Squeeze", _part(tail, shape, axis, axis + 1))
    numbers = tail.node("Range", tail.constant(0, np.int64), count, tail.constant(1, np.int64))
    down, across = (tail.node("Unsqueeze", numbers, tail.constant([side], np.int64)) for side in (1, 0))
    alone = tail.node("Cast", tail.node("Equal", down, across), to=TensorProto.FLOAT)
    both = tail.constant([0, 1], np.int64)
    finer = tail.node(
        "Resize",
        tail.node("Unsqueeze", alone, both),
        "",
        tail.constant([1, 1, 3, 1]),
        mode="linear",
        coordinate_transformation_mode="half_pixel",
    )
    matrix = _part(tail, tail.node("Squeeze", finer, both), 1, -1)
    ends = (_part(tail, each, axis - 1, axis) for each in cut)
    return tail.node("Slice", matrix, *ends)


def _answer(tail: Tail, array: str, layer: Layer, alpha: float) -> str:
    """The last convolution, of single voxels, in floats."""
    channels = layer.weights.shape[1]
    values = tail.node("LeakyRelu", _normalized(tail, array, np.ones(channels), EPSILON_OF_BYTES), alpha=alpha)
    out = tail.node("MatMul", values, tail.constant(layer.weights.reshape(channels, 1)))
    out = tail.node("Sigmoid", tail.node("Add", out, tail.constant(layer.bias)))
    return tail.node("Transpose", out, perm=[0, 4, 1, 2, 3])


def _in_place(tail: Tail, conv: onnx.NodeProto, reach: Floats, seen: Any) -> None:
    """Put one convolution of the float graph into 8 bits, floats before and behind it."""
    leaky = tail.made_by(conv.input[0])
    away, reciprocal = tail.made_by(leaky.input[0]).input
    step = _steps(reach)
    factor = tail.node("Mul", reciprocal, tail.constant((1 / step)[:, None, None, None]))
    given = _bytes(tail, tail.node("Mul", away, factor), step)
    turned = [tail.node("Transpose", each, perm=[0, 2, 3, 4, 1]) for each in (given.name, given.rest)]
    out = _convolved(
        tail, Bytes(*turned, given.step, given.rest_step), tail.layer(conv), seen, attribute(leaky, "alpha")
    )
    middle, unit = _range(seen)
    floats = tail.node("Cast", tail.node("Transpose", out, perm=[0, 4, 1, 2, 3]), to=TensorProto.FLOAT)
    floats = tail.node("Mul", floats, tail.constant(unit[:, None, None, None]))
    first = tail.constant((middle - MIDDLE * unit)[:, None, None, None])
    tail.nodes.append(helper.make_node("Add", [floats, first], [conv.output[0]], name=conv.output[0]))


def _whole(tail: Tail, answer: str) -> onnx.ModelProto:
    """The model of what the answer needs, in an order that can be run; new nodes take the place of old ones."""
    model = onnx.ModelProto()
    model.CopyFrom(tail.model)
    end = helper.make_node("Identity", [answer], ["probability"], name="probability")
    made = {node.output[0]: node for node in (*model.graph.node, *tail.nodes, end)}
    order: dict[str, onnx.NodeProto] = {}

    def add(name: str) -> None:
        if name in made and name not in order:
            for each in made[name].input:
                add(each)
            order[name] = made[name]

    add("probability")
    used = {name for node in order.values() for name in node.input}
    kept = [each for each in (*model.graph.initializer, *tail.constants.values()) if each.name in used]
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(order.values())
    model.graph.initializer.extend(kept)
    model.opset_import.append(helper.make_opsetid(MICROSOFT, 1))
    return model
