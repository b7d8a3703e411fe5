// The words of the dashboard's tab "Network".
import type { NetworkText } from '../../../../webview/dashboard/network-text.ts';
import type { Translate } from '../../../translate.ts';

/** All texts of the tab in the editor's language; the gaps in them are filled in by the page. */
export function networkWords(translate: Translate): NetworkText {
  return {
    ...serverWords(translate),
    ...timeLineWords(translate),
    ...doctorWords(translate),
    ...recordWords(translate),
  };
}

function serverWords(translate: Translate) {
  return {
    listeners: translate('Who can reach the server'),
    riskNone: translate('No risk: this machine only'),
    riskGuarded: translate('Guarded: encrypted, and only for those with a token or a certificate'),
    riskPartial: translate('Partly guarded'),
    riskOpen: translate('Open: in clear, and for everybody'),
    addresses: translate('Addresses'),
    connections: translate('Open connections'),
    connectionRules: translate('Rules for connections'),
    noConnections: translate('No gRPC connection is open.'),
    moreConnections: translate('{0} more are not shown.', '{0}'),
    client: translate('Client'),
    age: translate('Open for'),
    streams: translate('Calls open'),
    calls: translate('Calls by status'),
    traffic: translate('Received / sent'),
    pings: translate('Pings'),
    noPings: translate('none'),
    inClear: translate('in clear'),
    receivedSent: translate('{0} / {1}', '{0}', '{1}'),
    lastFrames: translate('Last control frames'),
    noFrames: translate('No control frames were seen.'),
    fromClient: translate('client'),
    fromServer: translate('server'),
    verdictAllowed: translate('Allowed'),
    verdictWarned: translate('Too often'),
    verdictClosed: translate('Closed for it'),
    limits: translate('Limits and refusals'),
    limitOption: translate('Option'),
    limit: translate('Limit'),
    limitRefused: translate('Refused'),
    noLimits: translate('No limit of requests is set, and none was refused.'),
    closesByCause: translate('Closes by cause since the start'),
    howOften: translate('How often'),
    noCloses: translate('No connection has closed.'),
    refusals: translate('Requests that were not let in'),
    noRefusals: translate('Every request was let in.'),
    moment: translate('When'),
    request: translate('Request'),
    reason: translate('Reason'),
    announceClose: translate('Connection of {0} closed: {1}', '{0}', '{1}'),
  };
}

function timeLineWords(translate: Translate) {
  return {
    timeLine: translate('Time line'),
    timeLineHelp: translate('Arrow keys go from mark to mark, Enter opens its entry in the list below.'),
    window: translate('Shown'),
    lastMinutes: translate('last {0} min', '{0}'),
    opened: translate('Opened'),
    closed: translate('Closed'),
    processor: translate('CPU'),
    memory: translate('Memory'),
    loopDelay: translate('Loop delay'),
    nowValue: translate('now {0}', '{0}'),
    mostValue: translate('at most {0}', '{0}'),
    markOpened: translate('{0}: {1} connected', '{0}', '{1}'),
    markClosed: translate('{0}: {1} closed, {2}', '{0}', '{1}', '{2}'),
    eventsList: translate('Opens and closes'),
    onlyNotable: translate('Only what needs a look'),
    noEvents: translate('Nothing yet.'),
    moreEvents: translate('{0} older ones are not shown.', '{0}'),
    openedEntry: translate('{0} connected', '{0}'),
    cause: translate('Cause'),
    advice: translate('What to do'),
    evidence: translate('What was seen'),
    askDoctor: translate('Ask the Keepalive Doctor'),
    severityUsual: translate('Usual'),
    severityInfo: translate('Notable'),
    severityWarning: translate('Warning'),
    severityError: translate('Error'),
    stayedFor: translate('open for {0}', '{0}'),
  };
}

function doctorWords(translate: Translate) {
  return {
    doctor: translate('Keepalive doctor'),
    doctorHelp: translate(
      'Will a connection with these settings stay, and if not, when, why, and what mends it.',
    ),
    clientLanguage: translate('Client'),
    clientOptions: translate('Client options'),
    clientOptionsHelp: translate(
      'Paste the code that makes the channel; what is not about keepalive is skipped.',
    ),
    template: translate('Insert Example'),
    server: translate('Server'),
    serverThis: translate('This server, as it runs'),
    serverOptions: translate('Server options'),
    serverOptionsHelp: translate(
      'Code, flags, or the text of --grpc_channel_arguments; empty: its defaults.',
    ),
    path: translate('Between them'),
    pathDirect: translate('Nothing'),
    pathOther: translate('Something that forgets after …'),
    forgetsAfter: translate('Forgets after (seconds)'),
    roundTrip: translate('There and back (ms)'),
    trafficKind: translate('Traffic'),
    trafficIdle: translate('One call, then silence'),
    trafficCalls: translate('Short calls'),
    trafficStream: translate('A stream that stays open'),
    callsEvery: translate('A call every (seconds)'),
    dataEvery: translate('The server sends every (seconds, 0: never)'),
    diagnose: translate('Diagnose'),
    diagnoseAndTry: translate('Diagnose and Try It'),
    trying: translate('Trying it with time sped up …'),
    prediction: translate('Prediction'),
    outcomeStays: translate('Stays open'),
    outcomeWarned: translate('Stays open here, would be closed elsewhere'),
    outcomeNormal: translate('Is closed, and that is normal'),
    outcomeCloses: translate('Is closed'),
    probe: translate('Tried'),
    agrees: translate('As predicted'),
    differs: translate('Not what was predicted'),
    notReached: translate('What is predicted takes longer'),
    notTried: translate('Not tried.'),
    findings: translate('Findings'),
    noFindings: translate('Nothing to say about the settings.'),
    findingError: translate('Error'),
    findingWarning: translate('Warning'),
    findingInfo: translate('Good to know'),
    fixes: translate('What helps'),
    fixSmallest: translate('The smallest change'),
    fixOther: translate('Or'),
    noFix: translate('Nothing needs to be changed, or nothing is known to help.'),
    onClient: translate('on the client'),
    onServer: translate('on the server'),
    copyCode: translate('Copy'),
    copied: translate('Copied'),
  };
}

function recordWords(translate: Translate) {
  return {
    record: translate('Record a connection'),
    recordHelp: translate(
      'Puts a port of this machine between a client and a gRPC server in clear, and shows what goes by: control frames, and why the connection closed. What is in the calls is neither shown nor kept.',
    ),
    recordTarget: translate('Server (host:port)'),
    recordStart: translate('Start Recording'),
    recordStop: translate('Stop Recording'),
    recordSave: translate('Save as JSON …'),
    recordConnect: translate('Let the client connect to {0}', '{0}'),
    recordCopy: translate('Copy address'),
    recordStarting: translate('Starting …'),
    recordOver: translate('The recording is over.'),
    recordShown: translate('{0} of {1} lines', '{0}', '{1}'),
    recordNothing: translate('No client has connected yet.'),
    fromRecorder: translate('recorder'),
  };
}
