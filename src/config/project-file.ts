import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../errors.ts';

/** A project's settings, and where they stand. */
export interface ProjectFile {
  readonly path: string;
  readonly content: Readonly<Record<string, unknown>>;
  /** `:12` for the line of a field or of what it stands in, to go behind the path; empty where it has none. */
  readonly lineOf: (field: readonly PropertyKey[]) => string;
}

const name = '.kc-etl.yaml';

/**
 * The nearest `.kc-etl.yaml` from a directory upward; null where there is none.
 *
 * @throws UsageError where it is not YAML, naming the line
 */
export async function readProjectFile(directory: string): Promise<ProjectFile | null> {
  for (let at = directory; ; at = dirname(at)) {
    const path = join(at, name);
    const text = await textOf(path);
    if (text !== null) return parse(path, text);
    if (dirname(at) === at) return null;
  }
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return null;
    throw new UsageError(`${path} cannot be read: ${String(code ?? error)}`);
  }
}

async function parse(path: string, text: string): Promise<ProjectFile> {
  const { LineCounter, parseDocument, isNode } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line } = lines.linePos(error.pos[0]);
    throw new UsageError(`${path}:${line}: not YAML: ${error.message}`);
  }
  const content: unknown = document.toJS();
  if (content !== null && (typeof content !== 'object' || Array.isArray(content))) {
    throw new UsageError(`${path}: expected settings by name`);
  }
  return {
    path,
    content: { ...content },
    lineOf(field) {
      for (let depth = field.length; depth > 0; depth--) {
        const node = document.getIn(field.slice(0, depth), true);
        if (isNode(node) && node.range) return `:${lines.linePos(node.range[0]).line}`;
      }
      return '';
    },
  };
}
