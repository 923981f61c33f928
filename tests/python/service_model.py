"""What departs from AWS's service models, as botocore ships them: in inputs, answers and errors.

Every client of the tests is watched (`watch`): an answer with a member, a type or an error code that
its operation's model does not have fails the test that asked for it.
"""

import functools
import json
import xml.etree.ElementTree as ElementTree
from numbers import Real

import botocore.session

# Errors that any operation can answer; the models of operations leave them out.
COMMON_ERRORS = {
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAction",
    "InvalidParameterValue",
    "MalformedInput",
    "NotImplemented",
    "SerializationException",
    "Throttling",
    "ThrottlingException",
    "ValidationError",
}

# Where AWS itself departs from its models: the model says `PermissionsBoundaryPolicy`, has other words
# for the policies of a simulation, and says nothing of a permissions boundary that does not exist, nor
# of an unknown cluster and a name that is taken.
AWS_S_OWN_WORDS = {
    "PermissionsBoundaryAttachmentType": {"Policy"},
    "PolicySourceType": {"IAM Policy", "Resource Policy"},
}
AWS_S_OWN_ERRORS = {
    "CreateFargateProfile": {"ResourceInUseException", "ResourceNotFoundException"},
    "CreateNodegroup": {"ResourceNotFoundException"},
    "CreateRole": {"NoSuchEntity"},
}


@functools.cache
def service_model(service: str):
    return botocore.session.get_session().get_service_model(service)


# --- inputs --------------------------------------------------------------------------------------


def input_differences(operation: dict) -> list[str]:
    """How an operation of the registry departs from its model."""
    name = operation["operation"]
    model = service_model(operation["service"])
    if name not in model.operation_names:
        return [f"{name}: the model has no such operation"]
    expected = model.operation_model(name)
    differences = []
    address = (expected.http["method"], expected.http["requestUri"])
    if (operation["method"], operation["path"]) != address:
        differences.append(f"{name}: listens at {operation['method']} {operation['path']}, not {address}")
    differences += member_differences(name, operation["input"], expected.input_shape)
    return differences


def member_differences(path: str, members: list[dict], shape) -> list[str]:
    differences = []
    known = {wire_name(name, member): (name, member) for name, member in by_name(shape).items()}
    required = set(shape.required_members) if shape else set()
    for member in members:
        here = f"{path}.{member['name']}"
        if member["name"] not in known:
            differences.append(f"{here}: the model has no such member")
            continue
        name, expected = known[member["name"]]
        if member["required"] != (name in required):
            differences.append(f"{here}: required is {member['required']}, not {name in required}")
        differences += shape_differences(here, member, expected)
    missing = required - {known[member["name"]][0] for member in members if member["name"] in known}
    differences += [f"{path}.{name}: required by the model and missing" for name in sorted(missing)]
    return differences


def shape_differences(path: str, described: dict, shape) -> list[str]:
    constraints = shape.metadata
    bounds = [constraints.get("min") or None, constraints.get("max")]
    expected = {
        "string": {"length": bounds, "pattern": constraints.get("pattern")},
        "integer": {"range": [constraints.get("min"), constraints.get("max")]},
        "list": {"length": bounds},
        "map": {"length": bounds},
    }.get(shape.type_name, {})
    if "enum" in constraints:
        expected = {"enum": constraints["enum"]}
    if shape.type_name == "map":
        for part, text in (("keyLength", shape.key), ("valueLength", shape.value)):
            expected[part] = [text.metadata.get("min") or None, text.metadata.get("max")]
    if described["type"].split()[0] != shape.type_name:
        return [f"{path}: is a {described['type']}, not a {shape.type_name}"]
    differences = [
        f"{path}: {constraint} is {described.get(constraint)!r}, not {value!r}"
        for constraint, value in expected.items()
        if described.get(constraint) != value
    ]
    if shape.type_name == "list":
        differences += shape_differences(f"{path}[]", described["item"], shape.member)
    if shape.type_name == "structure":
        differences += member_differences(path, described["members"], shape)
    return differences


def by_name(shape) -> dict:
    return shape.members if shape else {}


def wire_name(name: str, shape) -> str:
    return shape.serialization.get("name", name)


# --- answers -------------------------------------------------------------------------------------


def answer_differences(service: str, operation: str, status: int, headers: dict, body: bytes) -> list[str]:
    """How an answer departs from the model of its operation."""
    model = service_model(service).operation_model(operation)
    is_query = service_model(service).protocol == "query"
    if status >= 400:
        code = error_code(service, headers, body)
        declared = {shape.error_code for shape in model.error_shapes}
        allowed = declared | COMMON_ERRORS | AWS_S_OWN_ERRORS.get(operation, set())
        problem = [] if code in allowed else [f"{operation}: undeclared error {code}"]
        if not is_query and code in declared:
            error = service_model(service).shape_for_error_code(code)
            problem += json_differences(code, json.loads(body), error)
        return problem
    shape = model.output_shape
    if is_query:
        return query_differences(model, ElementTree.fromstring(body))
    return json_differences(operation, json.loads(body or "{}"), shape)


def query_differences(model, root) -> list[str]:
    """How an XML document departs from what it should be around and in the result."""
    namespace = model.service_model.metadata["xmlNamespace"]
    wrappers = [f"{{{namespace}}}{model.name}Result"] if model.output_shape else []
    expected = [f"{{{namespace}}}{model.name}Response", *wrappers, f"{{{namespace}}}ResponseMetadata"]
    if (found := [root.tag] + [child.tag for child in root]) != expected:
        return [f"{model.name}: answers {found}, not {expected}"]
    return xml_differences(model.name, root[0], model.output_shape) if wrappers else []


def error_code(service: str, headers: dict, body: bytes) -> str | None:
    is_query = service_model(service).protocol == "query"
    return query_error(body) if is_query else headers["x-amzn-errortype"]


def query_error(body: bytes) -> str | None:
    return ElementTree.fromstring(body).findtext("{*}Error/{*}Code")


JSON_TYPES = {
    "string": str,
    "integer": int,
    "long": int,
    "boolean": bool,
    "timestamp": Real,
    "structure": dict,
    "map": dict,
    "list": list,
}


def json_differences(path: str, value, shape) -> list[str]:
    if shape is None:
        return [f"{path}: the model has no output"] if value else []
    if value is None:
        return []
    kind = shape.type_name
    is_right = isinstance(value, JSON_TYPES[kind]) and (kind == "boolean") == isinstance(value, bool)
    if not is_right:
        return [f"{path}: {value!r} is not a {kind}"]
    if kind == "structure":
        known = {wire_name(name, member): member for name, member in shape.members.items()}
        return member_name_differences(path, value, shape) + [
            difference
            for name in value.keys() & known.keys()
            for difference in json_differences(f"{path}.{name}", value[name], known[name])
        ]
    if kind == "list":
        return [d for item in value for d in json_differences(f"{path}[]", item, shape.member)]
    if kind == "map":
        return [d for item in value.values() for d in json_differences(f"{path}{{}}", item, shape.value)]
    return text_differences(path, value, shape)


def xml_differences(path: str, element, shape) -> list[str]:
    if shape.type_name == "structure":
        known = {wire_name(name, member): member for name, member in shape.members.items()}
        children = {child.tag.rpartition("}")[2]: child for child in element}
        differences = member_name_differences(path, children, shape)
        if len(children) != len(element):
            differences.append(f"{path}: a member is there twice")
        for name in children.keys() & known.keys():
            differences += xml_differences(f"{path}.{name}", children[name], known[name])
        return differences
    if shape.type_name == "list":
        wrong = [child for child in element if child.tag.rpartition("}")[2] != "member"]
        return [f"{path}: holds {child.tag}" for child in wrong] + [
            d for child in element for d in xml_differences(f"{path}[]", child, shape.member)
        ]
    text = element.text or ""
    if shape.type_name == "boolean" and text not in ("true", "false"):
        return [f"{path}: {text!r} is not a boolean"]
    if shape.type_name == "integer" and not text.lstrip("-").isdigit():
        return [f"{path}: {text!r} is not an integer"]
    return text_differences(path, text, shape)


def member_name_differences(path: str, found: dict, shape) -> list[str]:
    known = {wire_name(name, member) for name, member in shape.members.items()}
    required = {wire_name(name, shape.members[name]) for name in shape.required_members}
    return [f"{path}.{name}: the model has no such member" for name in found.keys() - known] + [
        f"{path}.{name}: the model requires it, and it is missing" for name in required - found.keys()
    ]


def text_differences(path: str, text, shape) -> list[str]:
    words = shape.metadata.get("enum")
    is_known = not words or text in words or text in AWS_S_OWN_WORDS.get(shape.name, ())
    return [] if is_known else [f"{path}: {text!r} is none of {words}"]


def watch(client, answered: set | None = None, listed: dict[str, set[str]] | None = None) -> None:
    """Fails on every answer to the client that departs from the model; collects what succeeded.

    Errors must also be among those that the registry lists, if its list is given.
    """
    service = client.meta.service_model.service_name

    def check(event_name, response_dict, **_):
        if response_dict is None:
            return
        operation = event_name.rpartition(".")[2]
        status, headers = response_dict["status_code"], response_dict["headers"]
        differences = answer_differences(service, operation, status, headers, response_dict["body"])
        assert not differences, "\n".join(differences)
        if listed is not None and status >= 400:
            code = error_code(service, headers, response_dict["body"])
            known = COMMON_ERRORS | AWS_S_OWN_ERRORS.get(operation, set()) | listed.get(operation, set())
            assert code in known, f"{operation}: {code} is not listed"
        if answered is not None and status < 400:
            answered.add((service, operation))

    client.meta.events.register("response-received", check)
