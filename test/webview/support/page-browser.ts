// Opens a built page in Chromium, under the panel's own document and policy, with a fake extension.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { pageHtml } from '../../../extension/panels/webview-html.ts';
import { launchBrowser } from '../../support/browser.ts';
import { darkModern, type Theme } from './themes.ts';

const root = path.resolve(import.meta.dirname, '..', '..', '..');
const builtPages = path.join(root, 'dist', 'webview');

/** The toolkit makes an empty style element; a policy without 'unsafe-inline' blocks it, and nothing is lost. */
const knownViolation = 'style-src-elem inline';

/** A file of the built pages; throws where there is none, or one older than its sources. */
export function readBuiltFile(name: string): Buffer {
  const sources = path.join(root, 'webview');
  const newest = Math.max(
    ...readdirSync(sources, { recursive: true, encoding: 'utf8' }).map(
      (file) => statSync(path.join(sources, file)).mtimeMs,
    ),
  );
  const file = path.join(builtPages, name);
  if ((statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < newest) {
    throw new Error(`${path.relative(root, file)} is missing or out of date: run \`npm run build\`.`);
  }
  return readFileSync(file);
}

/** What the page had to say to the console, and to its policy. */
export interface Complaints {
  readonly errors: readonly string[];
  /** `<directive> <what was blocked> <its sample>` */
  readonly violations: readonly string[];
}

/** The complaints that no page may have: all but the one of the toolkit, which is borne once. */
export function unexpected({ errors, violations }: Complaints): readonly string[] {
  const known = violations.indexOf(knownViolation);
  return [
    ...errors.filter((error) => !error.includes('inline style violates')),
    ...violations.filter((_, index) => index !== known),
  ];
}

/** Whether the page is wider than its window, so that one would have to scroll sideways. */
export function overflows(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}

/** How a page is opened. */
export interface OpenOptions {
  readonly theme?: Theme;
  /** What the page kept before: `getState()` gives it. */
  readonly state?: unknown;
  readonly width?: number;
  readonly height?: number;
  /** Whether the system asks for reduced motion. */
  readonly reducedMotion?: boolean;
}

/** One open page. */
export interface OpenPage {
  readonly page: Page;
  /** Delivers a message as VS Code does; anything that can be cloned. */
  deliver(message: unknown): Promise<void>;
  /** What the page sent so far, `ready` included. */
  sent(): Promise<readonly unknown[]>;
  /** What the page last kept. */
  keptState(): Promise<unknown>;
  complaints(): Promise<Complaints>;
  close(): Promise<void>;
}

/** The parts of the fake that live in the page. */
interface FakeHost {
  readonly sent: unknown[];
  readonly violations: string[];
  state: unknown;
}
declare global {
  var fakeHost: FakeHost;
  var acquireVsCodeApi: () => unknown;
}

/** A browser, and the server that it gets one page from. */
export class PageBrowser {
  readonly #browser: Browser;
  readonly #server: Server;
  readonly #origin: string;

  private constructor(browser: Browser, server: Server, origin: string) {
    this.#browser = browser;
    this.#server = server;
    this.#origin = origin;
  }

  /** `name`: the page's, as in dist/webview/<name>.js. */
  static async launch(name: string, title: string): Promise<PageBrowser> {
    const files = new Map([
      [`/${name}.js`, { type: 'text/javascript', body: readBuiltFile(`${name}.js`) }],
      [`/${name}.css`, { type: 'text/css', body: readBuiltFile(`${name}.css`) }],
    ]);
    let origin = '';
    const server = createServer((request, response) => {
      const file = files.get(request.url ?? '');
      if (file !== undefined) {
        response.writeHead(200, { 'content-type': file.type }).end(file.body);
      } else if (request.url === '/') {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(
          pageHtml({
            title,
            language: 'en',
            cspSource: origin,
            nonce: 'dGVzdA==',
            scriptUri: `${origin}/${name}.js`,
            styleUri: `${origin}/${name}.css`,
          }),
        );
      } else {
        response.writeHead(request.url === '/favicon.ico' ? 204 : 404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('The server has no port.');
    }
    origin = `http://127.0.0.1:${address.port}`;
    try {
      return new PageBrowser(await launchBrowser(), server, origin);
    } catch (reason) {
      server.close();
      throw reason;
    }
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Opens the page and waits until it says that it is ready. It has got no message yet. */
  async open(options: OpenOptions = {}): Promise<OpenPage> {
    const theme = options.theme ?? darkModern;
    const context = await this.#browser.newContext({
      viewport: { width: options.width ?? 1000, height: options.height ?? 900 },
      locale: 'en-US',
      timezoneId: 'UTC',
      reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
    });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') {
        errors.push(message.text());
      }
    });
    // tsx wraps functions in a helper of this name, which the page does not have.
    await page.addInitScript('globalThis.__name = (target) => target');
    await page.addInitScript(installFakeHost, {
      state: options.state,
      kind: theme.kind,
      variables: Object.entries(theme.variables),
    });
    await page.goto(this.#origin);
    await page.waitForFunction(() => globalThis.fakeHost.sent.length > 0);

    return {
      page,
      deliver: async (message) => {
        // Posted and awaited: when this returns, the page's own listener has run.
        await page.evaluate(
          (data) =>
            new Promise<void>((resolve) => {
              window.addEventListener('message', () => resolve(), { once: true });
              window.postMessage(data, '*');
            }),
          message,
        );
      },
      sent: () => page.evaluate(() => globalThis.fakeHost.sent),
      keptState: () => page.evaluate(() => globalThis.fakeHost.state),
      complaints: async () => ({
        errors,
        violations: await page.evaluate(() => globalThis.fakeHost.violations),
      }),
      close: () => context.close(),
    };
  }
}

/** Runs in the page before its script: what VS Code puts into a webview. */
function installFakeHost(given: {
  readonly state: unknown;
  readonly kind: string;
  readonly variables: readonly (readonly [string, string])[];
}): void {
  const fake: FakeHost = { sent: [], violations: [], state: given.state };
  globalThis.fakeHost = fake;
  globalThis.acquireVsCodeApi = () => ({
    postMessage: (message: unknown) => {
      fake.sent.push(message);
    },
    getState: () => fake.state,
    setState: (state: unknown) => {
      fake.state = state;
    },
  });
  document.addEventListener('securitypolicyviolation', (event) => {
    fake.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`.trim());
  });
  document.addEventListener('DOMContentLoaded', () => {
    for (const [name, value] of given.variables) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
    document.body.classList.add(given.kind);
    document.body.dataset.vscodeThemeKind = given.kind;
  });
}
