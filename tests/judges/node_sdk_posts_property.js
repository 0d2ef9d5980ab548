// The vendor's npm SDK, unmodified, as one device: connects over TLS, posts a property, prints the reply. Exit 1 when it cannot.
// usage: node node_sdk_posts_property.js HOST PORT PRODUCT_KEY DEVICE_NAME DEVICE_SECRET   (the CA comes by NODE_EXTRA_CA_CERTS)
'use strict';
const iot = require('alibabacloud-iot-device-sdk');
const [host, port, productKey, deviceName, deviceSecret] = process.argv.slice(2);

const fail = (why) => {
  console.error(String(why));
  process.exit(1);
};
setTimeout(() => fail('no reply within 20 s'), 20000).unref();

const device = iot.device({productKey, deviceName, deviceSecret, brokerUrl: `mqtts://${host}:${port}`, tls: true});
device.on('error', fail);
device.on('connect', () => {
  device.postProps({power: 3}, (reply) => {
    console.log(JSON.stringify(reply));
    device.end(() => process.exit(0));
    setTimeout(() => process.exit(0), 1000);
  });
});
