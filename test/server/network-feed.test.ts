// What the dashboard's tab "Network" is fed with, from a real daemon: every answer passes the page's guards.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AdminClient } from '../../extension/daemon/admin-client.ts';
import { DoctorDesk } from '../../extension/panels/dashboard/network/doctor-desk.ts';
import { NetworkFeed } from '../../extension/panels/dashboard/network/network-feed.ts';
import { Recorder } from '../../extension/panels/dashboard/network/recorder.ts';
import { isDoctorState, isRecordingState } from '../../webview/dashboard/network-doctor.ts';
import { isNetworkSnapshot, type NetworkSnapshot } from '../../webview/dashboard/network-snapshot.ts';
import { firstQuestion } from '../../webview/ui/dashboard/network/first-question.ts';
import { plain } from '../unit/extension/plain.ts';
import { makeModels, startServer, testToken, until, type RunningServer } from './support/running-server.ts';

describe('the tab "Network" beside a daemon', () => {
  let models: Awaited<ReturnType<typeof makeModels>>;
  let running: RunningServer;
  let client: AdminClient;
  before(async () => {
    models = await makeModels('half_plus_two');
    running = await startServer([`--models_directory=${models.directory}`]);
    client = new AdminClient({ grpcAddress: running.server.grpcAddress, token: testToken });
  });
  after(async () => {
    client.dispose();
    await running.stop();
    await models.remove();
  });

  it('is fed while it is seen, and asks for nothing while it is not', async () => {
    const snapshots: NetworkSnapshot[] = [];
    const feed = new NetworkFeed({
      server: () => ({ channel: client.channel, grpcAddress: running.server.grpcAddress }),
      idleText: () => 'off',
      translate: plain,
      show: (snapshot) => snapshots.push(snapshot),
      intervalMs: 50,
    });
    assert.equal(feed.isRunning, false);
    feed.setVisible(true);
    const live = await until(() => snapshots.find((one) => one.kind === 'live' && one.load.length > 1));
    assert.ok(isNetworkSnapshot(live));
    assert.equal(live.kind, 'live');
    assert.ok(live.open.length > 0);
    assert.ok(live.listeners.every(({ risk }) => risk === 'none'));
    assert.equal(new Set(live.load.map(({ atMs }) => atMs)).size, live.load.length, 'no sample twice');
    assert.match(live.rules[0]?.value ?? '', /^5 min apart, 2 h while no call is open/);
    feed.setVisible(false);
    const { length } = snapshots;
    await running.call('perch.admin.v1.Admin', 'GetNetwork', {});
    assert.equal(snapshots.length, length);
    feed.dispose();
  });

  it('says so while no server runs, and when one does not answer', async () => {
    const texts: string[] = [];
    const dead = new AdminClient({ grpcAddress: '127.0.0.1:1', token: testToken });
    let isThere = false;
    const feed = new NetworkFeed({
      server: () => (isThere ? { channel: dead.channel, grpcAddress: '' } : undefined),
      idleText: () => 'off',
      translate: plain,
      show: (snapshot) => {
        texts.push(snapshot.kind === 'idle' ? snapshot.text : 'live');
        isThere = true;
      },
      intervalMs: 10,
    });
    feed.setVisible(true);
    await until(() => texts.length > 1);
    feed.dispose();
    dead.dispose();
    assert.equal(texts[0], 'off');
    assert.match(texts[1] ?? '', /ECONNREFUSED|No connection/);
  });

  it('asks the doctor what the form begins with', async () => {
    const desk = new DoctorDesk({
      channel: () => client.channel,
      translate: plain,
      onChange: () => assert.ok(isDoctorState(desk.state)),
    });
    await desk.ask(firstQuestion, false);
    assert.equal(desk.state.error, '');
    assert.ok(desk.state.answer);
    assert.ok(desk.state.answer.summary.length > 0);
  });

  it('records this server where no other is named', async () => {
    const recorder = new Recorder({
      channel: () => client.channel,
      translate: plain,
      onChange: () => assert.ok(isRecordingState(recorder.state)),
    });
    const recording = recorder.start('');
    await until(() => recorder.state.state === 'on');
    assert.equal(recorder.state.to, running.server.grpcAddress);
    const through = new AdminClient({ grpcAddress: recorder.state.address, token: testToken });
    await through.getServerInfo();
    through.dispose();
    await until(() => recorder.state.lines.some(({ from }) => from === 'verdict'));
    recorder.stop();
    await recording;
    const text = recorder.document() ?? '';
    assert.match(text, /"what": "SETTINGS"/);
    assert.doesNotMatch(text, new RegExp(testToken));
  });
});
