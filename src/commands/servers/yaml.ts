import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { UsageError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import type { ServerFields } from './entry.ts';

const keys = ['name', 'url', 'context', 'profile'] as const;

/**
 * The servers of a YAML list of texts and maps, at the top or under `servers`.
 *
 * @throws UsageError naming the line
 */
export function yamlServers(text: string, path: string): ServerFields[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const sourceOf = (node: unknown) => {
    const range = (node as Node | null)?.range; // every node of the document has one
    return `${path}:${lines.linePos(range?.[0] ?? 0).line}`;
  };
  const [broken] = document.errors;
  if (broken) {
    const line = broken.linePos?.[0].line ?? 1;
    const message = broken.message.split('\n', 1)[0]?.split(' at line')[0];
    throw new UsageError(`--servers ${path}:${line}: ${message}`);
  }
  const top = document.contents;
  const list = isMap(top) ? top.get('servers', true) : top;
  if (!isSeq(list)) {
    throw new UsageError(`--servers ${path}: expected a list of servers, or servers: and a list`);
  }
  return list.items.map((item) => {
    const source = sourceOf(item);
    if (isScalar(item) && typeof item.value === 'string') return { name: item.value, source };
    if (!isMap(item)) throw new UsageError(`--servers ${source}: expected a string or a map`);
    const fields = item.items.map(({ key, value }) => {
      const name = isScalar(key) ? String(key.value) : '';
      const own = keys.find((one) => one === name);
      if (own === undefined) throw unknownKey(name, sourceOf(key));
      if (!isScalar(value) || typeof value.value !== 'string' || value.value === '') {
        throw new UsageError(`--servers ${sourceOf(key)}: '${name}' must be a string`);
      }
      return [own, value.value] as const;
    });
    return { ...Object.fromEntries(fields), source };
  });
}

function unknownKey(name: string, source: string): UsageError {
  const near = nearest(name, keys);
  return new UsageError(
    `--servers ${source}: '${name}' is not known${near ? `; did you mean ${near}?` : ''}`,
    `a server has ${keys.join(', ')}; credentials and other settings belong into a profile`,
  );
}
