// The vendor's two management SDKs, unmodified, as one function each: what the management judges share.
//   const call = client('acs3', endpoint, accessKeyId, accessKeySecret);   // acs3, v2 (the same, query-signed), pop-post, pop-get
//   const answer = await call('QueryProduct', { ProductKey });             // names as on the wire
'use strict';

const path = require('path');
const root = path.resolve(__dirname, '..', '..', 'node_modules');

const capital = (name) => name[0].toUpperCase() + name.slice(1);
const lower = (name) => name[0].toLowerCase() + name.slice(1);
const lowered = (object) => Object.fromEntries(Object.entries(object).map(([name, value]) => [lower(name), value]));

function openApiClient(config) {
  const iot = require(path.join(root, '@alicloud/iot20180120'));
  const client = new iot.default(config);
  return async (action, parameters) => {
    const given = {};
    for (const [name, value] of Object.entries(parameters)) {
      // A list of structures has a class of its own for them.
      const Member = iot[`${action}Request${capital(name)}`];
      given[lower(name)] = Member ? value.map((one) => new Member(lowered(one))) : value;
    }
    const answer = await client[lower(action)](new iot[`${action}Request`](given));
    return answer.body.toMap();
  };
}

function client(form, endpoint, accessKeyId, accessKeySecret) {
  if (form.startsWith('pop-')) {
    const Core = require(path.join(root, '@alicloud/pop-core'));
    const core = new Core({ accessKeyId, accessKeySecret, endpoint: `http://${endpoint}`, apiVersion: '2018-01-20' });
    return (action, parameters) => core.request(action, parameters, { method: form.slice(4).toUpperCase() });
  }
  const { Config } = require(path.join(root, '@alicloud/openapi-client'));
  const config = new Config({ accessKeyId, accessKeySecret, endpoint, protocol: 'HTTP' });
  if (form === 'v2') config.signatureAlgorithm = 'v2';
  return openApiClient(config);
}

module.exports = { client };
