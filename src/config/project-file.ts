import { UsageError } from '../errors.ts';
import { readProjectText } from './trust.ts';
import { yamlMessage } from './yaml-message.ts';

/** A project's settings, and where they stand. */
export interface ProjectFile {
  readonly path: string;
  readonly content: Readonly<Record<string, unknown>>;
  /** `:12` for the line of a field or of what it stands in, to go behind the path; empty where it has none. */
  readonly lineOf: (field: readonly PropertyKey[]) => string;
}

/**
 * A project's settings, for the sections that are no options.
 *
 * @param trusted `--config-trust`: owner and mode do not matter
 * @throws UsageError where it is not trusted, cannot be read or is not YAML, naming the line
 */
export async function readProjectFile(path: string, trusted: boolean): Promise<ProjectFile> {
  try {
    return await parse(path, readProjectText(path, trusted).text);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be read: ${String(error)}`);
  }
}

async function parse(path: string, text: string): Promise<ProjectFile> {
  const { LineCounter, parseDocument, isNode } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line } = lines.linePos(error.pos[0]);
    throw new UsageError(`${path}:${line}: not YAML: ${yamlMessage(error)}`);
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
