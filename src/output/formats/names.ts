/** Names of the formats, in the order of help. What each prints is in output/render.ts. */
export const formatNames = [
  'table',
  'wide',
  'json',
  'ndjson',
  'yaml',
  'csv',
  'markdown',
  'junit',
  'sarif',
  'github',
  'prometheus',
  'html',
] as const;

export type FormatName = (typeof formatNames)[number];
