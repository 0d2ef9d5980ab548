// The vendor's two management SDKs, unmodified, against the mock: a product, devices, a distribution job, its record.
//   node management_sdk.js FORM ENDPOINT KEY_ID KEY_SECRET
// FORM: acs3 (@alicloud/iot20180120), v2 (the same, query-signed), pop-post, pop-get (@alicloud/pop-core). Prints one JSON object.
'use strict';

const path = require('path');
const root = path.resolve(__dirname, '..', '..', 'node_modules');
const http = require('http');

const [form, endpoint, accessKeyId, accessKeySecret] = process.argv.slice(2);
const DEADLINE_MS = 25000;
setTimeout(() => { console.error(`${form}: no answer in time`); process.exit(1); }, DEADLINE_MS).unref();

// Each form is a function (action, parameters) -> body, with names as on the wire.
function openApiClient(signatureAlgorithm) {
  const iot = require(path.join(root, '@alicloud/iot20180120'));
  const { Config } = require(path.join(root, '@alicloud/openapi-client'));
  const config = new Config({ accessKeyId, accessKeySecret, endpoint, protocol: 'HTTP' });
  if (signatureAlgorithm) config.signatureAlgorithm = signatureAlgorithm;
  const client = new iot.default(config);
  const lower = (name) => name[0].toLowerCase() + name.slice(1);
  return async (action, parameters) => {
    const Request = iot[`${action}Request`];
    const given = {};
    for (const [name, value] of Object.entries(parameters)) given[lower(name)] = value;
    if (given.targetInstanceConfig) {
      const Target = iot.CreateDeviceDistributeJobRequestTargetInstanceConfig;
      given.targetInstanceConfig = given.targetInstanceConfig.map((one) => new Target({ targetInstanceId: one.TargetInstanceId }));
    }
    const answer = await client[lower(action)](new Request(given));
    return answer.body.toMap();
  };
}

function popClient(method) {
  const Core = require(path.join(root, '@alicloud/pop-core'));
  const client = new Core({ accessKeyId, accessKeySecret, endpoint: `http://${endpoint}`, apiVersion: '2018-01-20' });
  return (action, parameters) => client.request(action, parameters, { method });
}

function download(url) {
  return new Promise((resolve, reject) => {
    http.get(url, (answer) => {
      let text = '';
      answer.on('data', (part) => { text += part; });
      answer.on('end', () => resolve({ status: answer.statusCode, text }));
    }).on('error', reject);
  });
}

async function refusal(promise) {
  try {
    const body = await promise;
    return body.Code;
  } catch (error) {
    return error.code;
  }
}

async function main() {
  const forms = { acs3: () => openApiClient(), v2: () => openApiClient('v2'), 'pop-post': () => popClient('POST'), 'pop-get': () => popClient('GET') };
  const call = forms[form]();
  const out = {};
  const product = await call('CreateProduct', { ProductName: `judge ${form}`, NodeType: 0, Description: "it's (a) *star* ~ 100%" });
  out.product = product.Success && product.ProductKey === product.Data.ProductKey;
  const ProductKey = product.ProductKey;
  out.description = (await call('QueryProduct', { ProductKey })).Data.Description;
  const device = await call('RegisterDevice', { ProductKey, DeviceName: 'judge-1', Nickname: 'judged' });
  out.secret = device.Data.DeviceSecret.length;
  const checked = await call('BatchCheckDeviceNames', { ProductKey, DeviceName: ['judge-1', 'judge-2'] });
  out.invalid = checked.Data.InvalidDeviceNameList.InvalidDeviceName;
  await call('BatchRegisterDeviceWithApplyId', { ProductKey, ApplyId: checked.Data.ApplyId });
  const devices = await call('QueryDevice', { ProductKey, PageSize: 10 });
  out.devices = devices.Data.DeviceInfo.map((one) => `${one.DeviceName} ${one.DeviceStatus}`);

  const job = await call('CreateDeviceDistributeJob', {
    ProductKey, SourceInstanceId: 'iotx-oxssharez200', Strategy: 0, TargetUid: '198000',
    TargetInstanceConfig: [{ TargetInstanceId: 'iotx-oxssharez400' }], DeviceName: ['judge-1', 'judge-2', 'ghost'],
  });
  const JobId = job.JobId;
  let told = await call('QueryDeviceDistributeJob', { JobId });
  for (let polls = 0; told.Data.Status !== 2 && polls < 8; ++polls) told = await call('QueryDeviceDistributeJob', { JobId });
  out.job = { status: told.Data.Status, total: told.Data.Total, targets: told.Data.TargetInstanceConfigs.targetInstanceConfigs };
  const listed = await call('ListDeviceDistributeJob', { PageSize: 10, JobId });
  out.listed = listed.Data.JobInfo.items.map((one) => one.TargetInstanceConfigs.targetInstanceConfigs[0].TargetRegion);
  const record = await download((await call('QueryDeviceDistributeDetail', { JobId })).File);
  out.record = { status: record.status, lines: record.text.trim().split('\r\n').slice(1).map((line) => line.split(',').slice(0, 2).join(' ')) };
  out.distributed = (await call('ListDistributedDevice', { CurrentPage: 1, PageSize: 10, ProductKey })).Data.Info.items
    .map((one) => `${one.DeviceName} ${one.SourceRegion} ${one.TargetRegion}`);
  out.business_refusal = await refusal(call('QueryProduct', { ProductKey: 'a1Nothing' }));
  out.gateway_refusal = await refusal(call('QueryDeviceDistributeJob', {}));
  out.foreign = await refusal(call('CreateProductDistributeJob', {
    ProductKey, SourceInstanceId: 'iotx-oxssharez200', TargetInstanceId: 'iotx-oxssharez700', TargetUid: '198001',
  }));
  console.log(JSON.stringify(out));
}

main().then(() => process.exit(0), (error) => { console.error(`${form}: ${error.stack || error}`); process.exit(1); });
