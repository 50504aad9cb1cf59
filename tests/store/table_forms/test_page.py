"""The page on forms of tables names every ending and gives the readings that the code gives."""

import re
from pathlib import Path

import pytest

from pipeline.store import datasets
from pipeline.store.table_forms import dates

PAGE = (Path(__file__).parents[3] / "docs" / "howto" / "tables.md").read_text("utf-8")


@pytest.mark.parametrize("ending", datasets.READERS)
def test_every_ending_is_on_the_page(ending: str) -> None:
    assert f"`{ending}`" in PAGE


def test_each_refused_date_of_the_page_is_refused() -> None:
    refused = re.findall(r"`([^`]+)`", PAGE[PAGE.index("**Never guessed**") : PAGE.index("R writes dates")])
    assert len(refused) == 5
    assert [dates.converted(text) for text in refused] == [None] * 5


def test_each_reading_of_the_page_is_that_of_the_code() -> None:
    row = next(line for line in PAGE.splitlines() if "JAN2024`, `UN-" in line)
    written, read = row.strip("| ").split(" | ")
    made = [dates.converted(text) for text in re.findall(r"`([^`]+)`", written)]
    assert ", ".join(each[0] for each in made if each) == read
