"""Elements of Define-XML: names in their namespaces, and descriptions."""

import xml.etree.ElementTree as ET

ODM = "http://www.cdisc.org/ns/odm/v1.3"
DEFINE = "http://www.cdisc.org/ns/def/v2.1"
XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"

for prefix, uri in (("", ODM), ("def", DEFINE), ("xlink", XLINK)):
    ET.register_namespace(prefix, uri)


def od(name: str, **attributes: str) -> ET.Element:
    """Return an element of ODM."""
    return ET.Element(f"{{{ODM}}}{name}", attributes)


def d(name: str) -> str:
    """Return the name of an element or attribute of Define."""
    return f"{{{DEFINE}}}{name}"


def described(text: str) -> ET.Element:
    """Return Description with one English text."""
    return _wrapped("Description", text)


def decoded(text: str) -> ET.Element:
    """Return Decode with one English text."""
    return _wrapped("Decode", text)


def _wrapped(name: str, text: str) -> ET.Element:
    node = od(name)
    inner = od("TranslatedText")
    inner.set(f"{{{_XML}}}lang", "en")
    inner.text = text
    node.append(inner)
    return node
