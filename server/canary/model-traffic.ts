// What is kept of one model beside models.config: shares, shadow, canary. The shape of perch.pbtxt's entries. Pure.
import type { CanaryState, KeptShare } from './canary.ts';

/** Requests that are copied. */
export interface KeptShadow {
  readonly target: KeptShare['target'];
  /** 1 to 100. */
  readonly percent: number;
  readonly keepInputs: boolean;
}

/** Everything that is kept of one model. */
export interface ModelTraffic {
  /** Empty: no split. */
  readonly shares: readonly KeptShare[];
  readonly shadow?: KeptShadow;
  readonly canary?: CanaryState;
  /** The places of the split (routing/slots), as text; empty where there is no split. */
  readonly slots: string;
  /** Labels of a model that no config file has an entry for. */
  readonly labels: ReadonlyMap<string, bigint>;
  /** Versions that were added to the version policy of models.config for a label; absent: none. */
  readonly addedVersions?: readonly bigint[];
}

/** A model of which nothing is kept. */
export const noTraffic: ModelTraffic = { shares: [], slots: '', labels: new Map() };
