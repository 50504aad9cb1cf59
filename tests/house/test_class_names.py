"""A class name stands once in the product: who reads it need not ask which one."""

from tests.house import constants, names


def test_a_class_name_stands_once():
    assert names.shared_classes(constants.sources("pipeline", "flows")) == [], "name the newer one for what it is"


def test_a_planted_second_one_is_found(tmp_path):
    for module in ("endpoint", "assess"):
        (tmp_path / f"{module}.py").write_text(f"class History:\n    pass\n\n\nclass {module.title()}:\n    pass\n")
    shared = names.shared_classes(sorted(tmp_path.glob("*.py")))
    assert len(shared) == 1
    assert shared[0].startswith("History: ")
    assert shared[0].count(".py") == 2
