"""A client of the management API for tests that order a platform about: the RPC form, signed by Python's own hmac, over one kept connection."""

import hashlib
import hmac
import base64
import http.client
import json
import time
import urllib.parse
import uuid


def encoded(text) -> str:
    return urllib.parse.quote(str(text), safe="-_.~")


class Refused(Exception):
    """The platform said no: `code` is its own."""

    def __init__(self, answer: dict):
        super().__init__(json.dumps(answer))
        self.code = answer.get("Code", "")


class Management:
    def __init__(self, host: str, port: int, key: str, secret: str):
        self.key, self.secret = key, secret
        self.connection = http.client.HTTPConnection(host, port, timeout=30)

    def form(self, action: str, parameters: dict) -> str:
        parameters = parameters | {
            "Action": action, "Version": "2018-01-20", "Format": "JSON", "AccessKeyId": self.key, "SignatureMethod": "HMAC-SHA1",
            "SignatureVersion": "1.0", "SignatureNonce": uuid.uuid4().hex, "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        pairs = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in sorted(parameters.items()))
        digest = hmac.new((self.secret + "&").encode(), f"POST&%2F&{encoded(pairs)}".encode(), hashlib.sha1).digest()
        return pairs + "&Signature=" + encoded(base64.b64encode(digest).decode())

    def send(self, action: str, **parameters) -> None:
        self.connection.request("POST", "/", self.form(action, parameters), {"Content-Type": "application/x-www-form-urlencoded"})

    def take(self) -> dict:
        answer = json.loads(self.connection.getresponse().read())
        if not answer.get("Success"):
            raise Refused(answer)
        return answer

    def call(self, action: str, **parameters) -> dict:
        self.send(action, **parameters)
        return self.take()

    def distribute(self, product: str, source: str, target: str, devices: list, uid: str) -> str:
        names = {f"DeviceName.{i}": name for i, name in enumerate(devices, 1)}
        return self.call("CreateDeviceDistributeJob", ProductKey=product, SourceInstanceId=source, TargetUid=uid, Strategy=0,
                         **{"TargetInstanceConfig.1.TargetInstanceId": target}, **names)["JobId"]

    def record(self, job: str) -> list[list[str]]:
        """Lines of (device, code, message), downloaded over the same connection."""
        url = urllib.parse.urlsplit(self.call("QueryDeviceDistributeDetail", JobId=job)["File"])
        self.connection.request("GET", f"{url.path}?{url.query}")
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status != 200:
            raise Refused({"Code": str(answer.status), "Message": text})
        return [line.split(",", 2) for line in text.removeprefix("\ufeff").splitlines()[1:]]

    def close(self) -> None:
        self.connection.close()
