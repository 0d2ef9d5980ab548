"""Calls of the management API in the RPC form, signed by Python's own hmac: no code of the project, none of the vendor's."""

import base64
import hashlib
import hmac
import time
import urllib.parse
import uuid

KEYS = ("testid", "testsecret")


def encoded(text) -> str:
    return urllib.parse.quote(str(text), safe="-_.~")


def signed(action: str, keys=KEYS, method: str = "POST", **parameters) -> str:
    """The form body, or the query, of one call."""
    parameters |= {
        "Action": action, "Version": "2018-01-20", "Format": "JSON", "AccessKeyId": keys[0], "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0", "SignatureNonce": uuid.uuid4().hex, "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    pairs = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in sorted(parameters.items()))
    digest = hmac.new((keys[1] + "&").encode(), f"{method}&%2F&{encoded(pairs)}".encode(), hashlib.sha1).digest()
    return pairs + "&Signature=" + encoded(base64.b64encode(digest).decode())
