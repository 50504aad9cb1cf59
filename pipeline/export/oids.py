"""Names by which Dataset-JSON and Define-XML refer to the same dataset, variable, list and method."""

from pipeline.export.dataset import Domain, ValueLevel, Variable


def item_group(domain: Domain) -> str:
    """Return the OID of a dataset."""
    return f"IG.{domain.name}"


def item(domain: Domain, variable: Variable) -> str:
    """Return the OID of a variable of a dataset."""
    return f"IT.{domain.name}.{variable.name}"


def code_list(name: str) -> str:
    """Return the OID of a list of controlled terms."""
    return f"CL.{name}"


def method(name: str) -> str:
    """Return the OID of a derivation."""
    return f"MT.{name}"


def comment(*parts: str) -> str:
    """Return the OID of a comment on a dataset or a variable."""
    return ".".join(("COM", *parts))


def leaf(domain: Domain) -> str:
    """Return the ID of a dataset's file."""
    return f"LF.{domain.name}"


def value_list(domain: Domain, variable: str) -> str:
    """Return the OID of the value-level metadata of a variable."""
    return f"VL.{domain.name}.{variable}"


def value(domain: Domain, level: ValueLevel) -> str:
    """Return the OID of one entry of value-level metadata."""
    return f"IT.{domain.name}.{level.variable}.{level.among[0]}"


def where(domain: Domain, level: ValueLevel) -> str:
    """Return the OID of the condition of one entry of value-level metadata."""
    return f"WC.{domain.name}.{level.variable}.{level.among[0]}"
