import type { RenderContext } from '../renderer.ts';
import type { ProfileLine, Result, VersionReport } from '../result.ts';
import { sanitize } from '../sanitize.ts';
import { table } from '../table.ts';
import { createTheme } from '../theme.ts';

/** Profiles; a star marks the current one. */
export function profileTable(
  profiles: readonly ProfileLine[],
  context: RenderContext,
): Iterable<string> {
  return drawn(
    ['', 'PROFILE', 'ADDRESS', 'SETS'],
    profiles.map(({ name, current, url, settings }) => [
      current ? '*' : '',
      name,
      url ?? '-',
      settings.join(', '),
    ]),
    context,
  );
}

/** Settings in effect, with the source of each value where `withSources` is set. */
export function settingTable(
  { settings, withSources }: Extract<Result, { kind: 'settings' }>,
  context: RenderContext,
): Iterable<string> {
  return drawn(
    withSources ? ['SETTING', 'VALUE', 'SOURCE'] : ['SETTING', 'VALUE'],
    settings.map(({ setting, value, source }) =>
      withSources ? [setting, value, source] : [setting, value],
    ),
    context,
  );
}

/** `kc-etl 0.1.0, Node v20.20.2, linux-x64` */
export function versionLine({ version, node, platform }: VersionReport): string {
  return `kc-etl ${version}, Node ${node}, ${platform}\n`;
}

function* drawn(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  { colorLevel, unicode }: RenderContext,
): Iterable<string> {
  if (rows.length === 0) return;
  const { lines } = table(
    heads.map((head) => ({ head })),
    rows.map((row) => row.map(sanitize)),
    {
      columns: undefined,
      ellipsis: unicode ? '…' : '...',
      heading: createTheme(colorLevel).heading,
    },
  );
  yield `${lines.join('\n')}\n`;
}
