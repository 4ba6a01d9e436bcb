import { duration, type Option, type OptionSet, parsed } from '../../config/option.ts';
import { UsageError } from '../../errors.ts';
import { hour } from '../../time.ts';
import { localOptions } from '../audit/local-options.ts';
import { gateOptions, selectionOptions } from '../audit/options.ts';
import { writtenStore } from '../audit/store-options.ts';
import { serversOptions } from '../servers/options.ts';

/** Where the pages are served; port 0: a free one. */
interface Listen {
  readonly host: string;
  readonly port: number;
}

const defaultListen: Listen = { host: '127.0.0.1', port: 9317 };
const defaultDays = 14;
const maxDays = 1_000;

const listen: Option<Listen> = parsed<Listen>(
  {
    flags: '--listen <address>',
    description: 'host and port to listen on; anyone who can reach it can read the report',
    fallback: defaultListen,
    fallbackText: '127.0.0.1:9317',
  },
  parseListen,
);

const window: Option<number> = parsed<number>(
  {
    flags: '--window <window>',
    scope: 'watch',
    description: 'the newest settled days to watch, such as 30d or "30d settled"',
    fallback: defaultDays,
    fallbackText: `"${defaultDays}d settled"`,
  },
  parseDays,
);

/** The options of `watch`. */
export const watchOptions = {
  auditStore: writtenStore,
  listen,
  interval: duration({
    flags: '--interval <duration>',
    scope: 'watch',
    description: 'time from the start of a run to the start of the next one',
    fallback: hour,
    fallbackText: '1h',
  }),
  window,
  ...serversOptions,
  type: selectionOptions.type,
  ...gateOptions(
    'failed',
    'the gate of the report and the metrics fails when an audit has this status or a worse one',
  ),
  cluster: localOptions.cluster,
  concurrency: localOptions.concurrency,
  aggregate: localOptions.aggregate,
  tolerance: localOptions.tolerance,
  costMetric: localOptions.costMetric,
} satisfies OptionSet;

/** `127.0.0.1:9317`, `[::1]:9317`, `:9317` (every address), `9317`. */
function parseListen(text: string, source: string): Listen {
  const parts = /^(?:(?:\[([0-9a-f:.]+)\]|([^\s:[\]/@]*)):)?(\d{1,5})$/i.exec(text.trim());
  const port = Number(parts?.[3]);
  if (!parts || port > 65_535) {
    throw new UsageError(
      `${source}: '${text}' is not an address to listen on`,
      'an address has a host and a port: 127.0.0.1:9317, [::1]:9317, 0.0.0.0:9317',
    );
  }
  const [, v6, name] = parts;
  if (v6 === undefined && name === undefined) return { host: defaultListen.host, port };
  return { host: v6 ?? (name || '0.0.0.0'), port };
}

/**
 * The number of settled days. A configuration file's window is meant for the commands that take any; one
 * that names no number of days does not count here.
 */
function parseDays(text: string, source: string): number {
  const days = Number(/^([1-9]\d{0,3})d(?: settled)?$/.exec(text.trim())?.[1]);
  if (days <= maxDays) return days;
  if (source !== '--window' && source !== 'KC_ETL_WATCH_WINDOW') return defaultDays;
  throw new UsageError(
    `${source}: '${text}' is not a number of days`,
    `watch audits the newest settled days: 30d or "30d settled", at most ${maxDays}d`,
  );
}
