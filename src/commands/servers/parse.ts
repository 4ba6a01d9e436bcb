import { UsageError } from '../../errors.ts';
import type { ServerEntry, ServerFields } from './entry.ts';

/**
 * The servers of the text of a `--servers` file: a profile, an address or a kubectl context a line, or a
 * YAML list.
 *
 * @param profiles names of the profiles of the user
 * @throws UsageError naming the line
 */
export async function parseServers(
  text: string,
  path: string,
  profiles: readonly string[],
): Promise<readonly ServerEntry[]> {
  const clean = text.replace(/^\uFEFF/, '');
  const isYaml = /^\s*(-\s|-$|\[|servers\s*:|---)/m.test(firstLine(clean));
  const fields = isYaml
    ? (await import('./yaml.ts')).yamlServers(clean, path)
    : lineServers(clean, path);
  const entries = fields.map((one) => entryOf(one, profiles));
  if (entries.length === 0) throw new UsageError(`--servers ${path} names no server`);
  refuseRepeated(entries);
  return entries;
}

function firstLine(text: string): string {
  return text.split(/\r?\n/).find((line) => !/^\s*(#.*)?$/.test(line)) ?? '';
}

function lineServers(text: string, path: string): ServerFields[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    const words = line.replace(/(^|\s)#.*$/, '').trim();
    if (words === '') return [];
    const source = `${path}:${i + 1}`;
    if (/\s/.test(words)) {
      throw new UsageError(
        `--servers ${source}: expected one profile, address or kubectl context`,
        'a YAML list can hold more: - { name: prod, url: https://…, profile: prod }',
      );
    }
    return [{ name: words, source }];
  });
}

/** A URL, or `host:port`; the contexts of clouds have more colons, or none. */
const address = /^[a-z][a-z0-9+.-]*:\/\/|^(localhost|[^:/@]+\.[^:/@]+|\[[0-9a-f:]+\]):\d+(\/|$)/i;

function entryOf(fields: ServerFields, profiles: readonly string[]): ServerEntry {
  const { source, url, context, profile } = fields;
  if (url !== undefined && context !== undefined) {
    throw new UsageError(`--servers ${source}: url and context exclude each other`);
  }
  if (profile !== undefined && !profiles.includes(profile)) {
    throw new UsageError(
      `--servers ${source}: there is no profile '${profile}'`,
      profiles.length > 0
        ? `the profiles are ${profiles.join(', ')}`
        : 'create it with: kc-etl config init',
    );
  }
  const target = url ?? context ?? profile;
  const name = fields.name ?? target;
  if (name === undefined) {
    throw new UsageError(`--servers ${source}: no url, context or profile`);
  }
  const entry = { name, url: null, context: null, profile: null, source };
  if (target !== undefined) {
    const own = { url: url ?? null, context: context ?? null, profile: profile ?? null };
    return { ...entry, ...own, name: withoutUserinfo(name) };
  }
  if (address.test(name)) return { ...entry, url: name, name: withoutUserinfo(name) };
  return profiles.includes(name) ? { ...entry, profile: name } : { ...entry, context: name };
}

/** The name of an address: without credentials, which no report may show. */
function withoutUserinfo(name: string): string {
  return name.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1').replace(/(?<=.)\/+$/, '');
}

function refuseRepeated(entries: readonly ServerEntry[]): void {
  const seen = new Map<string, ServerEntry>();
  for (const entry of entries) {
    const { name, url, context, profile, source } = entry;
    const target = JSON.stringify([url, context, profile]);
    for (const key of [`name ${name}`, target]) {
      const first = seen.get(key);
      if (first && first !== entry) {
        throw new UsageError(
          `--servers ${source}: ${name} is in the file twice`,
          `first in ${first.source}`,
        );
      }
      seen.set(key, entry);
    }
  }
}
