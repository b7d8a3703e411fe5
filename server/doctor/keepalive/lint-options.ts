// What is wrong with keepalive options before any connection is made: on the wrong side, unknown, without effect, of the
// wrong type or unit (rule R14).
import { nearest } from '../../nearest.ts';
import { durationText, type Finding } from './finding.ts';
import { channelArguments, grpcJsArguments } from './keepalive-options.ts';
import type { PastedLanguage, PastedOption, PastedOptions } from './pasted-options.ts';

const times = new Set(['keepaliveMs', 'timeoutMs', 'minPingIntervalMs', 'idleMs', 'ageMs', 'graceMs']);

/** A time in milliseconds that is shorter was most likely meant in seconds. */
const likelySecondsBelow = 1000;

/** A8: "keepalive_time" below ten seconds is for tests. */
const abusiveBelowMs = 10_000;

/** Looks at the options of one side. */
export function lintOptions({ language, options }: PastedOptions, side: 'client' | 'server'): Finding[] {
  return options.flatMap((pasted) => lintOption(pasted, language, side));
}

function lintOption(pasted: PastedOption, language: PastedLanguage, side: 'client' | 'server'): Finding[] {
  const { name, option, value, literal, text } = pasted;
  const finding = (severity: Finding['severity'], words: string): Finding => ({
    rule: 'R14',
    severity,
    text: words,
    option: name,
  });
  if (option === undefined) {
    return unknownOption(name, language, finding);
  }
  const findings: Finding[] = [];
  if (language === 'js' && !grpcJsArguments.has(name)) {
    findings.push(finding('error', `grpc-js does not know ${name} and ignores it without a word.`));
  }
  if (option.field === 'nothing') {
    findings.push(
      finding(
        'warning',
        name.startsWith('--')
          ? `${name} concerns the pings that the server itself sends; it changes nothing about a client's.`
          : `${name} has no effect in any gRPC since 2020: take it out. How often a client pings is its keepalive time alone.`,
      ),
    );
  } else if (option.side !== 'both' && option.side !== side) {
    findings.push(
      finding(
        'error',
        option.side === 'server'
          ? `${name} is a server's option: on a client it does nothing. Set it on the server, or raise the client's keepalive time.`
          : `${name} is a client's option: on a server it does nothing.`,
      ),
    );
  }
  if (value === undefined) {
    findings.push(finding('info', `${name} is ${text}, which is no literal: its value is not known here.`));
    return findings;
  }
  const isChannelArgument = channelArguments.includes(option);
  if (isChannelArgument && literal === 'string') {
    findings.push(
      finding(
        'error',
        `${name} is a string (${text}); gRPC wants an integer and ignores it: write ${value}.`,
      ),
    );
  }
  if (isChannelArgument && language === 'js' && literal === 'boolean') {
    findings.push(
      finding(
        'error',
        `${name} is ${text}; grpc-js compares with the number 1, so this is off: write ${value === true ? 1 : 0}.`,
      ),
    );
  }
  if (typeof value === 'number' && times.has(option.field)) {
    findings.push(...lintTime(pasted, value, side, finding));
  }
  return findings;
}

function lintTime(
  { name, option, text }: PastedOption,
  ms: number,
  side: 'client' | 'server',
  finding: (severity: Finding['severity'], words: string) => Finding,
): Finding[] {
  if (!Number.isFinite(ms) || ms >= 2 ** 31 - 1) {
    return [];
  }
  const isMilliseconds = /_ms$|^--grpc/.test(name);
  if (isMilliseconds && ms > 0 && ms < likelySecondsBelow) {
    return [
      finding(
        'warning',
        `${name} is ${text}, and counts milliseconds: ${durationText(ms)}. If seconds were meant, write ${ms * 1000}.`,
      ),
    ];
  }
  if (!isMilliseconds && ms > 0 && ms < 1) {
    return [
      finding(
        'warning',
        `${name} is ${text}: less than a millisecond. A bare number is of nanoseconds here.`,
      ),
    ];
  }
  return side === 'client' && option?.field === 'keepaliveMs' && ms < abusiveBelowMs
    ? [
        finding(
          'warning',
          `A keepalive time of ${durationText(ms)} is below the ten seconds that gRPC asks clients to keep (A8); ` +
            `Go and Java take 10 s for it.`,
        ),
      ]
    : [];
}

function unknownOption(
  name: string,
  language: PastedLanguage,
  finding: (severity: Finding['severity'], words: string) => Finding,
): Finding[] {
  if (language === 'js' && name.startsWith('grpc')) {
    return grpcJsArguments.has(name)
      ? []
      : [finding('error', `grpc-js does not know ${name} and ignores it without a word.${suggestion(name)}`)];
  }
  // Most channel arguments have nothing to do with keepalive; one that is nearly the name of one that has is misspelt.
  return /keepalive|ping|max_connection/i.test(name)
    ? [finding('error', `There is no option ${name}.${suggestion(name)}`)]
    : [];
}

function suggestion(name: string): string {
  const known = nearest(
    name,
    channelArguments.map((option) => option.name),
  );
  return ` Did you mean ${known}?`;
}
