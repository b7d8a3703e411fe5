// The server's status: its sections, and what of them is shown in which state of the server.
import type { CopyField, PageMessage, RunningServer, StatusSnapshot, TextMessage } from '../../protocol.ts';
import { element, type View } from '../dom.ts';
import { formatBytes } from '../format.ts';
import { announcementsFor } from './announcements.ts';
import { makeCopyButton } from './copy-button.ts';
import { makeFactSection } from './facts.ts';
import { makeHostsTable } from './hosts-table.ts';
import { makeModelsTable } from './models-table.ts';
import { makeServerHeader } from './server-header.ts';

/** The sections in one language. */
export interface StatusPage extends View<StatusSnapshot> {
  /** The text of the field is on the clipboard. */
  confirmCopy(field: CopyField): void;
}

/** Builds the sections; they show nothing of a server before the first `update`. */
export function makeStatusPage(words: TextMessage, send: (message: PageMessage) => void): StatusPage {
  const { text } = words;
  const header = makeServerHeader(words, (command) => send({ type: 'run', command }));
  const addresses = makeAddresses(words, send);
  const processFacts = makeProcessFacts(words);
  const hosts = makeHostsTable(words);
  const models = makeModelsTable(words);
  const whileRunning = element('div', {}, addresses.root, models.root, hosts.root, processFacts.root);
  whileRunning.hidden = true;
  const announcer = element('div', { class: 'spoken', role: 'status', 'aria-live': 'polite' });

  let shown: StatusSnapshot | undefined;
  return {
    root: element('div', {}, header.root, whileRunning, announcer),
    update: (snapshot) => {
      header.update(snapshot);
      const { server } = snapshot;
      if (server.kind === 'running') {
        addresses.update(server);
        processFacts.update(server);
        hosts.update(server.engineHosts);
        models.update(snapshot.models);
      }
      whileRunning.hidden = server.kind !== 'running';
      const news = shown === undefined ? [] : announcementsFor(shown, snapshot, text);
      if (news.length > 0) {
        announcer.textContent = news.join(' ');
      }
      shown = snapshot;
    },
    confirmCopy: (field) => {
      addresses.confirmCopy(field);
      announcer.textContent = text.page.copied;
    },
  };
}

function makeAddresses(
  { text: { page } }: TextMessage,
  send: (message: PageMessage) => void,
): View<RunningServer> & Pick<StatusPage, 'confirmCopy'> {
  const section = makeFactSection(page.addresses);
  const copyButtons = {
    grpcAddress: makeCopyButton(page.copyGrpcAddress, page.copied, () =>
      send({ type: 'copy', field: 'grpcAddress' }),
    ),
    restAddress: makeCopyButton(page.copyRestAddress, page.copied, () =>
      send({ type: 'copy', field: 'restAddress' }),
    ),
  };
  const setGrpc = section.add('gRPC', copyButtons.grpcAddress.root);
  const setRest = section.add('REST', copyButtons.restAddress.root);
  return {
    root: section.root,
    update: ({ grpcAddress, restAddress }) => {
      setGrpc(grpcAddress);
      setRest(restAddress === '' ? page.restOff : restAddress);
      copyButtons.restAddress.root.hidden = restAddress === '';
    },
    confirmCopy: (field) => copyButtons[field].confirm(),
  };
}

function makeProcessFacts({ text: { page }, locale }: TextMessage): View<RunningServer> {
  const section = makeFactSection(page.process);
  const setPid = section.add(page.processId);
  const setMemory = section.add(page.memory);
  const setSource = section.add(page.modelsSource);
  const setPerch = section.add('Perch');
  const setOnnxRuntime = section.add('ONNX Runtime');
  const setNode = section.add('Node.js');
  return {
    root: section.root,
    update: (server) => {
      setPid(String(server.pid));
      setMemory(formatBytes(server.memoryBytes, locale));
      setSource(server.modelsSource);
      setPerch(server.perchVersion);
      setOnnxRuntime(server.onnxRuntimeVersion === '' ? page.notKnownYet : server.onnxRuntimeVersion);
      setNode(server.nodeVersion);
    },
  };
}
