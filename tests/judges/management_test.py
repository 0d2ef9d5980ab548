#!/usr/bin/python3
"""The vendor's management SDKs and curl judge the management API. One that is missing fails."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from served_platform import DEADLINE_S, Device, ServedPlatform, run  # noqa: E402
from signed_call import KEYS, signed  # noqa: E402

HERE = Path(__file__).resolve().parent


class Management(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for tool in ("curl", "node", "mosquitto_sub"):
            assert shutil.which(tool), f"{tool} is missing: tools/install-deps.sh test installs it"
        cls.platform = ServedPlatform(HERE / "management.yaml")
        cls.management = cls.platform.ready["management"]

    @classmethod
    def tearDownClass(cls):
        code = cls.platform.stop()
        assert code == 0, f"SIGTERM must drain and end with 0, not {code}"

    def curl(self, form: str, *more: str, scheme: str = "http") -> dict:
        url = f"{scheme}://{self.management['host']}:{self.management['port']}/"
        answer = run("curl", "--silent", "--show-error", "--cacert", self.platform.ca, "--write-out", "\n%{http_code}", *more, "--data", form, url)
        body, status = answer.stdout.rsplit("\n", 1)
        return json.loads(body) | {"status": int(status)}

    def sdk(self, form: str) -> dict:
        endpoint = f"{self.management['host']}:{self.management['port']}"
        done = run("node", str(HERE / "management_sdk.js"), form, endpoint, *KEYS)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def check_sdk(self, form: str):
        seen = self.sdk(form)
        self.assertTrue(seen["product"])
        self.assertEqual(seen["description"], "it's (a) *star* ~ 100%")
        self.assertEqual(seen["secret"], 32)
        self.assertEqual(seen["invalid"], ["judge-1"])
        self.assertEqual(seen["devices"], ["judge-1 UNACTIVE", "judge-2 UNACTIVE"])
        self.assertEqual(seen["job"], {"status": 2, "total": 3, "targets": [{"TargetInstanceId": "iotx-oxssharez400"}]})
        self.assertEqual(seen["listed"], ["ap-southeast-1"])
        self.assertEqual(seen["record"], {"status": 200, "lines": ["judge-1 200", "judge-2 200", "ghost 6100"]})
        self.assertEqual(seen["distributed"], ["judge-1 cn-shanghai ap-southeast-1", "judge-2 cn-shanghai ap-southeast-1"])
        self.assertEqual(seen["business_refusal"], "iot.prod.NotExistedProduct")
        self.assertEqual(seen["gateway_refusal"], "MissingParameter")
        self.assertEqual(seen["foreign"], "iot.common.AuthActionPermissionDeny")

    def test_the_openapi_sdk_signs_by_acs3(self):
        self.check_sdk("acs3")

    def test_the_openapi_sdk_signs_the_query(self):
        self.check_sdk("v2")

    def test_the_old_sdk_posts_a_signed_form(self):
        self.check_sdk("pop-post")

    def test_the_old_sdk_gets_a_signed_query(self):
        self.check_sdk("pop-get")

    def check_things(self, form: str):
        endpoint = f"{self.management['host']}:{self.management['port']}"
        done = run("node", str(HERE / "management_things.js"), form, endpoint, *KEYS)
        self.assertEqual(done.returncode, 0, done.stderr)
        seen = json.loads(done.stdout)
        self.assertEqual(seen["details"], ["UNACTIVE", "UNACTIVE"])
        self.assertEqual(seen["labels"], {"tags": {"room": f"hall {form}"}, "found": ["thing-1"], "added": [2, 2],
                                          "members": ["thing-1", "thing-2"], "groups": ["judged"]})
        self.assertEqual(seen["topology"], {"subs": ["thing-1"], "gateway": "gate-1"})
        self.assertEqual(seen["firmware"], {"upload": [204, True], "firmware": [100000, "2.0.0", "Sha256", -1], "listed": [f"fw {form}"],
                                            "tasks": ["thing-1 QUEUED", "thing-2 QUEUED"],
                                            "job": ["UPGRADE_FIRMWARE", "STATIC", "COMPLETED"], "left": 0})

    def test_the_openapi_sdk_labels_devices_and_sends_firmware(self):
        self.check_things("acs3")

    def test_the_old_sdk_labels_devices_and_sends_firmware(self):
        self.check_things("pop-post")

    def test_the_vendors_device_takes_properties_and_answers_a_service(self):
        """SetDeviceProperty and InvokeThingService through the vendor's management SDK, to the vendor's device SDK over TLS."""
        tsl = json.dumps({"services": [{"identifier": "measure", "callType": "sync"}]})
        self.assertTrue(self.curl(signed("ImportThingModelTsl", ProductKey="a1TestPK001", TslStr=tsl))["Success"])
        device = {"ProductKey": "a1TestPK001", "DeviceName": "dev2"}
        shanghai = self.platform.instance("cn-shanghai")
        with subprocess.Popen(["node", str(HERE / "node_sdk_obeys.js"), shanghai["host"], str(shanghai["port"]), "a1TestPK001", "dev2", "secret"],
                              stdout=subprocess.PIPE, text=True, env=os.environ | {"NODE_EXTRA_CA_CERTS": self.platform.ca}) as thing:
            try:
                self.until(lambda: self.curl(signed("GetDeviceStatus", **device))["Data"]["Status"] == "ONLINE")
                values = self.until(lambda: self.call("SetDeviceProperty", **device, Items='{"power":7}')["Success"]
                                    and self.curl(signed("QueryDevicePropertyStatus", **device))["Data"]["List"]["PropertyStatusInfo"])
                self.assertEqual([(one["Identifier"], one["Value"]) for one in values], [("power", "7")])
                self.assertEqual(json.loads(thing.stdout.readline()), {"set": {"power": 7}})
                answer = self.until(lambda: (told := self.call("InvokeThingService", **device, Identifier="measure", Args='{"times":4}'))["Success"]
                                    and told)
                self.assertEqual(json.loads(answer["Data"]["Result"]), {"volts": 8})
            finally:
                thing.kill()

    def console(self, path: str, body: dict | None = None) -> dict:
        url = f"http://{self.management['host']}:{self.management['port']}/console/api{path}"
        answer = run("curl", "--silent", "--show-error", "--fail-with-body", "-H", "X-Fleetsim-Account: 198000", "--data", json.dumps(body or {}), url)
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
        return json.loads(answer.stdout)

    def test_the_vendors_device_fetches_its_secret_and_its_configuration(self):
        """Dynamic registration over HTTPS, getConfig and onConfig of the vendor's device SDK; all of it set by curl at the console's API."""
        product = "/products/a1Secretless"
        shanghai, bootstrap = self.platform.instance("cn-shanghai"), self.platform.ready["bootstrap"]
        command = ["node", str(HERE / "node_sdk_registers.js"), f"https://{bootstrap['host']}:{bootstrap['port']}/auth/register/device",
                   shanghai["host"], str(shanghai["port"]), "a1Secretless", "product-secret", "late1"]
        environment = os.environ | {"NODE_EXTRA_CA_CERTS": self.platform.ca}
        refused = run(*command, env=environment)
        self.assertEqual(json.loads(refused.stdout), {"registered": 6288}, refused.stderr)
        self.console(f"{product}/dynamic-registration", {"state": "on"})
        self.console(f"{product}/remote-config", {"content": '{"interval":60}'})
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as thing:
            try:
                self.assertEqual(json.loads(thing.stdout.readline()), {"registered": 200})
                self.assertEqual(json.loads(thing.stdout.readline()), {"config": '{"interval":60}'})
                self.console(f"{product}/remote-config", {"content": '{"interval":5}'})
                self.assertEqual(self.console(f"{product}/remote-config/push"), {"told": 1})
                self.assertEqual(json.loads(thing.stdout.readline()), {"pushed": '{"interval":5}'})
            finally:
                thing.kill()

    def call(self, action: str, **parameters) -> dict:
        """One call through the vendor's OpenAPI SDK."""
        script = ("const { client } = require(process.argv[1]); const [endpoint, id, secret, action, given] = process.argv.slice(2);"
                  "client('acs3', endpoint, id, secret)(action, JSON.parse(given)).then((body) => console.log(JSON.stringify(body)));")
        endpoint = f"{self.management['host']}:{self.management['port']}"
        done = run("node", "-e", script, str(HERE / "sdk_clients.js"), endpoint, *KEYS, action, json.dumps(parameters))
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def until(self, done):
        """What `done` gives, once it gives something."""
        deadline = time.monotonic() + DEADLINE_S
        while not (result := done()):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        return result

    def test_curl_uploads_firmware_that_a_device_downloads_over_https(self):
        """curl writes the form; mosquitto's client is the device; curl fetches by ranges from the URL that it was told."""
        content = os.urandom(300_000)
        file = Path(self.platform.folder.name) / "firmware.bin"
        file.write_bytes(content)
        told = self.curl(signed("GenerateOTAUploadURL"))["Data"]
        fields = [item for name, value in (("key", told["Key"]), ("policy", told["Policy"]), ("OSSAccessKeyId", told["OSSAccessKeyId"]),
                                           ("Signature", told["Signature"]), ("success_action_status", "201")) for item in ("-F", f"{name}={value}")]
        posted = run("curl", "--silent", "--show-error", "--write-out", "%{http_code}", *fields, "-F", f"file=@{file}", told["Host"])
        self.assertTrue(posted.stdout.endswith("201"), posted)
        made = self.curl(signed("CreateOTAFirmware", ProductKey="a1TestPK001", FirmwareName="judged", DestVersion="2.0.0", NeedToVerify="false",
                                FirmwareUrl=told["FirmwareUrl"], FirmwareSign=hashlib.md5(content).hexdigest(), FirmwareSize=len(content)))
        self.assertTrue(made["Success"], made)
        job = self.curl(signed("CreateOTAStaticUpgradeJob", **{"ProductKey": "a1TestPK001", "FirmwareId": made["Data"]["FirmwareId"],
                                                               "TargetSelection": "SPECIFIC", "TargetDeviceName.1": "dev1"}))
        self.assertTrue(job["Success"], job)
        credentials = Device("a1TestPK001", "dev1", "secret").credentials(False)
        shanghai = self.platform.instance("cn-shanghai")
        heard = run("mosquitto_sub", "-V", "mqttv311", "-h", shanghai["host"], "-p", str(shanghai["port"]), "-k", "60", "-i", credentials["client_id"],
                    "-u", credentials["username"], "-P", credentials["password"], "-t", "/ota/device/upgrade/a1TestPK001/dev1", "-C", "1",
                    "-W", str(DEADLINE_S))
        data = json.loads(heard.stdout)["data"]
        self.assertEqual((data["size"], data["md5"]), (len(content), hashlib.md5(content).hexdigest()))
        self.assertTrue(data["url"].startswith("https://"), data["url"])
        parts = []
        for first in range(0, len(content), 131072):
            part = subprocess.run(["curl", "--silent", "--show-error", "--cacert", self.platform.ca, "--fail", "--range", f"{first}-{first + 131071}",
                                   data["url"]], capture_output=True, timeout=DEADLINE_S, check=True)
            parts.append(part.stdout)
        self.assertEqual(b"".join(parts), content)
        stolen = run("curl", "--silent", "--cacert", self.platform.ca, "--write-out", "%{http_code}", told["FirmwareUrl"])
        self.assertTrue(stolen.stdout.endswith("403"), stolen)

    def test_curl_calls_over_http_and_https(self):
        for scheme in ("http", "https"):
            answer = self.curl(signed("QueryProduct", ProductKey="a1TestPK001"), scheme=scheme)
            self.assertEqual((answer["status"], answer["Success"], answer["Data"]["DeviceCount"]), (200, True, 2), answer)

    def test_curl_is_refused_a_replay_a_stranger_and_xml(self):
        form = signed("QueryProductList")
        self.assertTrue(self.curl(form)["Success"])
        again = self.curl(form)
        self.assertEqual((again["status"], again["Code"]), (400, "SignatureNonceUsed"))
        stranger = self.curl(signed("QueryProductList", keys=("testid", "guess")))
        self.assertEqual((stranger["status"], stranger["Code"]), (400, "SignatureDoesNotMatch"))
        self.assertNotIn("testsecret", json.dumps(stranger))
        self.assertEqual(self.curl(signed("QueryProductList", keys=("nobody", "x")))["Code"], "InvalidAccessKeyId.NotFound")
        self.assertIn("JSON", self.curl(signed("QueryProductList", Format="XML").replace("Format=JSON", "Format=XML"))["Message"])

    def test_a_chunked_body_is_read(self):
        answer = self.curl(signed("QueryProduct", ProductKey="a1TestPK001"), "--header", "Transfer-Encoding: chunked")
        self.assertTrue(answer["Success"], answer)

    def test_a_device_hears_pub_and_one_that_is_away_answers_no_call(self):
        device = Device("a1TestPK001", "dev1", "secret")
        credentials = device.credentials(False)
        shanghai = self.platform.instance("cn-shanghai")
        at = ["-V", "mqttv311", "-h", shanghai["host"], "-p", str(shanghai["port"]), "-k", "60", "-i", credentials["client_id"],
              "-u", credentials["username"], "-P", credentials["password"]]
        with subprocess.Popen(["mosquitto_sub", *at, "-q", "1", "-t", "/a1TestPK001/dev1/user/get", "-C", "1", "-W", str(DEADLINE_S)],
                              stdout=subprocess.PIPE, text=True) as subscriber:
            deadline = time.monotonic() + DEADLINE_S
            while True:  # until the subscription is there, a message goes nowhere: QoS 1 and again
                self.assertLess(time.monotonic(), deadline)
                sent = self.curl(signed("Pub", ProductKey="a1TestPK001", TopicFullName="/a1TestPK001/dev1/user/get", Qos=1,
                                        MessageContent=base64.b64encode(b"hello").decode()))
                self.assertTrue(sent["Success"] or sent["Code"] == "Throttling.User", sent)
                try:
                    subscriber.wait(0.2)
                    break
                except subprocess.TimeoutExpired:
                    continue
            self.assertEqual(subscriber.stdout.read(), "hello\n")
        offline = self.curl(signed("RRpc", ProductKey="a1TestPK001", DeviceName="dev1", Timeout=1000, RequestBase64Byte="aGVsbG8="))
        self.assertEqual((offline["Success"], offline["RrpcCode"]), (True, "OFFLINE"))
        self.assertEqual(self.curl(signed("GetDeviceStatus", ProductKey="a1TestPK001", DeviceName="dev1"))["Data"]["Status"], "OFFLINE")


if __name__ == "__main__":
    unittest.main()
