// What --json prints: messages of the admin API in protobuf's JSON mapping.

/**
 * A decoded message as a value for JSON.stringify, by protobuf's JSON mapping: lowerCamelCase names, 64-bit integers as
 * strings, enums by name, bytes as base64, NaN and the infinities as strings, messages that are not set left out.
 */
export function toProtoJson(value: unknown): unknown {
  if (Buffer.isBuffer(value)) {
    return value.toString('base64');
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : String(value);
  }
  if (Array.isArray(value)) {
    return value.map(toProtoJson);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, member]) => member !== null && member !== undefined && !isOneofName(key, member))
      .map(([key, member]) => [key, toProtoJson(member)]),
  );
}

/** The decoder tells which member of a oneof is set: `_name` for optional fields, `target` in a TrafficTarget. */
function isOneofName(key: string, member: unknown): boolean {
  return key.startsWith('_') || (key === 'target' && typeof member === 'string');
}
