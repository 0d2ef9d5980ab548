// A device on the vendor's npm SDK (alibabacloud-iot-device-sdk, mqtt.js under it), which knows nothing of bootstrap: Node's own https asks,
// and each new endpoint gets a new SDK device. Reconnects, keep-alive and messages that go out again are mqtt.js's.
// The SDK hands no certificates on: the CA comes by NODE_EXTRA_CA_CERTS.
'use strict';
const fs = require('fs');
const http = require('http');
const https = require('https');
const path = require('path');
const iot = require('alibabacloud-iot-device-sdk');

const env = (name, otherwise) => process.env[`FLEETSIM_${name}`] || otherwise;
const productKey = env('PRODUCT_KEY');
const deviceName = env('DEVICE_NAME');
const deviceSecret = env('DEVICE_SECRET');
const bootstrapUrl = env('BOOTSTRAP_URL', 'https://iot-auth-global.aliyuncs.com');
const caFile = env('CA_FILE');
const usesTls = env('MQTT_TLS', '1') === '1';
const keepAliveS = Number(env('KEEP_ALIVE_S', '60'));
const publishIntervalMs = Number(env('PUBLISH_INTERVAL_MS', '0'));
const timeScale = Number(env('TIME_SCALE', '1'));
const flash = path.join(env('FLASH', '.'), 'endpoint.json');
const scaled = (ms, atLeast) => Math.max(atLeast, ms * timeScale);
const topic = (tail) => `/sys/${productKey}/${deviceName}/thing/${tail}`;

let session = null; // the SDK's device, and what belongs to it
let attempts = 0; // bootstraps that led to nothing since it was last online for a while
let isStopping = false;
let posts = 0;

function isEndpoint(one) {
  return typeof one === 'object' && one !== null && typeof one.host === 'string' && /^[A-Za-z0-9.-]{1,253}$/.test(one.host) &&
      Number.isInteger(one.port) && one.port > 0 && one.port < 65536;
}

// --- Flash ---

function load() {
  try {
    const stored = JSON.parse(fs.readFileSync(flash, 'utf8'));
    return isEndpoint(stored) ? stored : null;
  } catch (why) {
    return null; // never written, or not to its end
  }
}

function store(endpoint) {
  const text = JSON.stringify(endpoint);
  if (text === JSON.stringify(load())) return;
  fs.writeFileSync(`${flash}.new`, text);
  fs.renameSync(`${flash}.new`, flash);
}

// --- Bootstrap ---

function readAnswer(body) {
  const answer = JSON.parse(body);
  if (answer.code !== 200) throw new Error(`code ${answer.code}`);
  const {host, port} = answer.data.resources.mqtt;
  const endpoint = {host, port: typeof port === 'string' ? Number(port) : port};
  if (!isEndpoint(endpoint)) throw new Error('an answer that names no endpoint');
  return endpoint;
}

function bootstrap(done) {
  const form = new URLSearchParams({productKey, deviceName, clientId: `${productKey}.${deviceName}`, resources: 'mqtt'}).toString();
  const options = {
    method: 'POST',
    ca: caFile ? fs.readFileSync(caFile) : undefined,
    agent: false,
    headers: {'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(form)},
  };
  const request = (bootstrapUrl.startsWith('https:') ? https : http).request(`${bootstrapUrl}/auth/bootstrap`, options, (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (piece) => { body += piece; });
    response.on('aborted', () => finish(new Error('the answer was cut off')));
    response.on('error', finish);
    response.on('end', () => {
      if (!response.complete) return finish(new Error('the answer was cut off'));
      if (response.statusCode !== 200) return finish(new Error(`status ${response.statusCode}`));
      try {
        finish(null, readAnswer(body));
      } catch (why) {
        finish(why);
      }
    });
  });
  const deadline = setTimeout(() => request.destroy(new Error('no answer within 10 s')), 10000);
  let isFinished = false;
  function finish(why, endpoint) {
    if (isFinished) return;
    isFinished = true;
    clearTimeout(deadline);
    done(why, endpoint);
  }
  request.on('error', finish);
  request.end(form);
}

// Asks until it is answered: the wait doubles, and half of it is chance.
function findEndpoint() {
  if (isStopping) return;
  bootstrap((why, endpoint) => {
    if (isStopping) return;
    if (!why) {
      store(endpoint);
      return open(endpoint);
    }
    console.error(`bootstrap: ${why.message}`);
    later(findEndpoint);
  });
}

function later(what) {
  const longest = Math.min(scaled(60000, 4000), 2000 * 2 ** Math.min(attempts, 10));
  attempts += 1;
  setTimeout(what, longest / 2 + Math.random() * longest / 2);
}

// --- Session ---

function open(endpoint) {
  const brokerUrl = `${usesTls ? 'mqtts' : 'mqtt'}://${endpoint.host}:${endpoint.port}`;
  const device = iot.device({productKey, deviceName, deviceSecret, brokerUrl, tls: usesTls, keepalive: keepAliveS});
  const mine = {device, timers: [], refusals: 0, unacknowledged: 0, isOnline: false};
  session = mine;
  let offline = null;
  let stable = null;

  // A place where it cannot be for so long may be the wrong one.
  const wentOffline = () => {
    mine.isOnline = false;
    clearTimeout(stable);
    if (offline === null) offline = after(scaled(120000, 15000), () => leave(mine, findEndpoint));
  };
  const after = (ms, what) => {
    const timer = setTimeout(what, ms);
    mine.timers.push(timer);
    return timer;
  };
  wentOffline();

  device.on('connect', () => {
    mine.isOnline = true;
    mine.refusals = 0;
    clearTimeout(offline);
    offline = null;
    stable = after(10000, () => { attempts = 0; });
    device.subscribe(topic('bootstrap/notify'), {qos: 1});
  });
  device.on('close', wentOffline);
  device.on('error', (why) => {
    console.error(`mqtt: ${why}`);
    mine.refusals += 1;
    if (mine.refusals >= 4) leave(mine, () => later(findEndpoint));
  });
  device.on('message', (where, payload) => {
    if (where === topic('bootstrap/notify')) onNotify(mine, payload);
  });
  device.onProps((order) => {
    device.publish(topic('service/property/set_reply'), JSON.stringify({id: order.id, code: 200, data: {}}));
  });
  if (publishIntervalMs > 0) mine.timers.push(setInterval(() => postProperty(mine), publishIntervalMs));
}

// The SDK's own postProps has QoS 0.
function postProperty(mine) {
  if (!mine.isOnline) return;
  posts += 1;
  const post = {id: String(posts), version: '1.0', params: {humidity: 40 + posts % 20}, method: 'thing.event.property.post'};
  mine.unacknowledged += 1;
  mine.device.publish(topic('event/property/post'), JSON.stringify(post), {qos: 1}, () => { mine.unacknowledged -= 1; });
}

function onNotify(mine, payload) {
  let order;
  try {
    order = JSON.parse(payload.toString());
  } catch (why) {
    return;
  }
  if (typeof order !== 'object' || order === null || !['string', 'number'].includes(typeof order.id)) return;
  if (order.method !== 'thing.bootstrap.notify' || !order.params || order.params.cmd !== 0) return;
  mine.device.publish(topic('bootstrap/notify_reply'), JSON.stringify({id: order.id, code: 200, data: {}}), {qos: 0}, () => {
    leave(mine, attempts === 0 ? findEndpoint : () => later(findEndpoint));
    attempts += 1;
  });
}

// What is under way gets a second; mqtt.js would wait for it for ever before it says goodbye.
function leave(mine, then) {
  if (session !== mine) return;
  session = null;
  mine.timers.forEach((timer) => { clearTimeout(timer); clearInterval(timer); });
  const latest = Date.now() + 1000;
  let hasLeft = false;
  const left = () => {
    if (!hasLeft) then();
    hasLeft = true;
  };
  const end = () => {
    const isUnderWay = mine.isOnline && mine.unacknowledged > 0;
    if (isUnderWay && Date.now() < latest) return setTimeout(end, 20);
    mine.device.end(!mine.isOnline || isUnderWay, left);
    setTimeout(left, 1000);
  };
  end();
}

function stop() {
  if (isStopping) return;
  isStopping = true;
  if (session === null) process.exit(0);
  leave(session, () => process.exit(0));
}

if (!productKey || !deviceName || !deviceSecret) {
  console.error('FLEETSIM_PRODUCT_KEY, _DEVICE_NAME and _DEVICE_SECRET say who this is');
  process.exit(2);
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
const stored = load();
if (stored) open(stored);
else findEndpoint();
