/** Names under which servers put the text of an error. */
const names = ['error', 'err', 'message', 'msg', 'reason', 'description'] as const;

/** Text of an error event: a known field of its metadata, otherwise the whole metadata as JSON. */
export function errorText(metadata: Readonly<Record<string, unknown>>): string {
  for (const name of names) {
    const value = metadata[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
  }
  const { window: _, ...rest } = metadata;
  return Object.keys(rest).length > 0 ? JSON.stringify(rest) : '';
}
