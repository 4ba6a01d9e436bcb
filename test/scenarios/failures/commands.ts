/** A command line that asks a server; `<folder>` and `<report>` stand for files of the cell. */
export interface AskingCommand {
  readonly argv: readonly string[];
  /** `raw`: the body is passed on; `report`: a verdict is printed, whatever failed; else only data. */
  readonly prints: 'data' | 'report' | 'raw';
}

const window = ['--window', '2026-03-06,2026-03-08'];

/** Each in every format that has a shape of its own. */
function inFormats(
  prints: AskingCommand['prints'],
  argv: readonly string[],
  formats: readonly string[],
): AskingCommand[] {
  return formats.map((format) => ({ argv: [...argv, '-o', format], prints }));
}

/** Every command that asks a server. */
export const askingCommands: readonly AskingCommand[] = [
  ...inFormats('data', ['events'], ['table', 'json', 'ndjson', 'yaml', 'csv']),
  ...inFormats('data', ['events', '--counters'], ['json']),
  ...inFormats('data', ['events', '--follow'], ['ndjson']),
  ...inFormats('report', ['events', 'coverage', ...window], ['table', 'json', 'prometheus']),
  ...inFormats('data', ['audit', 'list'], ['table', 'json', 'ndjson', 'csv', 'junit', 'html']),
  ...inFormats('data', ['audit', 'list', '--window', 'settled'], ['json']),
  ...inFormats('data', ['audit', 'diff', ...window], ['table', 'json']),
  ...inFormats(
    'report',
    ['audit', 'run', '--engine', 'local', ...window],
    ['table', 'json', 'junit', 'sarif', 'prometheus'],
  ),
  ...inFormats('report', ['audit', 'run', ...window], ['json']),
  ...inFormats('report', ['audit', 'run', '--engine', 'server', ...window], ['json']),
  ...inFormats('report', ['audit', 'run', '--engine', 'server', '--no-wait', ...window], ['json']),
  ...inFormats('report', ['reconciliation', ...window], ['table', 'json', 'csv', 'prometheus']),
  ...inFormats('report', ['repair', 'plan', ...window], ['table', 'json']),
  ...inFormats('report', ['repair', 'run', '--dry-run', ...window], ['json']),
  ...inFormats(
    'report',
    ['repair', 'run', '--yes', '--state', '<folder>', '--rebuild', 'asset', ...window],
    ['json'],
  ),
  ...inFormats('report', ['fleet', ...window], ['table', 'json', 'prometheus']),
  ...inFormats('report', ['audit', 'compare', '<report>', ...window], ['table', 'json']),
  ...inFormats(
    'report',
    ['audit', 'run', '--engine', 'local', '--audit-store', '<folder>', ...window],
    ['json'],
  ),
  { argv: ['watch', '--audit-store', '<folder>', '--listen', '127.0.0.1:0'], prints: 'report' },
  ...inFormats('report', ['doctor'], ['table', 'json']),
  { argv: ['api', '/allocation?window=1d'], prints: 'raw' },
];
