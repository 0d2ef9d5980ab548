#!/usr/bin/python3
"""The vendor's management SDKs and curl judge the management API. One that is missing fails."""

import base64
import json
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

    def test_curl_calls_over_http_and_https(self):
        for scheme in ("http", "https"):
            answer = self.curl(signed("QueryProduct", ProductKey="a1TestPK001"), scheme=scheme)
            self.assertEqual((answer["status"], answer["Success"], answer["Data"]["DeviceCount"]), (200, True, 1), answer)

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
