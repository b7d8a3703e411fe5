// The extension's side of the dashboard's tab "Network".
import * as vscode from 'vscode';
import {
  isNetworkPageMessage,
  type NetworkCopyMessage,
  type NetworkHostMessage,
} from '../../../webview/dashboard/network-protocol.ts';
import { DoctorDesk } from './network/doctor-desk.ts';
import { NetworkFeed } from './network/network-feed.ts';
import { networkWords } from './network/network-words.ts';
import { Recorder } from './network/recorder.ts';
import type { OpenTab, TabDeps } from './open-tab.ts';

/** Lines of a recording come in bursts; the page is told as often as an eye can use. Milliseconds. */
const recordingIntervalMs = 200;

/** Opens the tab for one panel. A recording goes on while the tab is not seen, and ends with the panel. */
export function openNetworkTab(deps: TabDeps): OpenTab {
  const { controller } = deps;
  const translate = vscode.l10n.t;
  let visible = false;
  let ready = false;
  let timer: NodeJS.Timeout | undefined;
  const send = (message: NetworkHostMessage): void => {
    if (ready && visible) {
      deps.post(message);
    }
  };
  const channel = (): NonNullable<typeof controller.client>['channel'] | undefined =>
    controller.client?.channel;
  const feed = new NetworkFeed({
    server: () => {
      const { client } = controller;
      const { server } = controller.overview;
      return client === undefined || server.kind !== 'running'
        ? undefined
        : { channel: client.channel, grpcAddress: server.info.grpcAddress };
    },
    idleText: () => translate('The server does not run.'),
    translate,
    show: (snapshot) => send({ type: 'snapshot', snapshot }),
  });
  const doctor = new DoctorDesk({
    channel,
    translate,
    onChange: () => send({ type: 'doctor', doctor: doctor.state }),
  });
  const sendRecording = (): void => send({ type: 'recording', recording: recorder.state });
  const recorder = new Recorder({
    channel,
    translate,
    onChange: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        sendRecording();
      }, recordingIntervalMs);
    },
  });
  const sendAll = (): void => {
    send({ type: 'doctor', doctor: doctor.state });
    sendRecording();
  };
  const changes = controller.onDidChange(() => {
    if (feed.isRunning) {
      feed.restart();
    }
  });
  const copy = async ({ what, fix }: NetworkCopyMessage): Promise<void> => {
    const text =
      what === 'recordAddress' ? recorder.state.address : (doctor.state.answer?.fixes[fix]?.[what] ?? '');
    if (text !== '') {
      await vscode.env.clipboard.writeText(text);
      send({ type: 'copied', what, fix });
    }
  };
  return {
    ready: () => {
      ready = true;
      deps.post({ type: 'words', words: networkWords(translate) } satisfies NetworkHostMessage);
      if (visible) {
        sendAll();
        feed.restart();
      }
    },
    setVisible: (nowVisible) => {
      if (nowVisible === visible) {
        return;
      }
      visible = nowVisible;
      feed.setVisible(visible);
      sendAll();
    },
    received: async (message) => {
      if (!isNetworkPageMessage(message)) {
        return;
      }
      switch (message.type) {
        case 'copy':
          await copy(message);
          break;
        case 'diagnose':
          await doctor.ask(message.question, message.probe === 'yes');
          break;
        case 'record':
          await recorder.start(message.to);
          break;
        case 'recording':
          if (message.act === 'stop') {
            recorder.stop();
          } else {
            await save(recorder.document());
          }
          break;
      }
    },
    dispose: () => {
      clearTimeout(timer);
      changes.dispose();
      feed.dispose();
      doctor.dispose();
      recorder.dispose();
    },
  };
}

async function save(document: string | undefined): Promise<void> {
  if (document === undefined) {
    return;
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, 'connection-recording.json') }),
    filters: { JSON: ['json'] },
  });
  if (target !== undefined) {
    await vscode.workspace.fs.writeFile(target, Buffer.from(document, 'utf8'));
    await vscode.window.showTextDocument(target);
  }
}
