// What the dashboard's tab Network shows of real clients: one that is killed, one that pings too often, and one whose
// connection is recorded; and what the keepalive doctor says to settings that were pasted.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { DashboardPage, scrollToTop } from '../support/dashboard-page.ts';
import { writeModels } from '../support/fixture-models.ts';
import { startHost, type Host } from '../support/host.ts';
import { output, packagedExtension, picture } from '../support/journey.ts';
import { until } from '../support/until.ts';
import { startWatchingProcess, type WatchingProcess } from '../support/watching-process.ts';
import { Workbench } from '../support/workbench.ts';

/** What a user of grpcio has in the program, and what a gRPC server in C++ closes the connection for. */
const pythonOptions = `options = [
    ("grpc.max_receive_message_length", 64 * 1024 * 1024),
    ("grpc.keepalive_time_ms", 10000),
    ("grpc.keepalive_timeout_ms", 5000),
    ("grpc.keepalive_permit_without_calls", True),
    ("grpc.http2.max_pings_without_data", 0),
]
channel = grpc.insecure_channel("localhost:8500", options=options)`;

describe('the network in the dashboard', () => {
  let browser: Browser;
  let host: Host;
  let workbench: Workbench;
  let dashboard: DashboardPage;
  let address = '';
  const clients: WatchingProcess[] = [];

  async function startClient(to: string, keepaliveMs?: number): Promise<WatchingProcess> {
    const client = await startWatchingProcess(to, keepaliveMs);
    clients.push(client);
    return client;
  }

  const network = (): Promise<Locator> => dashboard.untilTab('Network');

  /** The clients of the open connections, as ip:port. */
  async function peers(): Promise<readonly string[]> {
    return (await network()).locator('.connections .row-toggle').allInnerTexts();
  }

  /** Starts a client, and gives what the dashboard calls its connection. */
  async function startShownClient(keepaliveMs?: number): Promise<[WatchingProcess, string]> {
    const before = await peers();
    const client = await startClient(address, keepaliveMs);
    const peer = await until('the connection of the client', async () =>
      (await peers()).find((one) => !before.includes(one)),
    );
    return [client, peer];
  }

  /** The entry of a close in the list, opened. */
  async function openedClose(peer: string, text: string): Promise<Locator> {
    const entry = (await network()).locator('.event').filter({ hasText: peer }).filter({ hasText: text });
    await entry.locator('summary').click();
    return entry;
  }

  before(async () => {
    host = await startHost({
      vsix: packagedExtension(),
      prepare: writeModels,
      logFile: path.join(output, 'e2e-network-server.log'),
    });
    browser = await launchBrowser();
    workbench = await Workbench.open(browser, host.folderUrl());
    dashboard = new DashboardPage(workbench);
    await workbench.showContainer('Perch');
    await workbench.row('Models', 'digits');
    await workbench.commandForWebview('Perch: Show Dashboard', 'Perch: Dashboard');
    await dashboard.goTo('Network');
  });

  after(async () => {
    for (const client of clients) {
      await client.kill();
    }
    await browser.close();
    await host.stop();
  });

  it('says who can reach the server', async () => {
    const tab = await network();
    await tab.getByText('No risk: this machine only').first().waitFor();
    address = await until('the address of the server', async () => {
      const shown = await tab.getByLabel('Server (host:port)').getAttribute('placeholder');
      return /^127\.0\.0\.1:\d+$/.exec(shown ?? '')?.[0];
    });
  });

  it('shows a client, and that it was killed', async () => {
    const [client, peer] = await startShownClient();
    const tab = await network();
    await tab.getByRole('button', { name: peer, exact: true }).click();
    await tab.locator('.connections').getByText('SETTINGS').first().waitFor();
    await client.kill();
    const close = await openedClose(peer, 'the client closed it while 1 call had no answer yet');
    await close.getByText('peer-closed').waitFor();
    await close.getByText('A client that ends, or is ended, does this.').waitFor();
    assert.equal((await peers()).includes(peer), false);
  });

  it('shows a client that pings too often, and what other servers would do', async () => {
    const [, peer] = await startShownClient(1000);
    const tab = await network();
    const row = tab.locator('.connections > tbody').filter({ hasText: peer });
    await row.getByText('Pings too often').waitFor();
    await row.getByText('a gRPC server in C++, Go or Java would close the connection').waitFor();
    await tab.getByRole('heading', { name: 'Who can reach the server' }).scrollIntoViewIfNeeded();
    await picture(workbench, 'dashboard-network');
    await tab.getByRole('heading', { name: 'Time line' }).evaluate(scrollToTop);
    await picture(workbench, 'dashboard-closes');
  });

  it('predicts what becomes of options that were pasted, and copies what mends it', async () => {
    const tab = await network();
    await tab.getByLabel('Client', { exact: true }).selectOption('Python (grpcio)');
    const options = tab.getByLabel('Client options');
    await options.fill('');
    await options.focus();
    await workbench.page.keyboard.insertText(pythonOptions);
    await tab.getByLabel('Server', { exact: true }).selectOption('TensorFlow Serving');
    await tab.getByRole('button', { name: 'Diagnose and Try It' }).click();
    await tab.getByText('As predicted').waitFor();
    const answer = tab.locator('.doctor-answer');
    await answer.getByText('Is closed', { exact: true }).waitFor();
    assert.match(await answer.innerText(), /too_many_pings/);
    await tab.getByRole('heading', { name: 'Keepalive doctor' }).evaluate(scrollToTop);
    await picture(workbench, 'keepalive-doctor');
    const copy = answer.getByRole('button', { name: 'Copy (on the client)' }).first();
    const fix = await dashboard.copied(copy, /grpc\.keepalive_time_ms/);
    assert.doesNotMatch(fix, /10000\b/);

    await options.fill(fix);
    await tab.getByRole('button', { name: 'Diagnose', exact: true }).click();
    await answer.getByText('Stays open', { exact: true }).waitFor();
  });

  it('records a connection, and why it closed', async () => {
    const tab = await network();
    await tab.getByRole('button', { name: 'Start Recording' }).click();
    await tab.getByText('No client has connected yet.').waitFor();
    const copy = tab.getByRole('button', { name: 'Copy address' });
    const recorder = await dashboard.copied(copy, /^127\.0\.0\.1:\d+$/);
    assert.notEqual(recorder, address);
    const client = await startClient(recorder);
    const lines = tab.getByRole('list', { name: 'Record a connection' });
    await lines.getByText('SETTINGS', { exact: true }).first().waitFor();
    await client.kill();
    const verdict = lines.locator('.recorded-verdict');
    await verdict.waitFor();
    await tab.getByRole('heading', { name: 'Record a connection' }).evaluate(scrollToTop);
    await picture(workbench, 'record-connection');
    await tab.getByRole('button', { name: 'Stop Recording' }).click();
    await tab.getByText('The recording is over.').waitFor();
  });
});
