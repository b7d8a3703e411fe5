// What an engine process writes to stderr when it ends itself for its memory; the host tells the reason by it.

/** Stands in the last line that such a process writes. */
export const memoryExceededMark = 'perch-engine: memory limit exceeded';
