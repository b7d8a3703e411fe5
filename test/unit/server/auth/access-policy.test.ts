// Which role every method of every service needs: the whole table, so that a new one is looked at.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serviceMethods } from '../../../../protos/messages.ts';
import { isChange, roleForMethod, roleForPath } from '../../../../server/auth/access-policy.ts';

const usual = { requirePredictToken: false, openReload: true };
const strict = { requirePredictToken: true, openReload: false };

const admin = '/perch.admin.v1.Admin/';

describe('roleForMethod', () => {
  it('asks for read where the admin API only tells, for predict where it predicts, and for admin else', () => {
    const names = Object.values(serviceMethods('perch.admin.v1.Admin')).map(({ path }) =>
      path.slice(admin.length),
    );
    const withRole = (role: string): string[] =>
      names.filter((name) => roleForMethod(admin + name, usual) === role);
    assert.deepEqual(withRole('predict'), ['PredictJson']);
    const telling = withRole('read');
    assert.ok(telling.every((name) => /^(?:Get|List|Watch|Diagnose)/.test(name)));
    const changing = withRole('admin');
    assert.equal(1 + telling.length + changing.length, names.length);
    for (const name of [
      'LoadVersion',
      'ApplyConfig',
      'SetTraffic',
      'StartCanary',
      'Shutdown',
      'ValidateConfig',
      // They open a port.
      'ProbeKeepalive',
      'RecordConnection',
    ]) {
      assert.ok(changing.includes(name), name);
    }
    assert.equal(roleForMethod(`${admin}SomethingNew`, usual), 'admin');
  });

  it('leaves health open to everybody, but for the list of all names', () => {
    const methods = serviceMethods('grpc.health.v1.Health');
    assert.equal(roleForMethod(methods.Check.path, strict), undefined);
    assert.equal(roleForMethod(methods.Watch.path, strict), undefined);
    assert.equal(roleForMethod(methods.List.path, usual), undefined);
    assert.equal(roleForMethod(methods.List.path, strict), 'predict');
  });

  it('asks for predict with everything else where tokens are required, and for none where they are not', () => {
    const methods = [
      ...Object.values(serviceMethods('tensorflow.serving.PredictionService')),
      ...Object.values(serviceMethods('grpc.reflection.v1.ServerReflection')),
    ];
    for (const { path } of methods) {
      assert.equal(roleForMethod(path, usual), undefined, path);
      assert.equal(roleForMethod(path, strict), 'predict', path);
    }
  });

  it('asks for admin to reload, unless that is left open', () => {
    const path = '/tensorflow.serving.ModelService/HandleReloadConfigRequest';
    assert.equal(roleForMethod(path, usual), undefined);
    assert.equal(roleForMethod(path, { ...usual, openReload: false }), 'admin');
    assert.ok(isChange(path));
    assert.ok(!isChange('/tensorflow.serving.ModelService/GetModelStatus'));
    assert.ok(!isChange(`${admin}GetStatistics`) && isChange(`${admin}LoadVersion`));
  });
});

describe('roleForPath', () => {
  it('leaves probes open, and asks for read for metrics', () => {
    const routes = { open: new Set(['/livez']), metrics: new Set(['/metrics']) };
    const role = (path: string): unknown => roleForPath(path, strict, routes);
    assert.deepEqual(['/livez', '/metrics', '/v1/models/m:predict', '/V1/models', '/', '/livez/'].map(role), [
      undefined,
      'read',
      'predict',
      'predict',
      'predict',
      'predict',
    ]);
    assert.equal(roleForPath('/metrics', usual, routes), undefined);
  });
});
