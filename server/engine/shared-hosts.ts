// The shared hosts: which of them a version goes to, and one more where two versions of a model would meet in one.

/** A host that has held nothing for so long is ended where there are more than usual: milliseconds. */
const idleMs = 10_000;
/** There are at most so many times the usual hosts. */
const mostTimes = 2;

/** What is asked of a host. */
export interface SharedHost {
  isUp(): boolean;
}

/** A version of a model. */
export interface VersionName {
  readonly model: string;
  readonly version: bigint;
}

/** A place in a host; `leave`, which may be called again, once the version is there no more. */
export interface SharedPlace<Host> {
  readonly host: Host;
  readonly leave: () => void;
}

/** How hosts come and go. */
export interface SharedHostsOptions<Host> {
  /** At least 1; so many are there from the beginning and to the end. */
  readonly usual: number;
  readonly add: () => Host;
  readonly end: (host: Host) => void;
}

/**
 * Keeps the versions of a model apart: a run cannot be interrupted, so that in one host a shadow's run delays stable's by
 * its whole length, and a canary that ends its host fails what stable was asked meanwhile. What is made for this is ended
 * once a host has been empty for a while, whichever that is.
 */
export class SharedHosts<Host extends SharedHost> {
  readonly #options: SharedHostsOptions<Host>;
  /** What each of them holds. */
  readonly #hosts = new Map<Host, Set<VersionName>>();
  #idle: NodeJS.Timeout | undefined;

  constructor(options: SharedHostsOptions<Host>) {
    this.#options = options;
    for (let count = 0; count < options.usual; count++) {
      this.#hosts.set(options.add(), new Set());
    }
  }

  /**
   * A place for an instance of the version whose others are in `used`; undefined where every host has one of them. One
   * that is up comes before one that is being restarted, then the one that holds the fewest.
   */
  enter(name: VersionName, used: readonly Host[]): SharedPlace<Host> | undefined {
    const unused = [...this.#hosts.keys()].filter((host) => !used.includes(host));
    const apart = unused.filter((host) => !this.#holdsAnother(host, name));
    const host = this.#least(apart) ?? (unused.length === 0 ? undefined : this.#addHost());
    // No more hosts are to be had: several instances are apart at least from each other.
    const chosen = host ?? (used.length === 0 ? this.#least(unused) : undefined);
    return chosen === undefined ? undefined : this.#enter(chosen, { ...name });
  }

  /** No host is ended any more. */
  stop(): void {
    clearTimeout(this.#idle);
  }

  #enter(host: Host, name: VersionName): SharedPlace<Host> {
    const held = this.#hosts.get(host);
    held?.add(name);
    return {
      host,
      leave: () => {
        if (held?.delete(name) === true) {
          this.#endIdleLater();
        }
      },
    };
  }

  #holdsAnother(host: Host, { model, version }: VersionName): boolean {
    return this.#held(host).some((held) => held.model === model && held.version !== version);
  }

  #least(hosts: readonly Host[]): Host | undefined {
    const burden = (host: Host): number =>
      (host.isUp() ? 0 : Number.MAX_SAFE_INTEGER / 2) + this.#held(host).length;
    const [least] = [...hosts].sort((a, b) => burden(a) - burden(b));
    return least;
  }

  #held(host: Host): VersionName[] {
    return [...(this.#hosts.get(host) ?? [])];
  }

  #addHost(): Host | undefined {
    if (this.#hosts.size >= mostTimes * this.#options.usual) {
      return undefined;
    }
    const host = this.#options.add();
    this.#hosts.set(host, new Set());
    return host;
  }

  /** Not at once: a version that is lost or replaced comes back in a moment, and starting a process takes time. */
  #endIdleLater(): void {
    clearTimeout(this.#idle);
    if (this.#hosts.size > this.#options.usual) {
      this.#idle = setTimeout(() => this.#endIdle(), idleMs).unref();
    }
  }

  #endIdle(): void {
    for (const [host, held] of this.#hosts) {
      if (held.size === 0 && this.#hosts.size > this.#options.usual) {
        this.#hosts.delete(host);
        this.#options.end(host);
      }
    }
  }
}
