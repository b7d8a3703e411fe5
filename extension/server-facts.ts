// What the status bar tells of running servers beyond their ready line: runtime, providers, forwarded addresses.
import * as vscode from 'vscode';
import type { ServerInfo } from './daemon/admin-client.ts';
import type { Session } from './session.ts';
import { Signal, type Disposable, type Listen } from './signal.ts';

/** Facts of one running server. */
export interface ServerFacts {
  readonly info: ServerInfo;
  /** Where this window reaches REST, where that is elsewhere (Remote, containers, Codespaces); empty otherwise. */
  readonly forwardedRest: string;
}

/** Asks each server once. */
export class ServerFactsCache implements Disposable {
  readonly #facts = new Map<number, ServerFacts | 'asked'>();
  readonly #changed = new Signal<void>();

  /** Fires when facts have come. */
  get onDidChange(): Listen<void> {
    return this.#changed.event;
  }

  /** The facts of the session's running server; undefined before they have come. */
  of({ controller }: Session): ServerFacts | undefined {
    const { server } = controller.overview;
    if (server.kind !== 'running') {
      return undefined;
    }
    const known = this.#facts.get(server.info.pid);
    if (known === undefined && controller.client !== undefined) {
      this.#facts.set(server.info.pid, 'asked');
      void this.#ask(server.info.pid, controller.client.getServerInfo(), server.info.restAddress);
    }
    return known === 'asked' ? undefined : known;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #ask(pid: number, answer: Promise<ServerInfo>, restAddress: string): Promise<void> {
    try {
      const info = await answer;
      this.#facts.set(pid, { info, forwardedRest: await forwarded(restAddress) });
      this.#changed.fire();
    } catch {
      // It is going or gone; the next one is asked.
      this.#facts.delete(pid);
    }
  }
}

/** VS Code forwards the port when it is asked for the address: only where the window is on another machine. */
async function forwarded(restAddress: string): Promise<string> {
  if (restAddress === '' || vscode.env.remoteName === undefined) {
    return '';
  }
  const local = vscode.Uri.parse(`http://${restAddress}/`);
  const external = await vscode.env.asExternalUri(local);
  return external.authority === local.authority ? '' : external.toString();
}
