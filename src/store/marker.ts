import { DataError, UsageError } from '../errors.ts';

/** Marks a folder as an AuditStore, and says which version of its layout it has. */
export const markerName = 'kc-etl-audit-store.json';
const layoutVersion = 1;

/** Content of the marker. */
export const marker = { kind: 'kc-etl AuditStore', layoutVersion } as const;

/**
 * Checks that a store can be read.
 *
 * @param text of its marker
 * @throws UsageError where a newer kc-etl wrote it, DataError where the marker is damaged
 */
export function assertVersion(root: string, text: string): void {
  let version: unknown;
  try {
    const content: unknown = JSON.parse(text);
    version =
      typeof content === 'object' && content !== null
        ? Reflect.get(content, 'layoutVersion')
        : undefined;
  } catch {
    version = undefined;
  }
  if (typeof version !== 'number') {
    throw new DataError(
      `--audit-store: ${root}/${markerName} is damaged`,
      `restore it: echo '{"layoutVersion":${layoutVersion}}' >${markerName}`,
    );
  }
  if (version > layoutVersion) {
    throw new UsageError(
      `--audit-store: ${root} was written by a newer kc-etl (layout ${version}, this one reads up to ${layoutVersion})`,
      'update kc-etl; nothing was changed',
    );
  }
}
