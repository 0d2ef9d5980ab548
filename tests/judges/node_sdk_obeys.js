// The vendor's npm device SDK, unmodified, as one device that does what it is told: it takes properties and answers, and it serves the
// service `measure`. Prints a line for each order. Runs until it is killed, two minutes at most.
// usage: node node_sdk_obeys.js HOST PORT PRODUCT_KEY DEVICE_NAME DEVICE_SECRET   (the CA comes by NODE_EXTRA_CA_CERTS)
'use strict';
const iot = require('alibabacloud-iot-device-sdk');
const [host, port, productKey, deviceName, deviceSecret] = process.argv.slice(2);

setTimeout(() => process.exit(1), 120000);

const device = iot.device({productKey, deviceName, deviceSecret, brokerUrl: `mqtts://${host}:${port}`, tls: true});
device.on('error', (why) => {
  console.error(String(why));
  process.exit(1);
});
device.onProps((order) => {
  console.log(JSON.stringify({set: order.params}));
  device.publish(`/sys/${productKey}/${deviceName}/thing/service/property/set_reply`, JSON.stringify({id: order.id, code: 200, data: {}}));
  device.postProps(order.params);
});
device.on('connect', () => {
  device.onService('measure', (order, reply) => {
    console.log(JSON.stringify({measure: order.params}));
    reply({id: order.id, code: 200, data: {volts: order.params.times * 2}}, 'sync');
  });
});
