"""Tables from outside are valid as a whole or refused; tables written are whole or absent."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.export.table import Table
from pipeline.export.tables.lesions import SIGNED_LESIONS
from pipeline.model.errors import InputError
from pipeline.model.events import Event, EventKind
from pipeline.model.flags import Flag
from pipeline.model.lesion import Axis, Finding, Organ, Role, Source, State
from pipeline.model.terms import Phase
from pipeline.store import tables
from pipeline.store.input_tables import MaskKind, MaskRow

DAY = dt.date(2024, 3, 25)
SIGNED_AT = dt.datetime(2024, 4, 1, 9, 30, tzinfo=dt.UTC)


def written(folder: Path, text: str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_events_are_read_with_as_many_rows_as_a_subject_needs(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "\ufeffsubject,event,date,detail\r\nS-001,EMBOLIZATION,2024-01-02,\r\n\r\nS-001,EMBOLIZATION,2024-02-02,"
        '"left, staged"\r\n S-001 ,DEATH,2024-05-01,\r\n',
    )
    assert tables.read_events(path) == (
        Event("S-001", EventKind.EMBOLIZATION, dt.date(2024, 1, 2)),
        Event("S-001", EventKind.EMBOLIZATION, dt.date(2024, 2, 2), "left, staged"),
        Event("S-001", EventKind.DEATH, dt.date(2024, 5, 1)),
    )


def test_a_table_with_a_header_alone_is_empty(tmp_path: Path) -> None:
    assert tables.read_events(written(tmp_path, "subject,event,date,detail\n")) == ()


HEAD = "subject,event,date,detail\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "table.csv: is empty; expected a header with subject, event, date"),
        ("\n\n", "table.csv: is empty"),
        ("subject,event,detail\n", "row 1: missing column date; allowed: subject, event, date, detail"),
        ("subject,event,date,detail,arm\n", "row 1: found column 'arm'; allowed: subject, event, date, detail"),
        ("subject,event,date,date\n", "row 1: found column 'date' twice; allowed: once"),
        (HEAD + "S-001,DIED,2024-01-02,\n", "row 2, column event: found 'DIED'; allowed: RANDOMIZED, EMBOLIZATION"),
        (HEAD + "S-001,DEATH,2024-02-30,\n", "row 2, column date: found '2024-02-30'; allowed: a date that exists"),
        (HEAD + "S-001,DEATH,02.01.2024,\n", "row 2, column date: found '02.01.2024'"),
        (HEAD + "S-001,DEATH,02.01.24,\n", "row 2, column date: found '02.01.24'"),
        (HEAD + "S-001,DEATH,2024-01-02T00:00,\n", "row 2, column date: found '2024-01-02T00:00'"),
        (HEAD + ",DEATH,2024-01-02,\n", "row 2, column subject: found ''; allowed: at most 64 characters"),
        (HEAD + "S-001,DEATH,2024-01-02\n", "row 2: found 3 cells; allowed: 4"),
        (HEAD + "S-001,DEATH,2024-01-02,,x\n", "row 2: found 5 cells; allowed: 4"),
        (HEAD + 'S-001,DEATH,2024-01-02,"open\n', "row 2: unexpected end of data"),
        (HEAD + "A,RANDOMIZED,2024-01-02,\n" * 2, "row 3, columns subject, event, date: .* as in row 2; allowed: each"),
        (HEAD + "A,DEATH,2024-01-02,\nA,DEATH,2024-01-03,\n", "row 3, columns subject, event: .* as in row 2"),
    ],
)
def test_a_wrong_events_table_is_refused_with_row_column_found_and_allowed(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        tables.read_events(written(tmp_path, text))


def test_a_table_that_is_not_there_or_in_no_encoding_that_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    with pytest.raises(InputError, match=r"table\.csv: cannot be read"):
        tables.read_events(path)
    path.write_bytes(b"subject,event,date,detail\nS-001,DEATH,2024-01-02,f\x9dr\n")
    with pytest.raises(InputError, match=r"table.csv row 2: is neither UTF-8 nor Windows-1252"):
        tables.read_events(path)


def test_the_row_in_a_message_is_the_row_of_the_file(tmp_path: Path) -> None:
    text = HEAD + '\nS-001,DEATH,2024-01-02,"two\nlines"\n\nS-002,DIED,2024-01-02,\n'
    with pytest.raises(InputError, match="row 6, column event"):
        tables.read_events(written(tmp_path, text))


MASKS = "subject,date,acquisition,what,lesion,path\n"


def test_masks_are_resolved_against_the_folder_of_the_table(tmp_path: Path) -> None:
    (tmp_path / "masks").mkdir()
    for name in ("liver", "t01"):
        (tmp_path / "masks" / f"{name}.nii.gz").touch()
    text = f"{MASKS}S-001,2024-03-25,2,liver,,masks/liver.nii.gz\nS-001,2024-03-25,2,lesion,T01,masks/t01.nii.gz\n"
    assert tables.read_masks(written(tmp_path, text)) == (
        MaskRow("S-001", DAY, "2", MaskKind.LIVER, "", tmp_path / "masks/liver.nii.gz"),
        MaskRow("S-001", DAY, "2", MaskKind.LESION, "T01", tmp_path / "masks/t01.nii.gz"),
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("S-001,2024-03-25,2,spleen,,m.nii", "row 2, column what: found 'spleen'; allowed: liver, lesion"),
        ("S-001,2024-03-25,2,liver,T01,m.nii", "row 2, column lesion: found 'T01'; allowed: empty for a liver"),
        ("S-001,2024-03-25,2,lesion,T01,gone.nii", "row 2, column path: found 'gone.nii'; allowed: a file that exists"),
        ("S-001,2024-03-25,2,lesion,T01,", "row 2, column path: found ''"),
        ("S-001,2024-03-25,2,lesion,T01,m.nii\nS-001,2024-03-25,2,lesion,T01,m.nii", "row 3, columns subject, date"),
    ],
)
def test_a_wrong_masks_table_is_refused(tmp_path: Path, row: str, message: str) -> None:
    (tmp_path / "m.nii").touch()
    with pytest.raises(InputError, match=message):
        tables.read_masks(written(tmp_path, f"{MASKS}{row}\n"))


READS = "subject,date,lesion,role,state,organ,long_axis_mm,short_axis_mm,flags,long_x1,long_y1,reader,signed_at\n"


def read(**cells: str) -> str:
    base = {
        "subject": "S-001",
        "date": "2024-03-25",
        "lesion": "T01",
        "role": "target",
        "state": "present",
        "organ": "liver",
        "long_axis_mm": "23.40",
        "short_axis_mm": "",
        "flags": "",
        "long_x1": "",
        "long_y1": "",
        "reader": "R1",
        "signed_at": "2024-04-01T09:30:00+00:00",
    }
    return READS + ",".join((base | cells).values()) + "\n"


def test_a_read_keeps_the_decimals_it_was_written_with(tmp_path: Path) -> None:
    (found,) = tables.read_reads(written(tmp_path, read(flags="LIPIODOL; LOW_CONFIDENCE")))
    assert found == Finding(
        "S-001",
        "",
        DAY,
        "T01",
        Role.TARGET,
        State.PRESENT,
        long_axis_mm=Decimal("23.40"),
        source=Source.SIGNED,
        flags=(Flag.LOW_CONFIDENCE, Flag.LIPIODOL),
        reader="R1",
        signed_at=SIGNED_AT,
    )
    assert str(found.long_axis_mm) == "23.40"


def test_signing_without_a_time_zone_is_utc(tmp_path: Path) -> None:
    (found,) = tables.read_reads(written(tmp_path, read(signed_at="2024-04-01 09:30")))
    assert found.signed_at == SIGNED_AT


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"long_axis_mm": "23,4"}, "row 2: found 14 cells"),
        ({"long_axis_mm": '"23,456"'}, "row 2, column long_axis_mm: found '23,456'; allowed: a number >= 0 with '.'"),
        ({"long_axis_mm": "large"}, "row 2, column long_axis_mm: found 'large'"),
        ({"long_axis_mm": "nan"}, "row 2, column long_axis_mm: found 'nan'"),
        ({"long_axis_mm": "1e"}, "row 2, column long_axis_mm: found '1e'"),
        ({"long_axis_mm": "-3"}, "row 2, column long_axis_mm: found '-3'"),
        ({"long_axis_mm": "٣"}, "row 2, column long_axis_mm: found '٣'"),
        ({"long_axis_mm": "0"}, "row 2, column long_axis_mm: found '0'; allowed: more than 0, or the state absent"),
        (
            {"state": "absent"},
            "row 2, column long_axis_mm: found '23.40'; allowed: 0 or empty, for the lesion is absent",
        ),
        ({"state": "not evaluable"}, "row 2, column long_axis_mm: .* allowed: empty, for the lesion is not evaluable"),
        ({"short_axis_mm": "30"}, "row 2, column short_axis_mm: found '30'; allowed: at most the long axis, 23.40"),
        ({"role": "index"}, "row 2, column role: found 'index'; allowed: target, non-target, new"),
        ({"state": "gone"}, "row 2, column state: found 'gone'; allowed: present, absent, too small"),
        ({"organ": "brain"}, "row 2, column organ: found 'brain'; allowed: liver, lymph node"),
        ({"flags": "LIPIODOL;ODD"}, "row 2, column flags: found 'LIPIODOL;ODD'; allowed: names joined by ';' of: GAP"),
        ({"long_x1": "1.5"}, "row 2, column long_y1: found ''; allowed: a number, for other coordinates of the long"),
        ({"reader": ""}, "row 2, column reader: found ''; allowed: any text"),
        ({"signed_at": ""}, "row 2, column signed_at: found ''; allowed: a date and time"),
        ({"signed_at": "2024-04-01"}, "row 2, column signed_at: found '2024-04-01'; allowed: a date and time"),
        ({"signed_at": "soon"}, "row 2, column signed_at: found 'soon'"),
    ],
)
def test_a_wrong_read_is_refused(tmp_path: Path, cells: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        tables.read_reads(written(tmp_path, read(**cells)))


EXTRA = ("viable_axis_mm", "volume_ml", "viable_short_axis_mm", "viable_volume_ml", "density_hu", "treated", "nodule")


def with_criteria(*cells: str) -> str:
    header, row = read().splitlines()
    return f"{header},{','.join(EXTRA)}\n{row},{','.join(cells)}\n"


def test_a_read_may_carry_what_only_some_criteria_read(tmp_path: Path) -> None:
    (found,) = tables.read_reads(written(tmp_path, with_criteria("20", "9", "12.5", "3.25", "-4.5", "Y", "N")))
    assert (found.viable_short_axis_mm, found.viable_volume_ml) == (Decimal("12.5"), Decimal("3.25"))
    assert (found.density_hu, found.treated, found.nodule) == (Decimal("-4.5"), True, False)
    (bare,) = tables.read_reads(written(tmp_path, with_criteria("20", "9", "", "", "", "", "")))
    assert (bare.viable_short_axis_mm, bare.density_hu, bare.treated, bare.nodule) == (None, None, None, None)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (("20", "9", "20.1", "", "", "", ""), "column viable_short_axis_mm: found '20.1'; allowed: at most the viable"),
        (("20", "9", "", "9.1", "", "", ""), "column viable_volume_ml: found '9.1'; allowed: at most the volume, 9"),
        (("20", "9", "", "", "grey", "", ""), "column density_hu: found 'grey'; allowed: a number"),
        (("20", "9", "", "", "", "yes", ""), "column treated: found 'yes'; allowed: Y, N, or empty"),
        (("20", "9", "", "", "", "", "y"), "column nodule: found 'y'; allowed: Y, N, or empty"),
    ],
)
def test_what_some_criteria_read_is_checked(tmp_path: Path, cells: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError, match=f"row 2, {message}"):
        tables.read_reads(written(tmp_path, with_criteria(*cells)))


def test_the_same_read_twice_is_refused(tmp_path: Path) -> None:
    text = read() + read().splitlines()[1] + "\n"
    with pytest.raises(InputError, match="row 3, columns subject, visit, date, lesion, reader, signed_at"):
        tables.read_reads(written(tmp_path, text))


tenths = st.integers(1, 999).map(lambda n: Decimal(n) / 10)
hundredths = st.integers(-50000, 50000).map(lambda n: n / 100)
point = st.tuples(hundredths, hundredths, hundredths)


@settings(deadline=None)
@given(
    role=st.sampled_from(Role),
    organ=st.sampled_from(Organ),
    phase=st.sampled_from(Phase),
    length=tenths,
    volume=tenths,
    axis=st.one_of(st.none(), st.builds(Axis, point, point)),
    flags=st.sets(st.sampled_from(Flag)),
)
def test_what_is_exported_as_lesions_can_be_read_back_as_reads(
    tmp_path_factory: pytest.TempPathFactory,
    role: Role,
    organ: Organ,
    phase: Phase,
    length: Decimal,
    volume: Decimal,
    axis: Axis | None,
    flags: set[Flag],
) -> None:
    finding = Finding(
        "S-001",
        "W12",
        DAY,
        'T01 "a, b"',
        role,
        State.PRESENT,
        organ,
        phase=phase,
        long_axis_mm=length,
        volume_ml=volume,
        long=axis,
        source=Source.SIGNED,
        flags=tuple(flag for flag in Flag if flag in flags),
        reader="R1",
        signed_at=SIGNED_AT,
    )
    path = tmp_path_factory.mktemp("reads") / "reads.csv"
    tables.write_csv(SIGNED_LESIONS.table([finding]), path)
    assert tables.read_reads(path) == (replace(finding, accepted=False),)


def test_tables_are_written_with_lf_and_utf8_and_leave_nothing_beside_them(tmp_path: Path) -> None:
    path = tmp_path / "lesions.csv"
    tables.write_csv(Table(("a", "b"), (("1", "ü,\nx"),)), path)
    assert path.read_bytes() == 'a,b\n1,"ü,\nx"\n'.encode()
    assert list(tmp_path.iterdir()) == [path]


def test_a_table_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lesions.csv"
    path.write_text("old", encoding="utf-8")

    def fail(self: Path, target: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no space left"):
        tables.write_csv(Table(("a",), (("1",),)), path)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
