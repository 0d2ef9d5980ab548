// The vendor's npm device SDK, unmodified, as a device that knows its product's secret and no more: it fetches its own (signed by HMAC-SHA1,
// whatever signMethod it is given), connects with it, asks for its configuration and fetches it. Prints a line for each:
// {"registered":CODE}, {"config":TEXT}, {"pushed":TEXT} for every push. Runs until it is killed, two minutes at most.
// usage: node node_sdk_registers.js REGISTER_URL HOST PORT PRODUCT_KEY PRODUCT_SECRET DEVICE_NAME   (the CA comes by NODE_EXTRA_CA_CERTS)
'use strict';
const https = require('https');
const iot = require('alibabacloud-iot-device-sdk');
const [registerURL, host, port, productKey, productSecret, deviceName] = process.argv.slice(2);

const tell = (what) => console.log(JSON.stringify(what));
const download = (url) => new Promise((done, failed) => https.get(url, (answer) => {
  let text = '';
  answer.on('data', (piece) => { text += piece; });
  answer.on('end', () => done(text));
}).on('error', failed));

setTimeout(() => process.exit(1), 120000);

iot.register({productKey, productSecret, deviceName, registerURL}, (answer) => {
  tell({registered: answer.code});
  if (answer.code !== 200) process.exit(0);
  const device = iot.device({productKey, deviceName, deviceSecret: answer.data.deviceSecret, brokerUrl: `mqtts://${host}:${port}`, tls: true});
  device.on('error', (why) => {
    console.error(String(why));
    process.exit(1);
  });
  device.onConfig((order) => download(order.params.url).then((text) => tell({pushed: text})));
  device.on('connect', () => device.getConfig((told) => download(told.data.url).then((text) => tell({config: text}))));
});
