// The curl line that sends a predict request to the REST listener.

/**
 * A POSIX shell command. `address` is host:port, or a URL of that, `version` 0n for none, `json` any text; it is quoted, so that nothing
 * in it can be taken for shell syntax.
 */
export function curlCommand(address: string, model: string, version: bigint, json: string): string {
  const which = version === 0n ? '' : `/versions/${version}`;
  const base = address.includes('://') ? address : `http://${address}`;
  const url = `${base}/v1/models/${encodeURIComponent(model)}${which}:predict`;
  return `curl -d ${quote(json)} ${/^[\w:/.%[\]-]+$/.test(url) ? url : quote(url)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
