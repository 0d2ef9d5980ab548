// The vendor's two management SDKs, unmodified, against the mock: a product, devices, a distribution job, its record.
//   node management_sdk.js FORM ENDPOINT KEY_ID KEY_SECRET
// FORM: acs3 (@alicloud/iot20180120), v2 (the same, query-signed), pop-post, pop-get (@alicloud/pop-core). Prints one JSON object.
'use strict';

const http = require('http');
const { client } = require('./sdk_clients.js');

const [form, endpoint, accessKeyId, accessKeySecret] = process.argv.slice(2);
const DEADLINE_MS = 25000;
setTimeout(() => { console.error(`${form}: no answer in time`); process.exit(1); }, DEADLINE_MS).unref();

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
  const call = client(form, endpoint, accessKeyId, accessKeySecret);
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
