import {
  choice,
  duration,
  flag,
  integer,
  type Option,
  type OptionSet,
  text,
  type Values,
} from '../config/option.ts';
import { UsageError } from '../errors.ts';
import { type FormatName, formatNames } from '../output/formats/names.ts';
import { minute } from '../time.ts';
import { connectOptions } from './connection/options.ts';
import { parseReport, type ReportRequest } from './report-option.ts';
import { tableOptions } from './table-options.ts';

const formatOption = choice(
  {
    flags: '-o, --output <format>',
    description: `how the result is printed: ${formatNames.join(', ')}`,
    fallback: 'table',
  },
  formatNames,
);

/** @throws UsageError for a format of kubectl that filters: other programs do that with JSON */
function refuseTemplate(text: string, source: string): void {
  const [, name = ''] = /^(jsonpath|go-template|template|custom-columns)/i.exec(text) ?? [];
  if (name === '') return;
  const isColumns = name.toLowerCase() === 'custom-columns';
  throw new UsageError(
    `${source}: kc-etl has no ${name} output`,
    isColumns ? 'use --columns with names of the table' : "use -o json and jq: -o json | jq '.…'",
  );
}

/** The options that every command takes. */
export const globalOptions = {
  ...connectOptions,
  demo: flag({
    flags: '--demo',
    description: 'use an embedded Kubecost, started for this command; takes the options of demo',
  }),
  from: text({
    flags: '--from <source>',
    description: 'a saved response, report or recording (-: stdin) instead of a server',
  }),
  record: text({
    flags: '--record <dir>',
    description: 'keep the responses of the server in a directory for --from, secrets removed',
  }),
  output: {
    ...formatOption,
    parse: (texts, source) => {
      refuseTemplate(texts.at(-1) ?? '', source);
      return formatOption.parse(texts, source);
    },
  } satisfies Option<FormatName> as Option<FormatName>,
  report: {
    flags: '--report <format=path>',
    description:
      'also write a report in this format to a file, FIFO or device; - prints it instead of the result',
    fallback: [],
    repeatable: true,
    parse: (texts, source) => texts.map((text) => parseReport(text, source)),
  } satisfies Option<readonly ReportRequest[]> as Option<readonly ReportRequest[]>,
  ...tableOptions,
  json: flag({ flags: '--json', description: 'short for -o json' }),
  color: choice({ flags: '--color <when>', description: 'colours', fallback: 'auto' }, [
    'auto',
    'always',
    'never',
  ]),
  quiet: flag({ flags: '-q, --quiet', description: 'suppress progress and notes' }),
  verbose: flag({
    flags: '-v, --verbose',
    description: 'the HTTP exchange and retries on stderr, secrets redacted',
  }),
  timeout: duration({
    flags: '--timeout <duration>',
    description: 'to the response headers, and between two chunks of a body',
    fallback: null,
    fallbackText: '30s, 300s for the cost endpoints',
  }),
  maxTime: duration({
    flags: '--max-time <duration>',
    description: 'upper limit of one request with its whole response',
    fallback: 15 * minute,
    fallbackText: '15m',
  }),
  retries: integer({
    flags: '--retries <n>',
    description: 'how often a failed GET is sent again',
    fallback: 3,
  }),
} satisfies OptionSet;

export type Globals = Values<typeof globalOptions>;
