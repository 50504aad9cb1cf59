"""One file of a source folder: the headers of its usable slices, or why it has none.

Only the tags listed here are read; no name of a patient is among them.
"""

import datetime as dt
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from pydicom import Dataset, dcmread
from pydicom.config import IGNORE, settings
from pydicom.tag import BaseTag, Tag
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian

from pipeline.model import subject_name
from pipeline.model.catalog import FileEntry, FileStatus, SliceHeader
from pipeline.model.image import Modality
from pipeline.store import (
    archives,
    dicom_codestream,
    dicom_encoding,
    dicom_frames,
    dicom_meaning,
    dicom_plane,
    dicom_stream,
    dicom_values,
    worker_limits,
)

settings.reading_validation_mode = IGNORE  # tolerant reading: values are checked where they are used

SEGMENTATION = "segmentation (DICOM SEG) that references no volume in these folders"
"""Reason of a DICOM SEG file as long as no volume adopts it."""

# fmt: off
TAGS: list[str | BaseTag] = [
    "SOPClassUID", "SOPInstanceUID", "ImageType", "StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate",
    "AcquisitionTime", "ContentTime", "Modality", "SeriesDescription", "ProtocolName", "PatientID",
    "ClinicalTrialSubjectID", "ContrastBolusAgent", "ContrastBolusStartTime", "ScanningSequence",
    "SliceThickness", "EchoTime", "TriggerTime", "DiffusionBValue", "StudyInstanceUID", "SeriesInstanceUID",
    "SeriesNumber", "AcquisitionNumber", "InstanceNumber", "ImagePositionPatient", "ImageOrientationPatient",
    "FrameOfReferenceUID", "TemporalPositionIdentifier", "SamplesPerPixel", "NumberOfFrames", "Rows", "Columns",
    "PixelSpacing", "BitsAllocated", "BitsStored", "ConvolutionKernel", "LongitudinalTemporalInformationModified",
    *dicom_meaning.TAGS, *dicom_frames.TAGS,
]
# fmt: on
"""The tags that are read from every file."""
_TAGS = [Tag(tag) for tag in TAGS]

_STORAGE = "1.2.840.10008.5.1.4.1.1."
_SINGLE_FRAME = {f"{_STORAGE}2": Modality.CT, f"{_STORAGE}4": Modality.MR}
_ENHANCED = {
    f"{_STORAGE}2.1": Modality.CT, f"{_STORAGE}2.2": Modality.CT, f"{_STORAGE}4.1": Modality.MR,
    f"{_STORAGE}4.4": Modality.MR,
}  # fmt: skip
_IMAGES = _SINGLE_FRAME | _ENHANCED
_MAY_BE_FRAMES = {*_SINGLE_FRAME, f"{_STORAGE}7.2", f"{_STORAGE}7.3"}
"""Classes that hold frames of a volume where the frames have positions: the last two are multi-frame captures."""
_SEGMENTATION_CLASS = f"{_STORAGE}66.4"
_DICOMDIR_CLASS = "1.2.840.10008.1.3.10"
_NOT_ANATOMY = {
    "LOCALIZER": "localizer (scout view)",
    "SCREEN SAVE": "screenshot",
    "PROJECTION IMAGE": "projection (for example MIP), not measurable",
    "MIP": "projection (for example MIP), not measurable",
    "MINIP": "projection (for example MIP), not measurable",
}
_MODALITIES = {
    "CR", "CT", "DX", "ECG", "ES", "HD", "IVUS", "KO", "MG", "MR", "NM", "OP", "OT", "PR", "PT", "REG", "RF", "RTDOSE",
    "RTIMAGE", "RTPLAN", "RTSTRUCT", "RWV", "SEG", "SM", "SR", "US", "XA", "XC",
}  # fmt: skip
"""Terms of Modality (PS3.3, C.7.3.1.1.1) that stand beside CT and MR; a reason quotes no other text."""
_BITS = frozenset({8, 16, 32})
FIRST_DAY = dt.date(1900, 1, 1)
"""A date up to this day is a placeholder that software writes (0001-01-01, 1753-11-17, 1900-01-01); own choice."""
EPOCH = dt.date(1970, 1, 1)
"""A placeholder too: the zero of POSIX clocks; the first patient was scanned with CT in the autumn of 1971."""
MOST_PIXELS = 1 << 24
"""Pixels of one slice: 4096 x 4096, four times the finest CT; a header that claims more is damaged. Own choice."""


class _NoSliceError(Exception):
    """The file is no usable slice; holds status and reason."""

    def __init__(self, status: FileStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class FileHeaders:
    """The slices of a file, and the entry that says why it has none, or which of its frames are left out."""

    slices: tuple[SliceHeader, ...] = ()
    entry: FileEntry | None = None


def read(root: Path, path: str, source: int) -> FileHeaders:
    """Return the header of a single-frame CT or MR slice, those of every frame of an enhanced one, or why not.

    path is relative to root. Never raises for the content of a file: whatever cannot be
    read becomes an entry with status `unreadable`. What it raises is a fault of this code.
    """
    try:
        with (root / path).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            worker_limits.allow_file(size)
            return _read_open(file, size, path, source)
    except _NoSliceError as error:
        return FileHeaders(entry=FileEntry(path, error.status, reason=error.reason))
    except dicom_values.DamagedTagError as error:
        return FileHeaders(entry=FileEntry(path, FileStatus.UNREADABLE, reason=_damaged(error)))
    except OSError as error:
        reason = f"cannot be opened: {error.strerror or 'read error'}"
        return FileHeaders(entry=FileEntry(path, FileStatus.UNREADABLE, reason=reason))


def _damaged(error: dicom_values.DamagedTagError) -> str:
    return f"DICOM header is damaged: {error}"


def _read_open(file: BinaryIO, size: int, path: str, source: int) -> FileHeaders:
    if size == 0:
        raise _NoSliceError(FileStatus.UNREADABLE, "empty file (0 bytes)")
    dataset = _dataset(file, size)
    _refuse_by_class(dataset)
    syntax = dicom_encoding.transfer_syntax(dataset)
    if "MOSAIC" in _image_type(dataset):
        from pipeline.store import dicom_mosaic  # noqa: PLC0415  nibabel takes longer to import than a header to read

        raise _NoSliceError(FileStatus.LEFT_OUT, dicom_mosaic.reason(file))
    _refuse_by_content(dataset)
    if not dicom_encoding.supported(syntax):
        raise _NoSliceError(
            FileStatus.UNREADABLE, f"transfer syntax not supported: {dicom_encoding.name(syntax)}; export uncompressed"
        )
    _refuse_cut_short(file, size, dataset, syntax)
    if _in_frames(dataset):
        return _of_frames(dataset, path, source, syntax)
    return FileHeaders((_header(dataset, path, source, syntax),))


def _of_frames(dataset: Dataset, path: str, source: int, syntax: str) -> FileHeaders:
    """The headers of all frames; those that cannot be measured are named with their reason."""
    slices: list[SliceHeader] = []
    refused: dict[tuple[FileStatus, str], list[int]] = {}
    try:
        for number, frame in enumerate(dicom_frames.single_frames(dataset), start=1):
            try:
                _refuse_kind(frame)
                slices.append(_header(frame, path, source, syntax, number))
            except _NoSliceError as error:
                refused.setdefault((error.status, error.reason), []).append(number)
            except dicom_values.DamagedTagError as error:
                refused.setdefault((FileStatus.UNREADABLE, _damaged(error)), []).append(number)
    except dicom_frames.NoGroupsError as error:
        raise _NoSliceError(FileStatus.LEFT_OUT, str(error)) from error
    except dicom_frames.FramesError as error:
        raise _NoSliceError(FileStatus.UNREADABLE, str(error)) from error
    if not refused:
        return FileHeaders(tuple(slices))
    status = next((status for status, _ in refused if status is FileStatus.UNREADABLE), FileStatus.LEFT_OUT)
    reasons = [f"{_numbers(numbers)}: {reason}" for (_, reason), numbers in refused.items()]
    return FileHeaders(tuple(slices), FileEntry(path, status, reason="; ".join(reasons)))


def _numbers(frames: Sequence[int]) -> str:
    """Name frames, in short where they are many."""
    if len(frames) == 1:
        return f"frame {frames[0]}"
    return f"{len(frames)} frames ({frames[0]} to {frames[-1]})"


def _dataset(file: BinaryIO, size: int) -> Dataset:
    """Read the listed tags; a file without the DICM prefix must start with a low DICOM group."""
    start = file.read(132)
    if not dicom_encoding.starts_as_dicom(start, size):
        packed = archives.reason(file)
        if packed:
            raise _NoSliceError(FileStatus.UNREADABLE, packed)
        raise _NoSliceError(FileStatus.LEFT_OUT, "not a DICOM file")
    file.seek(0)
    try:
        return dcmread(
            file,
            stop_before_pixels=True,
            force=start[128:] != b"DICM",
            specific_tags=list(_TAGS),
        )
    except MemoryError as error:
        raise _NoSliceError(
            FileStatus.UNREADABLE, "DICOM header is damaged: it claims more than memory holds"
        ) from error
    except Exception as error:
        raise _NoSliceError(FileStatus.UNREADABLE, "DICOM header is damaged or cut short") from error


def _refuse_by_class(dataset: Dataset) -> None:
    """Leave out what is no CT or MR image, by SOP Class UID."""
    sop_class = _sop_class(dataset)
    modality = dicom_values.text(dataset, "Modality")
    reason = ""
    if sop_class == _DICOMDIR_CLASS:
        reason = "DICOMDIR (directory of a medium)"
    elif sop_class == _SEGMENTATION_CLASS:
        reason = SEGMENTATION
    elif sop_class.startswith(f"{_STORAGE}7") and not (_in_frames(dataset) and modality in set(Modality)):
        reason = "screenshot (secondary capture)"
    elif sop_class.startswith(f"{_STORAGE}88"):
        reason = "structured report or other document, no image"
    elif not sop_class and modality not in set(Modality):
        raise _NoSliceError(FileStatus.UNREADABLE, "DICOM header is cut short or names no image class")
    elif sop_class and sop_class not in _IMAGES and not _in_frames(dataset):
        reason = f"no CT or MR image: {UID(sop_class).name}, modality {_modality(modality)}"
    elif modality not in set(Modality) and modality:
        reason = f"modality {_modality(modality)}; CT and MR are read"
    if reason:
        raise _NoSliceError(FileStatus.LEFT_OUT, reason)


def _modality(text: str) -> str:
    """Return a modality as a reason quotes it."""
    return text if text in _MODALITIES else "unknown" if text else "not given"


def _refuse_by_content(dataset: Dataset) -> None:
    """Leave out pictures that show no plane of the patient."""
    in_frames = _in_frames(dataset)
    if not in_frames:
        _refuse_kind(dataset)
    reason = ""
    if not in_frames and (dicom_values.integer(dataset, "NumberOfFrames") or 1) > 1:
        reason = "several frames in a single-frame image class: where each lies is not told"
    if not reason and (dicom_values.integer(dataset, "SamplesPerPixel") or 1) > 1:
        reason = "color picture, no measurable image"
    if reason:
        raise _NoSliceError(FileStatus.LEFT_OUT, reason)


def _refuse_kind(dataset: Dataset) -> None:
    kinds = _image_type(dataset)
    reason = next((why for kind, why in _NOT_ANATOMY.items() if kind in kinds), "")
    if reason:
        raise _NoSliceError(FileStatus.LEFT_OUT, reason)


def _image_type(dataset: Dataset) -> set[str]:
    return {part.upper() for part in dicom_values.texts(dataset, "ImageType")}


def _in_frames(dataset: Dataset) -> bool:
    """Whether the image is multi-frame and says for each frame where it lies, as enhanced images do."""
    sop_class = _sop_class(dataset)
    if sop_class in _ENHANCED:
        return True
    frames = dicom_values.integer(dataset, "NumberOfFrames") or 1
    return frames > 1 and sop_class in _MAY_BE_FRAMES and dicom_frames.placed(dataset)


def _refuse_cut_short(file: BinaryIO, size: int, dataset: Dataset, syntax: str) -> None:
    """Refuse a file whose pixels cannot be as the header says; of deflated ones only decoding tells their bytes."""
    rows, columns, bits = (dicom_values.integer(dataset, key) for key in ("Rows", "Columns", "BitsAllocated"))
    pixels = None
    if syntax != DeflatedExplicitVRLittleEndian:
        implicit, little_endian = dataset.original_encoding
        pixels = dicom_stream.pixel_bytes(file, size, explicit=not implicit, little_endian=bool(little_endian))
        if pixels is None:
            whole = rows is not None and columns is not None and bits is not None
            reason = "no pixel data" if whole else "header cut short, no pixel data"
            raise _NoSliceError(FileStatus.UNREADABLE, reason)
    if not rows or not columns or not bits or min(rows, columns) < 1:
        raise _NoSliceError(FileStatus.UNREADABLE, "header is damaged: no rows, columns or bits per pixel")
    _refuse_depth(dataset, bits)
    if rows * columns > MOST_PIXELS:
        raise _NoSliceError(
            FileStatus.UNREADABLE, f"header claims {rows} x {columns} pixels, at most {MOST_PIXELS} are read"
        )
    if pixels is None:
        return
    encapsulated = not dicom_encoding.native(syntax)
    if pixels.encapsulated and not encapsulated:
        raise _NoSliceError(FileStatus.UNREADABLE, "compressed pixel data, and no transfer syntax that tells how")
    frames = max(1, dicom_values.integer(dataset, "NumberOfFrames") or 1)
    expected = pixels.declared if encapsulated else rows * columns * bits // 8 * frames
    if pixels.present < expected or not pixels.complete:
        what = f"pixel data cut short: {pixels.present} bytes found"
        more = f", {expected} expected" if pixels.present < expected else ", no end mark"
        raise _NoSliceError(FileStatus.UNREADABLE, what + more)
    stated = dicom_codestream.size(pixels.first)
    if stated is not None and stated != (rows, columns):
        reason = f"compressed picture of {stated[0]} x {stated[1]} pixels, {rows} x {columns} in the header"
        raise _NoSliceError(FileStatus.UNREADABLE, reason)


def _refuse_depth(dataset: Dataset, bits: int) -> None:
    if bits not in _BITS:
        raise _NoSliceError(FileStatus.UNREADABLE, f"{bits} bits allocated per pixel, not supported; export with 16")
    stored = dicom_values.integer(dataset, "BitsStored")
    if stored is not None and not 1 <= stored <= bits:
        raise _NoSliceError(FileStatus.UNREADABLE, f"{stored} bits stored in {bits} allocated: header is damaged")


def _header(dataset: Dataset, path: str, source: int, syntax: str, frame: int = 0) -> SliceHeader:
    for key, what in (
        ("ImagePositionPatient", "position in the patient"),
        ("ImageOrientationPatient", "orientation in the patient"),
        ("PixelSpacing", "pixel spacing"),
    ):
        if not dicom_values.numbers(dataset, key):
            raise _NoSliceError(FileStatus.LEFT_OUT, f"no {what} in the header, not measurable")
    slope, intercept = (_factor(dataset, key) for key in ("RescaleSlope", "RescaleIntercept"))
    plane = dicom_plane.plane(dataset)
    return SliceHeader(
        source=source,
        path=path,
        subject=_subject(dataset, path),
        study_date=_date(dataset),
        modality=_IMAGES.get(_sop_class(dataset)) or Modality(dicom_values.text(dataset, "Modality")),
        study_uid=dicom_values.text(dataset, "StudyInstanceUID"),
        series_uid=dicom_values.text(dataset, "SeriesInstanceUID"),
        sop_uid=dicom_values.text(dataset, "SOPInstanceUID")
        or dicom_values.text(dataset.file_meta, "MediaStorageSOPInstanceUID"),
        frame_of_reference_uid=dicom_values.text(dataset, "FrameOfReferenceUID"),
        instance_number=dicom_values.integer(dataset, "InstanceNumber"),
        acquisition_number=dicom_values.integer(dataset, "AcquisitionNumber"),
        temporal_position=dicom_values.integer(dataset, "TemporalPositionIdentifier"),
        rows=dicom_values.integer(dataset, "Rows") or 0,
        columns=dicom_values.integer(dataset, "Columns") or 0,
        position=plane.position,
        orientation=plane.orientation,
        pixel_spacing_mm=plane.pixel_spacing_mm,
        slice_thickness_mm=dicom_values.number(dataset, "SliceThickness"),
        series_number=dicom_values.integer(dataset, "SeriesNumber"),
        series_description=dicom_values.text(dataset, "SeriesDescription"),
        protocol_name=dicom_values.text(dataset, "ProtocolName"),
        image_type=dicom_values.texts(dataset, "ImageType"),
        acquisition_time=dicom_values.text(dataset, "AcquisitionTime"),
        content_time=dicom_values.text(dataset, "ContentTime"),
        contrast_agent=dicom_values.text(dataset, "ContrastBolusAgent") if "ContrastBolusAgent" in dataset else None,
        contrast_start_time=dicom_values.text(dataset, "ContrastBolusStartTime"),
        trigger_time_ms=dicom_values.number(dataset, "TriggerTime"),
        echo_time_ms=dicom_values.number(dataset, "EchoTime"),
        b_value=dicom_meaning.b_value(dataset),
        scanning_sequence=dicom_values.texts(dataset, "ScanningSequence"),
        transfer_syntax=syntax,
        meaning=dicom_meaning.of(dataset),
        frame=frame,
        dimensions=_dimensions(dataset) if frame else (),
        rescale_slope=slope,
        rescale_intercept=intercept,
        kernel=dicom_values.texts(dataset, "ConvolutionKernel"),
    )


def _factor(dataset: Dataset, key: str) -> float | None:
    return next(iter(dicom_values.numbers(dataset, key)), None)


def _dimensions(dataset: Dataset) -> tuple[int, ...]:
    return tuple(int(value) for value in dicom_values.numbers(dataset, "DimensionIndexValues"))


def _sop_class(dataset: Dataset) -> str:
    return dicom_values.text(dataset, "SOPClassUID") or dicom_values.text(dataset.file_meta, "MediaStorageSOPClassUID")


def _subject(dataset: Dataset, path: str) -> str:
    """Clinical Trial Subject ID, else Patient ID, else a label that differs between studies."""
    known = dicom_values.identifier(dataset, "ClinicalTrialSubjectID") or dicom_values.identifier(dataset, "PatientID")
    if known:
        return known
    study = (
        dicom_values.text(dataset, "StudyInstanceUID")
        or dicom_values.text(dataset, "FrameOfReferenceUID")
        or path.rpartition("/")[0]
    )
    return f"{subject_name.UNKNOWN}{sha256(study.encode()).hexdigest()[:8]}"


def _date(dataset: Dataset) -> dt.date | None:
    """The first of the dates that is one, else None: 00000000 or 19000101 stands where a date was removed.

    Longitudinal Temporal Information Modified (0028,0303) REMOVED says that what stands there is no date (PS3.15 E.2).
    """
    if dicom_values.text(dataset, "LongitudinalTemporalInformationModified").upper() == "REMOVED":
        return None
    for key in ("StudyDate", "AcquisitionDate", "SeriesDate", "ContentDate"):
        match = re.fullmatch(r"(\d{4})[.-]?(\d{2})[.-]?(\d{2})", dicom_values.text(dataset, key), re.ASCII)
        if match:
            with suppress(ValueError):
                date = dt.date(*(int(part) for part in match.groups()))
                if date > FIRST_DAY and date != EPOCH:
                    return date
    return None
