"""What a server that checks signatures makes of requests that no client would send: tampered with, expired, signed
with a wrong secret or for another service, or not at all. Each is sent to a service of the query protocol and to one
of JSON; codes and texts are those of AWS."""

import datetime
import http.client
import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field, replace
from unittest import mock as patching
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

REGION = "us-west-2"
ADMIN = Credentials("test", "test")
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)
INVALID_TOKEN = "The security token included in the request is invalid."


@dataclass
class Call:
    """A request as it goes over the wire."""

    service: str
    method: str
    target: str
    headers: dict[str, str]
    body: str = ""

    def signed(self, uri: str, credentials: Credentials = ADMIN, date=None, **scope) -> "Call":
        """With the header that botocore makes for it."""
        return self._with(uri, credentials, date, SigV4Auth, **scope)

    def presigned(self, uri: str, credentials: Credentials = ADMIN, date=None, expires: int = 60) -> "Call":
        """With the signature in its address."""
        bare = replace(self, headers={})
        return bare._with(uri, credentials, date, lambda *scope: SigV4QueryAuth(*scope, expires=expires))

    def _with(self, uri, credentials, date, signer, service=None, region=REGION) -> "Call":
        request = AWSRequest(self.method, uri + self.target, headers=dict(self.headers), data=self.body)
        date = date or datetime.datetime.now(datetime.timezone.utc)
        with patching.patch("botocore.auth.get_current_datetime", return_value=date):
            signer(credentials, service or self.service, region).add_auth(request)
        address = urlsplit(request.url)
        target = address.path + (f"?{address.query}" if address.query else "")
        headers = {name: str(value) for name, value in request.headers.items()}
        return replace(self, target=target, headers={"Host": address.netloc, **headers})

    def without(self, header: str) -> "Call":
        return replace(self, headers={name: value for name, value in self.headers.items() if name != header})

    def having(self, **headers: str) -> "Call":
        return replace(self, headers=self.headers | {name.replace("_", "-"): text for name, text in headers.items()})

    def rewritten(self, pattern: str, replacement: str) -> "Call":
        """With another text in the header that carries the signature."""
        header, count = re.subn(pattern, replacement, self.headers["Authorization"])
        assert count == 1
        return self.having(Authorization=header)


@dataclass
class Answer:
    status: int
    body: str
    headers: http.client.HTTPMessage = field(repr=False)

    @property
    def error(self) -> tuple[int, str, str]:
        """Status, code and message, in whichever protocol."""
        if self.headers["Content-Type"] == "text/xml":
            read = ElementTree.fromstring(self.body)
            # The namespace stands before each name.
            texts = {element.tag.rpartition("}")[2]: element.text for element in read.iter()}
            return self.status, texts["Code"], texts["Message"]
        return self.status, self.headers["x-amzn-ErrorType"], json.loads(self.body)["message"]


def send(uri: str, call: Call) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(uri).netloc, timeout=10)
    connection.putrequest(call.method, call.target, skip_host=True, skip_accept_encoding=True)
    body = call.body.encode()
    for name, value in ({"Host": urlsplit(uri).netloc} | call.headers | {"Content-Length": str(len(body))}).items():
        connection.putheader(name, value)
    connection.endheaders(body)
    response = connection.getresponse()
    answer = Answer(response.status, response.read().decode(), response.headers)
    connection.close()
    return answer


CLUSTER = "arn%3Aaws%3Aeks%3Aus-west-2%3A111122223333%3Acluster%2Fmy-cluster"
CALLS = {
    "query": Call(
        "iam",
        "POST",
        "/",
        {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "X-Amz-Trace": "a"},
        "Action=ListUsers&Version=2010-05-08&PathPrefix=%2F",
    ),
    "json": Call(
        "eks",
        "POST",
        f"/tags/{CLUSTER}?a=b&a=%2F~",
        {"Content-Type": "application/json", "X-Amz-Trace": "a"},
        '{"tags": {"team": "a"}}',
    ),
}
CODES = {
    "missing": {"query": "MissingAuthenticationToken", "json": "MissingAuthenticationTokenException"},
    "incomplete": {"query": "IncompleteSignature", "json": "IncompleteSignatureException"},
    "unknown": {"query": "InvalidClientTokenId", "json": "UnrecognizedClientException"},
    "mismatch": {"query": "SignatureDoesNotMatch", "json": "InvalidSignatureException"},
    "expired": {"query": "ExpiredToken", "json": "ExpiredTokenException"},
}


@pytest.fixture(scope="module")
def server(mock_binary):
    from conftest import start

    process, mock = start(mock_binary, "--auth", "enforce", "--cluster", "my-cluster")
    yield mock
    process.terminate()
    assert process.wait(timeout=10) == 0


@pytest.fixture(params=CALLS)
def protocol(request):
    return request.param


@pytest.fixture
def call(protocol) -> Call:
    return CALLS[protocol]


@pytest.fixture
def refused(server, protocol):
    """Sends what must be refused, and compares how."""

    def check(call: Call, code: str, message: str) -> None:
        status = 400 if code == "incomplete" else 403
        assert send(server.uri, call).error == (status, CODES[code][protocol], message)

    return check


def ago(**duration) -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(**duration)


def stamp(date: datetime.datetime) -> str:
    return date.strftime("%Y%m%dT%H%M%SZ")


def test_a_right_signature_is_taken(server, call):
    assert send(server.uri, call.signed(server.uri)).status == 200


TAMPERED = {
    "body": lambda call: replace(call, body=call.body.replace("a", "b")),
    "body that is left out": lambda call: replace(call, body=""),
    "signed header": lambda call: call.having(X_Amz_Trace="b"),
    "signed header that is gone": lambda call: call.without("X-Amz-Trace"),
    "content type": lambda call: call.having(Content_Type="text/plain"),
    "host": lambda call: call.having(Host="localhost:1"),
    "path": lambda call: replace(call, target="/x" if call.target == "/" else call.target.replace("my-", "your-")),
    "query": lambda call: replace(call, target=call.target + ("&c=d" if "?" in call.target else "?c=d")),
    "signature": lambda call: call.rewritten(
        "Signature=(.)", lambda digit: f"Signature={'0' if digit[1] != '0' else '1'}"
    ),
    "signature that is cut": lambda call: call.rewritten("Signature=.", "Signature="),
    "date": lambda call: call.having(X_Amz_Date=stamp(ago(seconds=90))),
    "region": lambda call: call.rewritten("us-west-2", "us-west-1"),
    "signed headers": lambda call: call.rewritten("SignedHeaders=content-type;", "SignedHeaders="),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_request_that_was_tampered_with_is_refused(server, call, refused, what):
    refused(TAMPERED[what](call.signed(server.uri)), "mismatch", MISMATCH)


def test_the_query_is_signed_whatever_its_order(server):
    call = CALLS["json"]
    signed = call.signed(server.uri)
    turned = replace(signed, target=signed.target.replace("a=b&a=%2F~", "a=%2F~&a=b"))
    # The signature covers the parameters in their sorted order.
    assert send(server.uri, turned).status == 200


def test_a_method_is_signed(server, refused, protocol, call):
    other = {"query": "GET", "json": "DELETE"}[protocol]
    refused(replace(call.signed(server.uri), method=other), "mismatch", MISMATCH)


def test_a_header_of_aws_has_to_be_signed(server, call, refused):
    text = "There were headers present in the request which were not signed: x-amz-other"
    refused(call.signed(server.uri).having(X_Amz_Other="a"), "mismatch", text)


def test_a_stated_hash_of_the_body_has_to_be_right(server, call, refused):
    stated = call.having(X_Amz_Content_SHA256="UNSIGNED-PAYLOAD")
    refused(stated.signed(server.uri), "mismatch", MISMATCH)


def test_a_wrong_secret_is_refused(server, call, refused):
    for credentials in (Credentials("test", "TEST"), Credentials("444455556666", "444455556666")):
        refused(call.signed(server.uri, credentials), "mismatch", MISMATCH)


def test_a_key_that_nobody_has_is_refused(server, call, refused):
    for key in ("AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "nobody", "1111222233334"):
        refused(call.signed(server.uri, Credentials(key, "test")), "unknown", INVALID_TOKEN)


def test_an_unsigned_request_is_refused(server, call, refused):
    refused(call, "missing", "Request is missing Authentication Token")


def test_what_a_signature_lacks_is_told(server, call, refused):
    signed = call.signed(server.uri)
    with_credential = signed.rewritten(", SignedHeaders.*", "")
    answer = send(server.uri, with_credential).error
    assert (answer[0], answer[1].removesuffix("Exception")) == (400, "IncompleteSignature")
    assert answer[2].startswith(
        "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. "
        "(Hashed with SHA-256 and encoded with Base64) Authorization="
    )
    unsupported = "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'."
    refused(signed.rewritten("HMAC-SHA256", "HMAC-SHA512"), "incomplete", unsupported)
    refused(
        signed.having(X_Amz_Date="2026-01-01T00:00:00Z"),
        "incomplete",
        "Date must be in ISO-8601 'basic format'. Got '2026-01-01T00:00:00Z'. See "
        "http://en.wikipedia.org/wiki/ISO_8601",
    )


@pytest.mark.parametrize("minutes", [6, 3_000, 6_000_000])
def test_an_old_signature_has_expired(server, call, protocol, minutes):
    made = ago(minutes=minutes)
    status, code, message = send(server.uri, call.signed(server.uri, date=made)).error
    assert (status, code) == (403, CODES["mismatch"][protocol])
    form = r"Signature expired: (\w+) is now earlier than (\w+) \((\w+) - 5 min\.\)"
    date, bound, now = re.fullmatch(form, message).groups()
    assert date == stamp(made)
    dates = [datetime.datetime.strptime(text, "%Y%m%dT%H%M%SZ") for text in (bound, now)]
    assert dates[1] - dates[0] == datetime.timedelta(minutes=5)


def test_a_signature_of_the_future_is_not_yet_current(server, call, protocol):
    status, code, message = send(server.uri, call.signed(server.uri, date=ago(minutes=-6))).error
    assert (status, code) == (403, CODES["mismatch"][protocol])
    assert re.fullmatch(r"Signature not yet current: \w+ is still later than \w+ \(\w+ \+ 5 min\.\)", message)


def test_clocks_may_differ_by_less_than_five_minutes(server, call):
    for skew in (-280, 280):
        assert send(server.uri, call.signed(server.uri, date=ago(seconds=skew))).status == 200


def test_a_signature_for_another_day_is_refused(server, call, refused):
    date = datetime.datetime.now(datetime.timezone.utc)
    today = date.strftime("%Y%m%d")
    signed = call.signed(server.uri, date=date).rewritten(f"/{today}/", "/20200101/")
    text = (
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        f"'20200101' != '{today}', from '{stamp(date)}'."
    )
    refused(signed, "mismatch", text)


def test_a_signature_for_no_region_is_refused(server, call, refused):
    refused(call.signed(server.uri, region="!"), "mismatch", "Credential should be scoped to a valid region.")


def test_a_session_needs_its_own_token(server, call, refused):
    sts = server.client("sts")
    given = [sts.get_session_token()["Credentials"] for _ in range(2)]
    keys = [Credentials(key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"]) for key in given]
    assert send(server.uri, call.signed(server.uri, keys[0])).status == 200
    swapped = Credentials(keys[0].access_key, keys[0].secret_key, keys[1].token)
    bare = Credentials(keys[0].access_key, keys[0].secret_key)
    too_much = Credentials("test", "test", keys[0].token)
    for credentials in (swapped, bare, too_much):
        refused(call.signed(server.uri, credentials), "unknown", INVALID_TOKEN)


def test_an_inactive_key_is_refused_until_it_is_active_again(server, call, refused):
    iam = server.client("iam")
    user = f"user-of-{call.service}"
    iam.create_user(UserName=user)
    iam.attach_user_policy(UserName=user, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    key = iam.create_access_key(UserName=user)["AccessKey"]
    credentials = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    assert send(server.uri, call.signed(server.uri, credentials)).status == 200
    iam.update_access_key(UserName=user, AccessKeyId=key["AccessKeyId"], Status="Inactive")
    refused(call.signed(server.uri, credentials), "unknown", INVALID_TOKEN)
    iam.update_access_key(UserName=user, AccessKeyId=key["AccessKeyId"], Status="Active")
    assert send(server.uri, call.signed(server.uri, credentials)).status == 200
    iam.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])
    refused(call.signed(server.uri, credentials), "unknown", INVALID_TOKEN)


PRESIGNED = {
    "query": Call("sts", "GET", "/?Action=GetCallerIdentity&Version=2011-06-15", {}),
    "json": Call("eks", "GET", "/clusters/my-cluster", {}),
}


def test_a_presigned_address_is_taken_until_it_expires(server, protocol, refused):
    call = PRESIGNED[protocol]
    presigned = call.presigned(server.uri)
    assert send(server.uri, presigned).status == 200
    refused(replace(presigned, target=presigned.target + "&a=b"), "mismatch", MISMATCH)
    refused(
        replace(presigned, target=re.sub("&X-Amz-Signature=[^&]*", "", presigned.target)),
        "incomplete",
        "AWS query-string parameters must include 'X-Amz-Signature'. Re-examine the query-string parameters.",
    )
    # Longer than signatures in headers are good for, if the address says so.
    assert send(server.uri, call.presigned(server.uri, date=ago(minutes=50), expires=3600)).status == 200
    status, code, message = send(server.uri, call.presigned(server.uri, date=ago(seconds=61))).error
    assert (status, code) == (403, CODES["mismatch"][protocol])
    assert re.fullmatch(r"Signature expired: \w+ is now earlier than \w+ \(\w+ - 1 min\.\)", message)
    too_long = call.presigned(server.uri, expires=604_801)
    refused(too_long, "incomplete", "X-Amz-Expires must be a number of seconds from 1 to 604800. Got '604801'.")


def test_a_presigned_address_of_a_session_carries_its_token(server, protocol, refused):
    call = PRESIGNED[protocol]
    given = server.client("sts").get_session_token()["Credentials"]
    credentials = Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    presigned = call.presigned(server.uri, credentials)
    assert send(server.uri, presigned).status == 200
    bare = Credentials(given["AccessKeyId"], given["SecretAccessKey"])
    refused(call.presigned(server.uri, bare), "unknown", INVALID_TOKEN)


@pytest.mark.parametrize("service", ["sts", "eks-auth", "s3"])
def test_a_signature_for_another_service_is_refused(server, call, refused, service):
    text = f"Credential should be scoped to correct service: '{call.service}'."
    refused(call.signed(server.uri, service=service), "mismatch", text)


def test_where_signatures_do_not_count_they_name_the_service(make_mock):
    mock = make_mock()
    signed = CALLS["query"].signed(mock.uri, service="sts")
    text = "Could not find operation ListUsers for version 2010-05-08"
    assert send(mock.uri, signed).error == (400, "InvalidAction", text)
    signed = CALLS["json"].signed(mock.uri, service="eks-auth")
    assert send(mock.uri, signed).error[:2] == (404, "UnknownOperationException")


def test_what_the_ledger_tells_of_refused_requests_has_no_secrets(server, call):
    server.control("POST", "reset")
    signed = call.signed(server.uri).having(X_Amz_Trace="b")
    send(server.uri, signed)
    [entry] = server.control("GET", "requests")["requests"]
    assert (entry["status"], entry["decision"], entry["reason"]) == (403, "denied", MISMATCH)
    signature = signed.headers["Authorization"].rpartition("=")[2]
    assert signature not in json.dumps(entry)


def test_the_key_of_the_administrator_can_be_another(make_mock):
    mock = make_mock("--auth", "enforce", "--admin-key", "AKIAADMIN:s3cr/t:x", "--cluster", "my-cluster")
    assert (mock.env["AWS_ACCESS_KEY_ID"], mock.env["AWS_SECRET_ACCESS_KEY"]) == ("AKIAADMIN", "s3cr/t:x")
    for call in CALLS.values():
        assert send(mock.uri, call.signed(mock.uri, Credentials("AKIAADMIN", "s3cr/t:x"))).status == 200
        # By its number, the account is its administrator's as well; `test` is a key like any other.
        assert send(mock.uri, call.signed(mock.uri, Credentials("111122223333", "s3cr/t:x"))).status == 200
        assert send(mock.uri, call.signed(mock.uri, ADMIN)).status == 403
    other = send(mock.uri, CALLS["query"].signed(mock.uri, Credentials("444455556666", "test")))
    assert (other.status, "arn:aws:iam::444455556666:user/admin" in other.body) == (200, True)


@pytest.mark.parametrize("mode", ["off", "simulate"])
def test_other_modes_refuse_no_wrong_signature(make_mock, mode, call):
    mock = make_mock("--auth", mode, "--cluster", "my-cluster")
    wrong = [
        call.signed(mock.uri, Credentials("test", "wrong")),
        call.signed(mock.uri, date=ago(days=1)),
        call.signed(mock.uri, Credentials("AKIANOBODY", "test")),
    ]
    assert [send(mock.uri, signed).status for signed in wrong] == [200, 200, 200]
    entries = mock.control("GET", "requests")["requests"]
    if mode == "off":
        assert [entry["decision"] for entry in entries] == [None, None, None]
        return
    assert [entry["decision"] for entry in entries] == ["denied", "denied", "denied"]
    reasons = [entry["reason"] for entry in entries]
    assert (reasons[0], reasons[1][:18], reasons[2]) == (MISMATCH, "Signature expired:", INVALID_TOKEN)
