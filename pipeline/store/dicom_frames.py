"""Frames of an enhanced multi-frame image, each as the single-frame header it would have had.

PS3.3, C.7.6.16: what all frames share stands in the shared functional groups, what differs in the groups of each
frame; the nested tags mean what the tags of the same name mean in a single-frame image, or are renamed here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydicom import Dataset
from pydicom.datadict import tag_for_keyword
from pydicom.tag import Tag

from pipeline.store import dicom_values

MOST_FRAMES = 50_000
"""Frames of one file: some fifty dynamic passes of a thousand slices; a header that claims more is damaged. Own
choice."""

_TECHNIQUE = "VolumeBasedCalculationTechnique"
_TECHNIQUES = {
    "MAX_IP": "MAX IP", "MIN_IP": "MIN IP", "VOLUME_RENDER": "VOLUME RENDERING", "SURFACE_RENDER": "SSD", "MPR": "MPR",
    "CURVED_MPR": "CURVED",
}  # fmt: skip
"""How a frame was computed from a volume (0008,9207), and the value of ImageType that says it in a single frame."""
_GROUPS = {
    "PlanePositionSequence": {"ImagePositionPatient": "ImagePositionPatient"},
    "PlaneOrientationSequence": {"ImageOrientationPatient": "ImageOrientationPatient"},
    "PixelMeasuresSequence": {"PixelSpacing": "PixelSpacing", "SliceThickness": "SliceThickness"},
    "FrameContentSequence": {
        "FrameAcquisitionNumber": "AcquisitionNumber",
        "TemporalPositionIndex": "TemporalPositionIdentifier",
    },
    "PixelValueTransformationSequence": {
        "RescaleSlope": "RescaleSlope",
        "RescaleIntercept": "RescaleIntercept",
        "RescaleType": "RescaleType",
    },
    "CTReconstructionSequence": {"ConvolutionKernel": "ConvolutionKernel"},
    "CTImageFrameTypeSequence": {"FrameType": "ImageType", _TECHNIQUE: _TECHNIQUE},
    "MRImageFrameTypeSequence": {
        "FrameType": "ImageType",
        "ComplexImageComponent": "ComplexImageComponent",
        _TECHNIQUE: _TECHNIQUE,
    },
    "MREchoSequence": {"EffectiveEchoTime": "EchoTime"},
    "MRTimingAndRelatedParametersSequence": {"EchoTime": "EchoTime"},
    "MRDiffusionSequence": {"DiffusionBValue": "DiffusionBValue"},
    "CardiacSynchronizationSequence": {"NominalCardiacTriggerDelayTime": "TriggerTime"},
    "TemporalPositionSequence": {"TemporalPositionTimeOffset": "TriggerTime"},
}
"""By functional group, its tags and what a single-frame header calls them."""
_WHOLE = ("RealWorldValueMappingSequence", "MultienergyCTCharacteristicsSequence")
"""Groups that a single-frame header holds as a sequence too."""
_CONVERTED = ("UnassignedSharedConvertedAttributesSequence", "UnassignedPerFrameConvertedAttributesSequence")
"""Groups of converted legacy images that keep what has no place in a functional group (PS3.3, C.7.6.16.2.25)."""
_FROM_CONVERTED = (
    "InstanceNumber", "EchoTime", "TriggerTime", "TemporalPositionIdentifier", "AcquisitionTime", "ContentTime",
    "ScanningSequence", "ContrastBolusAgent", "ContrastBolusStartTime", "MagneticFieldStrength",
)  # fmt: skip
_ECHOES = {"SE": {"SPIN", "BOTH"}, "GR": {"GRADIENT", "BOTH"}}
_OF_PLACE = frozenset(
    {
        "ImagePositionPatient",
        "ImageOrientationPatient",
        "InStackPositionNumber",
        "StackID",
        "ImagePositionVolume",
        "SliceLocation",
    }
)
_OF_TIME = frozenset(
    {
        "TemporalPositionIndex",
        "TemporalPositionTimeOffset",
        "FrameAcquisitionDateTime",
        "FrameReferenceDateTime",
        "NominalCardiacTriggerDelayTime",
    }
)
_GROUP_TAGS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence", "DimensionIndexSequence")

TAGS = [
    *_GROUP_TAGS, _TECHNIQUE, "ContrastBolusAgentSequence", "AcquisitionDateTime", "PatientOrientation",
    "EchoPulseSequence", "EchoPlanarPulseSequence",
]  # fmt: skip
"""Keywords of the tags that are read for it."""


class FramesError(Exception):
    """The functional groups do not describe the frames; the message says how."""


class NoGroupsError(FramesError):
    """There are no functional groups."""

    def __init__(self) -> None:
        super().__init__(
            "no functional groups in the header, as some de-identification leaves it: no frame has a place"
        )


def placed(dataset: Dataset) -> bool:
    """Whether functional groups place the first frame in the patient."""
    return any("PlanePositionSequence" in frame for frame in dicom_values.items(dataset, _GROUP_TAGS[1])[:1])


def single_frames(dataset: Dataset) -> Iterator[Dataset]:
    """Give the header of every frame in the order of the pixels, as a single-frame image would have it.

    Dimension indices that name neither place nor time stand in DimensionIndexValues.

    Raises:
        FramesError: another number of frames is described than claimed.
    """
    per_frame = dicom_values.items(dataset, "PerFrameFunctionalGroupsSequence")
    if not per_frame:
        raise NoGroupsError
    claimed = dicom_values.integer(dataset, "NumberOfFrames")
    if claimed != len(per_frame):
        raise FramesError(f"header claims {claimed or 'no'} frames and describes {len(per_frame)}")
    if not 1 <= len(per_frame) <= MOST_FRAMES:
        raise FramesError(f"header describes {len(per_frame)} frames; 1 to {MOST_FRAMES} are read")
    common = Dataset()
    for tag in dataset.keys() - {Tag(keyword) for keyword in _GROUP_TAGS}:
        common[tag] = dataset.get_item(tag)
    _agent(common)
    _pulse_sequence(common)
    shared = dicom_values.items(dataset, "SharedFunctionalGroupsSequence")
    contents = [_first(frame, "FrameContentSequence") for frame in per_frame]
    dimensions = _dimensions(dataset, contents)
    for number, frame in enumerate(per_frame):
        header = Dataset()
        header.file_meta = dataset.file_meta
        header.update(common)
        for group in (*shared, frame):
            _flatten(header, group)
        _moment(header, contents[number])
        _technique(header)
        dimensions.onto(header, number)
        yield header


def _flatten(header: Dataset, group: Dataset) -> None:
    for name, keywords in _GROUPS.items():
        item = _first(group, name)
        if item is not None:
            for keyword, single in keywords.items():
                _copy(item, keyword, header, single)
    for name in _WHOLE:
        if name in group:
            header[Tag(name)] = group.get_item(Tag(name))
    for name in _CONVERTED:
        item = _first(group, name)
        if item is not None:
            for keyword in _FROM_CONVERTED:
                _copy(item, keyword, header, keyword)


def _copy(item: Dataset, keyword: str, header: Dataset, single: str) -> None:
    """Take over a value as it was read; a damaged one is refused where it is used."""
    if keyword in item:
        try:
            setattr(header, single, item[keyword].value)
        except Exception:  # noqa: BLE001  pydicom's errors on foreign bytes are of any type
            return


def _moment(header: Dataset, content: Dataset | None) -> None:
    """Date and time of the frame: its own, else that of the whole image."""
    moment = dicom_values.text(content, "FrameAcquisitionDateTime") if content is not None else ""
    moment = moment or dicom_values.text(header, "AcquisitionDateTime")
    if len(moment) >= 8 and moment[:8].isdecimal():
        header.AcquisitionDate, header.AcquisitionTime = moment[:8], moment[8:].partition("+")[0].partition("-")[0]


def _agent(header: Dataset) -> None:
    """Name the contrast agent as a single-frame header does."""
    if "ContrastBolusAgentSequence" in header and "ContrastBolusAgent" not in header:
        agents = dicom_values.items(header, "ContrastBolusAgentSequence")
        names = [dicom_values.text(agent, "CodeMeaning") for agent in agents]
        header.ContrastBolusAgent = " + ".join(filter(None, names)) or ("contrast agent" if agents else "")


def _pulse_sequence(header: Dataset) -> None:
    """Name the kind of pulse sequence as a single-frame header does (PS3.3, C.8.13.4 and C.8.3.1.1.2)."""
    echo, planar = (dicom_values.text(header, key) for key in ("EchoPulseSequence", "EchoPlanarPulseSequence"))
    kinds = [name for name, words in _ECHOES.items() if echo in words] + (["EP"] if planar == "YES" else [])
    if kinds and "ScanningSequence" not in header:
        header.ScanningSequence = kinds


def _technique(header: Dataset) -> None:
    """Add to the image type how the frame was computed, where it was."""
    technique = _TECHNIQUES.get(dicom_values.text(header, _TECHNIQUE))
    if technique is not None:
        header.ImageType = [*dicom_values.texts(header, "ImageType"), technique]


@dataclass(frozen=True)
class _Dimensions:
    """The dimension indices of the frames; rest: those that are neither place nor time."""

    time: tuple[tuple[int, ...], ...] = ()
    rest: tuple[tuple[int, ...], ...] = ()

    def onto(self, header: Dataset, number: int) -> None:
        """Write the indices of a frame into its header: the index in time where it has none, and the rest."""
        if self.time and "TemporalPositionIdentifier" not in header:
            moment = self.time[number]
            header.TemporalPositionIdentifier = (
                moment[0] if len(moment) == 1 else sorted(set(self.time)).index(moment) + 1
            )
        if self.rest:
            header.DimensionIndexValues = list(self.rest[number])


def _dimensions(dataset: Dataset, contents: Sequence[Dataset | None]) -> _Dimensions:
    """Sort the dimensions by what they index; one that is new at every frame separates nothing."""
    pointers = [
        dicom_values.integer(item, "DimensionIndexPointer")
        for item in dicom_values.items(dataset, "DimensionIndexSequence")
    ]
    values = [_indices(content) for content in contents]
    if not pointers or any(len(value) != len(pointers) for value in values):
        return _Dimensions()
    place = {tag_for_keyword(keyword) for keyword in _OF_PLACE}
    moments = {tag_for_keyword(keyword) for keyword in _OF_TIME}
    time: list[int] = []
    rest: list[int] = []
    for column, pointer in enumerate(pointers):
        different = len({value[column] for value in values})
        if pointer not in place and different < len(values):
            (time if pointer in moments else rest).append(column)
    return _Dimensions(_columns(values, time), _columns(values, rest))


def _columns(values: Sequence[tuple[int, ...]], columns: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(value[column] for column in columns) for value in values) if columns else ()


def _indices(content: Dataset | None) -> tuple[int, ...]:
    if content is None or "DimensionIndexValues" not in content:
        return ()
    try:
        return tuple(int(value) for value in dicom_values.numbers(content, "DimensionIndexValues"))
    except dicom_values.DamagedTagError:
        return ()


def _first(dataset: Dataset, keyword: str) -> Dataset | None:
    return next(iter(dicom_values.items(dataset, keyword)), None)
