import { type CliOptions, findOption } from '../config/resolve.ts';
import { UsageError } from '../errors.ts';
import type { FormatName } from '../output/formats/names.ts';
import type { SelectedColumns, TableView } from '../output/renderer.ts';
import type { ResultKind } from '../output/result.ts';
import type { TimeZone } from '../output/time-zone.ts';
import type { Context } from './command.ts';
import { globalOptions } from './globals.ts';

/**
 * What was asked of tables. An option that came from the environment or a configuration file is meant for
 * the commands and formats that it fits.
 *
 * @throws UsageError where the command line has an option that the format or the command has no use for
 */
export async function tableViewOf(
  {
    globals,
    cliOptions,
    configuration,
    deps,
  }: Pick<Context, 'globals' | 'cliOptions' | 'configuration' | 'deps'>,
  format: FormatName,
  kind: ResultKind,
): Promise<TableView> {
  if (format !== 'table' && format !== 'wide') {
    refuseOptions(cliOptions, format);
    return { columns: null, headers: true, zone: null };
  }
  const zone = findOption(globalOptions.timezone, cliOptions, deps.env, configuration.settings);
  return {
    columns: await columnsOf(globals.columns, cliOptions, kind),
    headers: globals.headers,
    zone: zone && (await zoneNamed(zone.texts.at(-1) ?? '', zone.source)),
  };
}

function refuseOptions(cliOptions: CliOptions, format: FormatName): void {
  const hints = {
    columns: 'use -o table or -o wide; with -o json, jq picks fields',
    headers: 'use -o table or -o wide; for -o csv, tail -n +2 removes the header',
    timezone: 'use -o table or -o wide; times in data formats are UTC',
  } as const;
  for (const [name, hint] of Object.entries(hints)) {
    if (!cliOptions.has(name)) continue;
    const option = name === 'headers' ? '--no-headers' : `--${name}`;
    throw new UsageError(`${option} is for tables and cannot be combined with -o ${format}`, hint);
  }
}

async function columnsOf(
  names: readonly string[],
  cliOptions: CliOptions,
  kind: ResultKind,
): Promise<SelectedColumns | null> {
  if (names.length === 0) return null;
  const isStrict = cliOptions.has('columns');
  if (isStrict) {
    const { checkColumns } = await import('../output/tables/selected.ts');
    checkColumns(names, kind);
  }
  return { names, isStrict };
}

async function zoneNamed(name: string, source: string): Promise<TimeZone> {
  const { timeZone } = await import('../output/time-zone.ts');
  try {
    return timeZone(name);
  } catch {
    throw new UsageError(
      `${source}: there is no time zone '${name}'`,
      'use local, UTC, or a name of the IANA database such as Europe/Berlin',
    );
  }
}
