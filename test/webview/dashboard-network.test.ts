// The dashboard's tab "Network" in Chromium: what it shows, what it sends, the keyboard, and what it keeps.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { silentDoctor } from '../../extension/panels/dashboard/network/doctor-desk.ts';
import type { DoctorState, RecordingState } from '../../webview/dashboard/network-doctor.ts';
import type { LiveNetwork, NetworkSnapshot } from '../../webview/dashboard/network-snapshot.ts';
import { DashboardBrowser, type OpenDashboard } from './support/dashboard-browser.ts';
import {
  askedDoctor,
  closedConnection,
  englishNetwork,
  liveSnapshot,
  noon,
  openConnection,
  runningRecording,
} from './support/network-sample.ts';
import { unexpected } from './support/page-browser.ts';

const off: RecordingState = { state: 'off', address: '', to: '', error: '', lines: [], total: 0 };

describe('the tab "Network"', () => {
  let browser: DashboardBrowser;
  let opened: OpenDashboard;
  const open = async (snapshot: NetworkSnapshot = liveSnapshot, tabState?: unknown): Promise<Page> => {
    opened = await browser.open(
      'network',
      [englishNetwork, { type: 'snapshot', snapshot }],
      tabState === undefined ? {} : { tabState },
    );
    return opened.page;
  };
  const show = (changes: Partial<LiveNetwork>): Promise<void> =>
    opened.tell({ type: 'snapshot', snapshot: { ...liveSnapshot, ...changes } });
  const tellDoctor = (doctor: DoctorState): Promise<void> => opened.tell({ type: 'doctor', doctor });
  before(async () => {
    browser = await DashboardBrowser.launch();
  });
  after(() => browser.close());
  afterEach(async () => {
    const complaints = await opened.complaints();
    await opened.close();
    assert.deepEqual(unexpected(complaints), []);
  });

  it('says who can reach the server, at what risk', async () => {
    const page = await open();
    const listener = page.locator('.listener').first();
    assert.match(await listener.innerText(), /gRPC\n+Open: in clear, and for everybody/);
    assert.equal(await listener.getByText('192.168.1.20', { exact: true }).count(), 1);
    assert.match(await page.locator('.listener').nth(1).innerText(), /No risk: this machine only/);
  });

  it('shows connections with what is wrong, and opens one to its frames', async () => {
    const page = await open();
    const rows = page.locator('.connections > tbody');
    assert.equal(await rows.count(), 3);
    assert.match(await rows.nth(0).innerText(), /127\.0\.0\.1:50207[\s\S]*Pings too often[\s\S]*Too often/);
    assert.match(await rows.nth(1).innerText(), /OK 40, DEADLINE_EXCEEDED 9/);
    const toggle = page.getByRole('button', { name: '127.0.0.1:50207', exact: true });
    assert.equal(await toggle.getAttribute('aria-expanded'), 'false');
    await toggle.press('Enter');
    assert.equal(await toggle.getAttribute('aria-expanded'), 'true');
    assert.match(await rows.nth(0).innerText(), /MAX_CONCURRENT_STREAMS=1024/);
    await show({ open: [openConnection({ key: '10', peer: 'new:1' }), ...liveSnapshot.open] });
    assert.equal(await toggle.getAttribute('aria-expanded'), 'true', 'it stays open');
  });

  it('draws opens and closes as marks, which arrow keys go through and Enter opens in the list', async () => {
    const page = await open();
    const marks = page.locator('.mark');
    // It is drawn once its width is known.
    await marks.first().waitFor();
    assert.equal(await marks.count(), 7 + 4);
    assert.equal(await page.locator('.mark[tabindex="0"]').count(), 1);
    await page.locator('.mark[tabindex="0"]').focus();
    await page.keyboard.press('Home');
    const first = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    assert.match(first ?? '', /11:51:30.* 127\.0\.0\.1:50110 connected/);
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    const close = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    assert.match(close ?? '', /127\.0\.0\.1:50199 closed, too-many-pings/);
    await show({ atMs: noon + 1000 });
    assert.equal(
      await page.evaluate(() => document.activeElement?.getAttribute('aria-label')),
      close,
      'an update leaves the focus',
    );
    await page.keyboard.press('Enter');
    const details = page.locator('.event details[open]');
    assert.equal(await details.count(), 1);
    assert.match(await details.innerText(), /too-many-pings Warning[\s\S]*Raise grpc\.keepalive_time_ms/);
    assert.match(await details.innerText(), /GOAWAY\s+ENHANCE_YOUR_CALM/);
  });

  it('has the same as a list, of which every day’s can be left out, and keeps that', async () => {
    const page = await open();
    assert.equal(await page.locator('.event').count(), 11);
    await page.getByLabel('Only what needs a look').check();
    assert.equal(await page.locator('.event').count(), 3);
    await page.getByLabel('Shown').selectOption('1');
    await page.locator('.mark').first().waitFor();
    assert.equal(await page.locator('.mark').count(), 1);
    const kept = (await opened.keptByTab()) as { minutes: number; list: string };
    assert.deepEqual([kept.minutes, kept.list], [1, 'notable']);
    await opened.close();
    await open(liveSnapshot, kept);
    assert.equal(await opened.page.locator('.event').count(), 3);
    await opened.page.locator('.mark').first().waitFor();
    assert.equal(await opened.page.locator('.mark').count(), 1);
  });

  it('announces a close that is a warning, and none of every day’s', async () => {
    const page = await open();
    const announcer = page.locator('.network [role="status"][aria-live="polite"].spoken');
    await show({ closed: [closedConnection({ key: '30', peer: 'usual:1' }), ...liveSnapshot.closed] });
    assert.equal(await announcer.innerText(), '');
    const bad = closedConnection({ key: '31', peer: 'bad:1', severity: 'warning', text: 'it broke a rule' });
    await show({ closed: [bad, ...liveSnapshot.closed] });
    assert.equal(await announcer.textContent(), 'Connection of bad:1 closed: it broke a rule');
  });

  it('asks the doctor what the form says', async () => {
    const page = await open();
    await page.getByLabel('Client', { exact: true }).selectOption('go');
    assert.match(await page.getByLabel('Client options').inputValue(), /keepalive\.ClientParameters/);
    await page.getByLabel('Client options').fill('Time: 5 * time.Second');
    await page.getByLabel('Client', { exact: true }).selectOption('java');
    assert.equal(await page.getByLabel('Client options').inputValue(), 'Time: 5 * time.Second');
    await page.getByLabel('Server', { exact: true }).selectOption('triton');
    await page.getByLabel('Between them').selectOption('other');
    await page.getByLabel('Forgets after (seconds)').fill('350');
    await page.getByLabel('Traffic').selectOption('calls');
    await page.getByLabel('A call every (seconds)').fill('600');
    await page.getByRole('button', { name: 'Diagnose and Try It' }).click();
    assert.deepEqual((await opened.said()).at(-1), {
      type: 'diagnose',
      probe: 'yes',
      question: {
        client: 'java',
        clientOptions: 'Time: 5 * time.Second',
        server: 'triton',
        serverOptions: '',
        path: 'other',
        forgetsAfterS: 350,
        roundTripMs: 1,
        traffic: 'calls',
        everyS: 600,
      },
    });
    const kept = (await opened.keptByTab()) as { question: { server: string } };
    assert.equal(kept.question.server, 'triton');
  });

  it('shows what the doctor says, what trying it came to, and copies a fix', async () => {
    const page = await open();
    await tellDoctor({ ...silentDoctor, busy: 'diagnosing' });
    // The toolkit's buttons take their state on in the next frame.
    const button = (disabled: boolean): Locator =>
      page.getByRole('button', { name: 'Diagnose', exact: true, disabled });
    await button(true).waitFor();
    await tellDoctor({ ...askedDoctor, probe: null, busy: 'probing' });
    const answer = page.locator('.doctor-answer');
    assert.match(await answer.innerText(), /Trying it with time sped up/);
    await tellDoctor(askedDoctor);
    await button(false).waitFor();
    const text = await answer.innerText();
    assert.match(text, /Is closed[\s\S]*ping number 4[\s\S]*As predicted[\s\S]*4 pings/);
    assert.match(text, /Error: grpc\.http2\.max_ping_strikes is a server's option.* R14/);
    await page.getByRole('button', { name: 'Copy (on the server)' }).click();
    assert.deepEqual((await opened.said()).at(-1), { type: 'copy', what: 'serverCode', fix: 1 });
    await opened.tell({ type: 'copied', what: 'serverCode', fix: 1 });
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    await tellDoctor({ ...silentDoctor, error: 'client takes one of core' });
    assert.equal(await answer.innerText(), 'client takes one of core');
  });

  it('takes a close for pings to the doctor', async () => {
    const page = await open();
    await page.locator('.event summary', { hasText: '50199' }).click();
    await page.getByRole('button', { name: 'Ask the Keepalive Doctor' }).click();
    const said = (await opened.said()).at(-1) as { question: { clientOptions: string; server: string } };
    assert.match(said.question.clientOptions, /keepalive_time_ms", 10000/);
    assert.equal(said.question.server, 'this');
  });

  it('records a connection, shows what goes by, and saves it', async () => {
    const page = await open();
    const said = async (): Promise<unknown> => (await opened.said()).at(-1);
    await opened.tell({ type: 'recording', recording: off });
    const target = page.getByLabel('Server (host:port)');
    assert.equal(await target.getAttribute('placeholder'), '127.0.0.1:8500');
    await target.fill(' 10.0.0.1:8001 ');
    await page.getByRole('button', { name: 'Start Recording' }).click();
    assert.deepEqual(await said(), { type: 'record', to: '10.0.0.1:8001' });
    await opened.tell({ type: 'recording', recording: runningRecording });
    assert.match(
      await page.locator('.record-status').innerText(),
      /Let the client connect to 127\.0\.0\.1:41877/,
    );
    assert.equal(await page.locator('.recorded').count(), 6);
    assert.match(await page.locator('.recorded').last().innerText(), /too-many-pings[\s\S]*Raise the client/);
    await page.getByRole('button', { name: 'Copy address' }).click();
    assert.deepEqual(await said(), { type: 'copy', what: 'recordAddress', fix: 0 });
    await page.getByRole('button', { name: 'Stop Recording' }).click();
    assert.deepEqual(await said(), { type: 'recording', act: 'stop' });
    await opened.tell({ type: 'recording', recording: { ...runningRecording, state: 'over' } });
    assert.equal(await page.locator('.record-status').innerText(), 'The recording is over.');
    await page.getByRole('button', { name: 'Save as JSON …' }).click();
    assert.deepEqual(await said(), { type: 'recording', act: 'save' });
  });

  it('shows limits, closes by cause and refusals, or that there are none', async () => {
    const page = await open();
    const counters = page.locator('.counters');
    assert.match(await counters.innerText(), /--max_requests_per_second_per_client \(digits\)\s+100\s+17/);
    assert.match(await counters.innerText(), /peer-closed\s+41/);
    assert.match(await counters.innerText(), /GetNetwork\s+127\.0\.0\.1:50111\s+UNAUTHENTICATED/);
    await show({ limits: [], closes: [], refusals: [], open: [], closed: [] });
    assert.match(await counters.innerText(), /No limit of requests is set, and none was refused\./);
    assert.match(await page.locator('.network').innerText(), /No gRPC connection is open\./);
    assert.match(await page.locator('.network').innerText(), /Nothing yet\./);
  });

  it('shows why there is nothing to show, and takes nothing that is not of the protocol', async () => {
    const page = await open({ kind: 'idle', text: 'The server does not run.' });
    assert.equal(await page.locator('.network').innerText(), 'The server does not run.');
    await opened.tell({ type: 'snapshot', snapshot: { ...liveSnapshot, open: [{}] } });
    assert.equal(await page.locator('.network').innerText(), 'The server does not run.');
  });

  it('shows names from outside as text', async () => {
    await open();
    await show({ closed: [closedConnection({ key: '40', text: '<img src=x onerror=alert(1)>' })] });
    assert.match(await opened.page.locator('.events').innerText(), /<img src=x onerror=alert\(1\)>/);
    assert.equal(await opened.page.locator('.events img').count(), 0);
  });
});
