"""The tables of the methods pages, each made from the data that the code runs on."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import partial
from typing import Any

from pydantic import BaseModel

from pipeline.assess import margins, overall, registry, target_limits
from pipeline.assess.method import Method
from pipeline.endpoint import rule_book, sources
from pipeline.endpoint.rule import Rule, RuleSet
from pipeline.export import codelists, methods, qualifiers
from pipeline.export.conformance.checks import CHECKS
from pipeline.export.domains import every
from pipeline.model import parameters, references
from pipeline.model.criteria import Criterion
from pipeline.model.flags import Flag
from pipeline.model.references import Reference
from pipeline.model.response import Response
from pipeline.model.standard_protocol import DEFAULTS
from pipeline.model.tumor import MEANINGS
from pipeline.report import column_tables, markdown
from pipeline.store import protocol_keys, protocol_model, tumor_tables, tumor_units


def flags() -> str:
    """Every flag of the registry: weight, meaning, remedy."""
    rows = ((f"`{flag.name}`", flag.severity, flag.meaning, flag.remedy) for flag in Flag)
    return markdown.table(("Flag", "Weight", "What it says", "What to do"), rows)


def protocol() -> str:
    """Every key of a protocol: what it may hold and its default."""
    return markdown.table(("Key", "Allowed", "Default"), _keys(protocol_model.complete(), ()))


def overall_response() -> str:
    """The overall response of every combination without progression and without a new lesion."""
    rows = ((_named(target), _named(rest), _named(whole)) for (target, rest), whole in overall.TABLE.items())
    return markdown.table(("Target", "Non-target", "Overall"), rows)


def margin_meanings() -> str:
    """Every margin that an explanation can hold."""
    return markdown.table(("Margin", "Meaning"), ((f"`{name}`", meaning) for name, meaning in margins.MEANINGS.items()))


def limits_of_targets() -> str:
    """Every limit of given targets that is reported."""
    return markdown.table(
        ("Note", "What it says"), ((f"`{name}`", meaning) for name, meaning in target_limits.RULES.items())
    )


def every_criterion() -> str:
    """Each criterion of the registry: what it adds up, its default thresholds, what bars it, how results name it."""
    return _criteria(registry.criteria().values())


def _criteria(chosen: Iterable[Method[Any]]) -> str:
    heading = ("Criterion", "Title", "Its sum", "Unit", "PR", "PD over nadir", "Barred by", "May decide in", "Source")
    return markdown.table(heading, (_criterion(method) for method in chosen))


def _criterion(method: Method[Any]) -> tuple[str, ...]:
    facts, settings = method.facts, method.settings
    scopes = ", ".join(facts.decides_in)
    response, progression, bars = "-", "-", "-"
    if issubclass(settings, Criterion):
        at = {name: field.get_default() for name, field in settings.model_fields.items()}
        density = f", density -{at['density_percent']} %" if "density_percent" in at else ""
        least = f" and +{at['progression_min_mm']} mm" if at["progression_min_mm"] else ""
        response = f"-{at['response_percent']} %{density}"
        progression = f"{'above' if at['progression_above'] else 'from'} +{at['progression_percent']} %{least}"
        bars = ", ".join(at["barred_by"]) or "nothing"
    return (facts.name, facts.title, facts.measures, facts.unit, response, progression, bars, scopes, facts.citation)


def tumor_measures() -> str:
    """Every code of TRTESTCD that respond reads, with its units."""
    rows = (
        (
            f"`{measure.value}`",
            meaning,
            "" if measure in tumor_tables.WORDS else tumor_units.shown(tumor_units.UNITS[measure]),
        )
        for measure, meaning in MEANINGS.items()
    )
    return markdown.table(("TRTESTCD", "What it is", "Units"), rows)


def tumor_states() -> str:
    """Every word that TR may say of a lesion, and the state that it is."""
    rows = ((f"`{word}`", state.value) for word, state in tumor_tables.STATES.items())
    return markdown.table(("Word", "State"), rows)


def response_categories() -> str:
    """RSCAT of each criterion."""
    return markdown.table(
        ("`--criteria`", "RSCAT"), ((f"`{each.name}`", each.facts.category) for each in registry.criteria().values())
    )


def endpoint_parameters() -> str:
    """Every time-to-event parameter: what starts it, which responses it looks at, what death is."""
    rows = ((f"`{p.code}`", p.label, p.clock, p.scope, p.death) for p in parameters.PARAMETERS)
    return markdown.table(("PARAMCD", "PARAM", "Day 1", "Responses", "Death"), rows)


def endings() -> str:
    """Every reason why a row ends, with its CNSR code."""
    rows = (
        ("none" if source.cnsr is None else source.cnsr, source.reason, source.description, source.citation)
        for source in sources.SOURCES
    )
    return markdown.table(("CNSR", "Reason", "Meaning", "Source"), rows)


def datasets() -> str:
    """Every exported dataset: folder, label, what one row is, its keys."""
    rows = ((f"`{d.name}`", d.model, d.label, d.structure, ", ".join(d.keys)) for d in every.DOMAINS)
    return markdown.table(("Dataset", "Folder", "Label", "One row is", "Keys"), rows)


def variables() -> str:
    """Every variable of every dataset but the supplemental ones, which all have the same."""
    rows = (
        (f"`{d.name}.{v.name}`", v.label, v.kind, v.length, v.core, v.origin, v.codelist or v.method, v.comment)
        for d in every.DOMAINS
        if not d.name.startswith("SUPP")
        for v in d.variables
    )
    return markdown.table(("Variable", "Label", "Type", "Bytes", "Core", "Origin", "List or method", "Comment"), rows)


def terms() -> str:
    """Every controlled term but the qualifiers; one that the CDISC list does not have is marked."""
    rows = (
        (codelist.name, codelist.source or "ours", f"`{term.value}`", term.meaning, "ours" if term.extended else "")
        for codelist in codelists.CODELISTS
        if codelist.name != "QNAM"
        for term in codelist.terms
    )
    return markdown.table(("List", "CDISC list", "Term", "Meaning", "Added"), rows)


def supplemental() -> str:
    """Every supplemental qualifier."""
    rows = ((f"`{each.name}`", each.label, each.origin, each.meaning) for each in qualifiers.QUALIFIERS)
    return markdown.table(("QNAM", "QLABEL", "Origin", "Meaning"), rows)


def derivations() -> str:
    """Every derivation as Define-XML tells it."""
    return markdown.table(("Method", "Derivation"), ((f"`{name}`", text) for name, text in methods.METHODS.items()))


def checks() -> str:
    """Every check of CDISC tables: what it asks and where the rule stands."""
    return markdown.table(("Check", "Asks", "Source"), ((f"`{c.name}`", c.asks, c.source) for c in CHECKS))


def rule_sets() -> str:
    """Every rule set as its own table; the first rule that holds decides."""
    return "\n".join(_rule_set(rules) for rules in (*rule_book.RULE_SETS, rule_book.SURVIVAL))


def rule_book_sources() -> str:
    """Every source of the rule book, S1 to S28."""
    return _references(references.RULE_BOOK_SOURCES)


def further_sources() -> str:
    """Every other source that is cited."""
    return _references(references.FURTHER_SOURCES)


TABLES: Mapping[str, Callable[[], str]] = {
    "flags": flags,
    "protocol": protocol,
    "overall": overall_response,
    "margins": margin_meanings,
    "target-limits": limits_of_targets,
    "criteria": every_criterion,
    "tumor-measures": tumor_measures,
    "tumor-states": tumor_states,
    "response-categories": response_categories,
    "parameters": endpoint_parameters,
    "endings": endings,
    "rule-sets": rule_sets,
    "cdisc-datasets": datasets,
    "cdisc-variables": variables,
    "cdisc-terms": terms,
    "cdisc-qualifiers": supplemental,
    "cdisc-methods": derivations,
    "cdisc-checks": checks,
    "references": rule_book_sources,
    "further-references": further_sources,
    **column_tables.TABLES,
}
"""The tables of the whole by the name that a page asks for."""


def tables() -> Mapping[str, Callable[[], str]]:
    """Return every table by the name that a page asks for; each criterion has one, `criterion-NAME`."""
    own = {f"criterion-{name}": partial(_criteria, (method,)) for name, method in registry.criteria().items()}
    return {**TABLES, **own}


def _references(sources: Iterable[Reference]) -> str:
    rows = (
        (r.key, r.by, r.title, r.place, "; ".join(r.identifiers), r.read, "background" if r.background else "")
        for r in sources
    )
    return markdown.table(("Key", "By", "What", "Where", "Identifier", "What we read", ""), rows)


def _rule_set(rules: RuleSet) -> str:
    claims = "; progression claimed by the investigator counts" if rules.claims else ""
    head = f"### {rules.name}: {rules.title}\n\nSource: {rules.citation}. Dates: {rules.dating}{claims}.\n\n"
    numbered = ((place, *_rule(rule)) for place, rule in enumerate(rules.rules, start=1))
    return head + markdown.table(("", "When", "CNSR", "Reason", "Date", "From", "Source"), numbered)


def _rule(rule: Rule) -> tuple[object, ...]:
    origin = f"{rule.domain}.{rule.variable}" if rule.variable else f"{rule.domain}, the clock's variable"
    return rule.condition, rule.cnsr, rule.reason, rule.date.lower(), origin, rule.citation


def _keys(model: type[BaseModel], place: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for name, field in model.model_fields.items():
        inner = (*place, name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _keys(field.annotation, inner)
        else:
            default = _default(inner) if field.is_required() else _shown(field.get_default(call_default_factory=True))
            yield f"`{'.'.join(inner)}`", protocol_keys.allowed(inner), default


def _default(place: tuple[str, ...]) -> str:
    """What stands for a key of no default in the model where a file leaves its section out."""
    value: Any = {"name": "name of the file", **DEFAULTS}
    for key in place:
        if not isinstance(value, Mapping) or key not in value:
            return "required"
        value = value[key]
    if isinstance(value, list) and all(isinstance(each, Mapping) for each in value):
        return "; ".join(", ".join(f"{key}: {text}" for key, text in each.items()) for each in value)
    return _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, tuple | list):
        return f"[{', '.join(_shown(item) for item in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value.value if isinstance(value, Enum) else value)


def _named(response: Response) -> str:
    return response.value or "none"
