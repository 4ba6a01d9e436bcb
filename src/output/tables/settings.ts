import type { RenderContext } from '../renderer.ts';
import type { ProfileLine, Result, VersionReport } from '../result.ts';
import { sanitize } from '../sanitize.ts';
import { plainTable } from './plain.ts';

/** Profiles; a star marks the current one. */
export function profileTable(
  profiles: readonly ProfileLine[],
  context: RenderContext,
): Iterable<string> {
  return plainTable(
    ['', 'PROFILE', 'ADDRESS', 'SETS'],
    profiles.map(({ name, current, url, settings }) => [
      current ? '*' : '',
      sanitize(name),
      sanitize(url ?? '-'),
      sanitize(settings.join(', ')),
    ]),
    context,
  );
}

/** Settings in effect, with the source of each value where `withSources` is set. */
export function settingTable(
  { settings, withSources }: Extract<Result, { kind: 'settings' }>,
  context: RenderContext,
): Iterable<string> {
  return plainTable(
    withSources ? ['SETTING', 'VALUE', 'SOURCE'] : ['SETTING', 'VALUE'],
    settings.map(({ setting, value, source }) =>
      (withSources ? [setting, value, source] : [setting, value]).map(sanitize),
    ),
    context,
  );
}

/** `kc-etl 0.1.0, Node v20.20.2, linux-x64` */
export function versionLine({ version, node, platform }: VersionReport): string {
  return `kc-etl ${version}, Node ${node}, ${platform}\n`;
}
