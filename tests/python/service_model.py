"""Holds every answer of the mock against AWS's service model, as botocore ships it.

botocore drops what it does not know, so a member with a typo would go unnoticed by other tests:
these look at the answer as it was on the wire.
"""

import json
from xml.etree import ElementTree

from botocore.model import ListShape, MapShape, OperationModel, StructureShape

# Errors that any operation can answer, which models do not declare.
COMMON_ERRORS = {
    "AccessDenied",
    "AccessDeniedException",
    "InvalidAction",
    "MalformedInput",
    "NotImplemented",
    "SerializationException",
    "ValidationError",
}

# Errors that AWS answers although its model does not declare them.
UNDECLARED = {
    ("CreateRole", "NoSuchEntity"),  # a permissions boundary that does not exist
}


def check_answer(operation_model: OperationModel, response_dict: dict, **_) -> None:
    """A handler for botocore's event `before-parse`."""
    name = operation_model.name
    protocol = operation_model.service_model.metadata["protocol"]
    read = {"query": _read_query, "rest-json": _read_json}[protocol]
    if response_dict["status_code"] >= 300:
        code = read_error_code(protocol, response_dict)
        declared = {_error_code(shape) for shape in operation_model.error_shapes}
        expected = code in declared | COMMON_ERRORS or (name, code) in UNDECLARED
        assert expected, f"{name} does not declare the error {code}"
        return
    answer = read(operation_model, response_dict)
    if operation_model.output_shape is not None:
        _check(operation_model.output_shape, answer, name)
    else:
        assert not answer, f"{name} answers nothing, but {answer} came"


def read_error_code(protocol: str, response_dict: dict) -> str:
    if protocol == "query":
        root = ElementTree.fromstring(response_dict["body"])
        assert _local(root.tag) == "ErrorResponse"
        [code] = [element.text for element in root.iter() if _local(element.tag) == "Code"]
        return code
    assert "message" in json.loads(response_dict["body"])
    return response_dict["headers"]["x-amzn-errortype"]


def _error_code(shape) -> str:
    return shape.metadata.get("error", {}).get("code", shape.name)


def _read_json(_: OperationModel, response_dict: dict):
    return json.loads(response_dict["body"] or b"{}")


def _read_query(operation_model: OperationModel, response_dict: dict):
    root = ElementTree.fromstring(response_dict["body"])
    namespace = operation_model.service_model.metadata["xmlNamespace"]
    assert root.tag == f"{{{namespace}}}{operation_model.name}Response", root.tag
    parts = {_local(part.tag): part for part in root}
    assert parts.pop("ResponseMetadata").find(f"{{{namespace}}}RequestId") is not None
    shape = operation_model.output_shape
    if shape is None:
        assert not parts, parts
        return None
    result = parts.pop(shape.serialization["resultWrapper"])
    assert not parts, parts
    return _from_xml(shape, result)


def _from_xml(shape, element):
    """A tree of the element, typed by the shape; members unknown to it stay in."""
    if isinstance(shape, StructureShape):
        members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        return {
            _local(child.tag): _from_xml(members.get(_local(child.tag)), child) for child in element
        }
    if isinstance(shape, ListShape):
        assert all(_local(child.tag) == "member" for child in element)
        return [_from_xml(shape.member, child) for child in element]
    if isinstance(shape, MapShape):
        return {entry[0].text: _from_xml(shape.value, entry[1]) for entry in element}
    return element.text or ""


def _check(shape, value, path: str) -> None:
    if isinstance(shape, StructureShape):
        members = {
            member.serialization.get("name", name): member for name, member in shape.members.items()
        }
        unknown = value.keys() - members.keys()
        assert not unknown, f"{path} has no members {unknown}"
        missing = set(shape.required_members) - value.keys()
        assert not missing, f"{path} always has the members {missing}"
        for name, member in value.items():
            if member is not None:
                _check(members[name], member, f"{path}.{name}")
    elif isinstance(shape, ListShape):
        for n, item in enumerate(value):
            _check(shape.member, item, f"{path}[{n}]")
    elif isinstance(shape, MapShape):
        for name, item in value.items():
            _check(shape.value, item, f"{path}[{name}]")
    else:
        assert not isinstance(value, (dict, list)), f"{path} is a {shape.type_name}, but {value} came"


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
