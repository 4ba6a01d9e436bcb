/** The formats of `-o`, in the order of help. What each can print is in the record of formats. */
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
