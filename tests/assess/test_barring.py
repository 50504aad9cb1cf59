"""Flags bar a lesion from a criterion in our own reads, and only there."""

from dataclasses import replace

import pytest

from pipeline.assess import history, registry
from pipeline.assess.method import Read
from pipeline.model.flags import Flag
from pipeline.model.protocol import Protocol
from pipeline.model.response import Response
from tests.builders import histories, trials


def read(name: str, text: str, *, bar: bool = True, protocol: Protocol | None = None) -> tuple[Read, ...]:
    return registry.get(name).read(history.build(*histories.lesions(text)), protocol or trials.retnet(), bar=bar)


def barring(name: str, *flags: str, overrule: tuple[str, ...] = ()) -> Protocol:
    values = trials.retnet().model_dump()
    values["criteria"][name] = {**values["criteria"].get(name, {}), "barred_by": flags}
    values["criteria"]["readers_overrule"] = overrule
    return Protocol.model_validate(values)


def test_the_reason_stands_in_the_sentence() -> None:
    found = read("choi", "T1=50,h60 T2=30,h60 | T1=45,h40,oil T2=30,h60")[1].target
    assert (found.response, found.sentence) == (Response.NE, "T1 (LIPIODOL) not measured.")
    found = read("easl", "T1=50x50/40x25 | T1=50x50/20x25!*")[1].target
    assert found.response is Response.NE
    assert found.sentence == "T1 (NO_ARTERIAL) not measured, and the others alone do not show progression."


def test_given_values_stand_where_nothing_is_barred() -> None:
    assert read("choi", "T1=50,h60 | T1=45,h40,oil", bar=False)[1].overall.response is Response.PR
    assert read("qeasl", "T1=50,v/100 | T1=50,v/35!*", bar=False)[1].overall.response is Response.PR
    assert read("irecist", "T1=50 | T1=60", bar=False)[1].overall.response is Response.IUPD


def test_a_flag_of_the_visit_bars_all_its_targets() -> None:
    visits, findings = histories.lesions("T1=50,h60 T2=30,h60 | T1=45,h40 T2=30,h40")
    visits = (visits[0], replace(visits[1], flags=(Flag.LIPIODOL,)))
    found = registry.get("choi").read(history.build(visits, findings), trials.retnet())[1]
    assert found.total.missing == ("T1", "T2")
    assert found.target.sentence == "T1 (LIPIODOL), T2 (LIPIODOL) not measured."


@pytest.mark.parametrize(
    ("flags", "overrule", "signed", "response"),
    [
        ((), (), True, "PD"),
        (("LIPIODOL",), (), True, "NE"),
        (("LIPIODOL",), (), False, "NE"),
        (("LIPIODOL",), ("LIPIODOL",), True, "PD"),
        (("LIPIODOL",), ("LIPIODOL",), False, "NE"),
        (("LIPIODOL",), ("NO_ARTERIAL",), True, "NE"),
        (("NO_ARTERIAL",), (), True, "PD"),
    ],
)
def test_the_protocol_says_what_bars_and_what_a_reader_overrules(
    flags: tuple[str, ...], overrule: tuple[str, ...], signed: bool, response: str
) -> None:
    protocol = barring("recist11", *flags, overrule=overrule)
    text = f"T1=50 | T1=60,oil{'' if signed else '*'}"
    assert read("recist11", text, protocol=protocol)[1].overall.response.value == response


def test_a_barred_target_sets_no_nadir() -> None:
    reads = read("recist11", "T1=50 | T1=20,oil | T1=50", protocol=barring("recist11", "LIPIODOL"))
    assert [r.overall.response for r in reads[1:]] == [Response.NE, Response.SD]
    assert reads[2].references.nadir_visit == "BASELINE"


def test_without_lipiodol_as_enhancement_is_the_only_convention() -> None:
    values = trials.retnet().model_dump()
    values["criteria"]["lipiodol"] = "enhancing"
    with pytest.raises(ValueError, match="not enhancing"):
        Protocol.model_validate(values)
