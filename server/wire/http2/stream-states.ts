// The states of a stream that a client has begun (RFC 9113 §5.1). Before it is "idle", of which no object exists.

/** "half-closed (local)": this side has ended; "half-closed (remote)": the client has. */
export type StreamState = 'open' | 'half-closed (local)' | 'half-closed (remote)' | 'closed';

/** This side has sent END_STREAM. */
export function afterLocalEnd(state: StreamState): StreamState {
  return state === 'open' || state === 'half-closed (local)' ? 'half-closed (local)' : 'closed';
}

/** The client has sent END_STREAM. */
export function afterRemoteEnd(state: StreamState): StreamState {
  return state === 'open' || state === 'half-closed (remote)' ? 'half-closed (remote)' : 'closed';
}
