// The frame of the page "Dashboard": which tabs there are, and the envelope that carries each tab's own messages.
import { isEither, isLiteral, isLocale, isObject, isOneOf, isString, isTextOf } from '../guards.ts';
import type { Guard } from '../guards.ts';

/** The tabs, in their order. */
export const dashboardTabs = ['canary', 'health', 'network'] as const;
export type DashboardTab = (typeof dashboardTabs)[number];

/** A message of a tab, either way; its inside is checked by the tab's own guard (`<tab>-protocol.ts`). */
export interface TabMessage {
  readonly type: 'tab';
  readonly tab: DashboardTab;
  readonly message: unknown;
}

/** Extension to page: the words of the frame, once after each `ready`. */
export interface FrameTextMessage {
  readonly type: 'text';
  /** The language for dates and numbers (BCP 47). */
  readonly locale: string;
  readonly heading: string;
  /** The tabs' names. */
  readonly tabs: Readonly<Record<DashboardTab, string>>;
}

/** Extension to page: bring this tab to the front. */
export interface ShowTabMessage {
  readonly type: 'show';
  readonly tab: DashboardTab;
}

export type DashboardHostMessage = FrameTextMessage | ShowTabMessage | TabMessage;

/** Page to extension: the page listens. Sent at every load, so also after the panel was hidden. */
export interface DashboardReadyMessage {
  readonly type: 'ready';
}

/** Page to extension: this tab is the one that is seen now. Sent after `ready` and at each change. */
export interface TabShownMessage {
  readonly type: 'shown';
  readonly tab: DashboardTab;
}

export type DashboardPageMessage = DashboardReadyMessage | TabShownMessage | TabMessage;

const isTab = isOneOf(dashboardTabs);
const isAnything: Guard<unknown> = (value): value is unknown => value !== undefined;
const isTabMessage = isObject<TabMessage>({ type: isLiteral('tab'), tab: isTab, message: isAnything });

/** Whether the page may believe what it received. */
export const isDashboardHostMessage: Guard<DashboardHostMessage> = isEither(
  isTabMessage,
  isEither(
    isObject<FrameTextMessage>({
      type: isLiteral('text'),
      locale: isLocale,
      heading: isString,
      tabs: isTextOf(dashboardTabs),
    }),
    isObject<ShowTabMessage>({ type: isLiteral('show'), tab: isTab }),
  ),
);

/** Whether the extension may act on what it received. */
export const isDashboardPageMessage: Guard<DashboardPageMessage> = isEither(
  isTabMessage,
  isEither(
    isObject<DashboardReadyMessage>({ type: isLiteral('ready') }),
    isObject<TabShownMessage>({ type: isLiteral('shown'), tab: isTab }),
  ),
);
