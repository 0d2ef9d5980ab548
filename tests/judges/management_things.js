// The vendor's two management SDKs, unmodified, against the mock: tags, groups, topology, and firmware from its upload to a device's task.
//   node management_things.js FORM ENDPOINT KEY_ID KEY_SECRET
// FORM as in sdk_clients.js. The upload is a form that Node's own FormData writes. Prints one JSON object.
'use strict';

const crypto = require('crypto');
const { client } = require('./sdk_clients.js');

const [form, endpoint, accessKeyId, accessKeySecret] = process.argv.slice(2);
const DEADLINE_MS = 25000;
setTimeout(() => { console.error(`${form}: no answer in time`); process.exit(1); }, DEADLINE_MS).unref();

const call = client(form, endpoint, accessKeyId, accessKeySecret);
const hash = (kind, content) => crypto.createHash(kind).update(content).digest('hex');

async function labels(ProductKey) {
  const out = {};
  await call('SaveDeviceProp', { ProductKey, DeviceName: 'thing-1', Props: JSON.stringify({ room: `hall ${form}` }) });
  out.tags = JSON.parse((await call('QueryDeviceProp', { ProductKey, DeviceName: 'thing-1' })).Props);
  const found = await call('QueryDeviceByTags', { Tag: [{ TagKey: 'room', TagValue: `hall ${form}` }] });
  out.found = found.Data.SimpleDeviceInfo.map((one) => one.DeviceName);
  const group = await call('CreateDeviceGroup', { GroupName: `group_${form.replace('-', '_')}`, GroupDesc: 'judged' });
  const { GroupId } = group.Data;
  const added = await call('BatchAddDeviceGroupRelations', {
    GroupId, Device: [{ ProductKey, DeviceName: 'thing-1' }, { ProductKey, DeviceName: 'thing-2' }, { ProductKey, DeviceName: 'ghost' }],
  });
  out.added = [added.ValidDeviceCount, added.SuccessAddedDeviceCount];
  const members = await call('QueryDeviceListByDeviceGroup', { GroupId });
  out.members = members.Data.SimpleDeviceInfo.map((one) => one.DeviceName);
  const groups = await call('QueryDeviceGroupByDevice', { ProductKey, DeviceName: 'thing-2' });
  out.groups = groups.GroupInfos.GroupInfo.map((one) => one.GroupDesc);
  await call('DeleteDeviceGroup', { GroupId });
  return out;
}

async function topology(ProductKey) {
  const gateways = await call('CreateProduct', { ProductName: `gates ${form}`, NodeType: 1 });
  const gate = { GwProductKey: gateways.ProductKey, GwDeviceName: 'gate-1' };
  await call('RegisterDevice', { ProductKey: gateways.ProductKey, DeviceName: 'gate-1' });
  const secret = (await call('QueryDeviceInfo', { ProductKey, DeviceName: 'thing-1' })).Data.DeviceSecret;
  const content = `clientIdc1deviceNamething-1productKey${ProductKey}timestamp1579335899000`;
  const Sign = crypto.createHmac('sha1', secret).update(content).digest('hex');
  await call('BatchAddThingTopo', {
    ...gate, TopoAddItem: [{ ProductKey, DeviceName: 'thing-1', ClientId: 'c1', Timestamp: '1579335899000', SignMethod: 'hmacSha1', Sign }],
  });
  const seen = await call('GetThingTopo', { ProductKey: gateways.ProductKey, DeviceName: 'gate-1', PageNo: 1, PageSize: 10 });
  const gateway = await call('GetGatewayBySubDevice', { ProductKey, DeviceName: 'thing-1' });
  return { subs: seen.Data.List.deviceInfo.map((one) => one.DeviceName), gateway: gateway.Data.DeviceName };
}

async function upload(content) {
  const { Data } = await call('GenerateOTAUploadURL', { FileSuffix: 'bin' });
  const fields = new FormData();
  fields.set('key', Data.Key);
  fields.set('policy', Data.Policy);
  fields.set('OSSAccessKeyId', Data.OSSAccessKeyId);
  fields.set('signature', Data.Signature);
  fields.set('file', new Blob([content]), 'firmware.bin');
  const posted = await fetch(Data.Host, { method: 'POST', body: fields });
  return { url: Data.FirmwareUrl, status: posted.status, etag: posted.headers.get('etag') };
}

async function firmware(ProductKey) {
  const out = {};
  const content = crypto.randomBytes(100000);
  const file = await upload(content);
  out.upload = [file.status, file.etag === `"${hash('md5', content).toUpperCase()}"`];
  const made = await call('CreateOTAFirmware', {
    ProductKey, FirmwareName: `fw ${form}`, DestVersion: '2.0.0', FirmwareUrl: file.url, SignMethod: 'Sha256',
    FirmwareSign: hash('sha256', content), FirmwareSize: content.length, NeedToVerify: false,
  });
  const { FirmwareId } = made.Data;
  const seen = (await call('QueryOTAFirmware', { FirmwareId })).FirmwareInfo;
  out.firmware = [seen.FirmwareSize, seen.DestVersion, seen.SignMethod, seen.Status];
  const listed = await call('ListOTAFirmware', { ProductKey });
  out.listed = listed.FirmwareInfo.SimpleFirmwareInfo.map((one) => one.FirmwareName);
  const job = await call('CreateOTAStaticUpgradeJob', {
    ProductKey, FirmwareId, TargetSelection: 'SPECIFIC', TargetDeviceName: ['thing-1', 'thing-2'],
  });
  const { JobId } = job.Data;
  const tasks = await call('ListOTATaskByJob', { JobId });
  out.tasks = tasks.Data.SimpleOTATaskInfo.map((one) => `${one.DeviceName} ${one.TaskStatus}`);
  await call('CancelOTATaskByDevice', { ProductKey, FirmwareId, DeviceName: ['thing-1'] });
  await call('CancelOTATaskByJob', { JobId, CancelQueuedTask: true });
  const ended = (await call('QueryOTAJob', { JobId })).Data;
  out.job = [ended.JobType, ended.SelectionType, ended.JobStatus];
  await call('DeleteOTAFirmware', { FirmwareId });
  out.left = (await call('ListOTAFirmware', { ProductKey })).Total;
  return out;
}

async function main() {
  const { ProductKey } = await call('CreateProduct', { ProductName: `things ${form}`, NodeType: 0 });
  for (const DeviceName of ['thing-1', 'thing-2']) await call('RegisterDevice', { ProductKey, DeviceName });
  const detail = await call('BatchQueryDeviceDetail', { ProductKey, DeviceName: ['thing-1', 'thing-2'] });
  const out = { details: detail.Data.Data.map((one) => one.Status) };
  out.labels = await labels(ProductKey);
  out.topology = await topology(ProductKey);
  out.firmware = await firmware(ProductKey);
  console.log(JSON.stringify(out));
}

main().then(() => process.exit(0), (error) => { console.error(`${form}: ${error.stack || error}`); process.exit(1); });
