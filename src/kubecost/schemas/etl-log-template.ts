import type { Event } from '../../events/schema.ts';
import { JsonTokenizer } from '../json/tokenizer.ts';
import type { Visitor } from '../json/visitor.ts';

/** Maximum number of bytes of a value, by placeholder. */
export const placeholderSizes = { kind: 64, time: 30, size: 10, start: 20, end: 20 } as const;
type Placeholder = keyof typeof placeholderSizes;

const placeholderAt = new Map<string, Placeholder>([
  ['kind', 'kind'],
  ['time', 'time'],
  ['metadata.size', 'size'],
  ['metadata.window.start', 'start'],
  ['metadata.window.end', 'end'],
]);

/** A row with placeholders: `literals[0] placeholders[0] literals[1] … literals[n]`. */
export interface Template {
  readonly literals: readonly DataView[];
  /** Of a string, the text between its quotes. */
  readonly placeholders: readonly Placeholder[];
  /** Maximum number of bytes of a row that matches. */
  readonly maxLength: number;
}

/** Template of a row that was read as `event`; null where a value is not in a placeholder. */
export function learnTemplate(bytes: Uint8Array, event: Event): Template | null {
  const literals: DataView[] = [];
  const placeholders: Placeholder[] = [];
  let done = 0;
  const visitor: Visitor = {
    enter: (_key, opening) => (opening === '{' ? visitor : undefined),
    value({ path, start, end, bytes: at }) {
      const placeholder = placeholderAt.get(path.join('.'));
      if (!placeholder) return;
      const quotes = at[start] === 0x22 ? 1 : 0;
      literals.push(viewOf(bytes.subarray(done, start + quotes)));
      placeholders.push(placeholder);
      done = end - quotes;
    },
  };
  const tokenizer = new JsonTokenizer(visitor);
  tokenizer.push(bytes);
  tokenizer.end();
  literals.push(viewOf(bytes.subarray(done)));
  if (!isComplete(placeholders, event)) return null;
  const lengths = [
    ...literals.map((literal) => literal.byteLength),
    ...placeholders.map((placeholder) => placeholderSizes[placeholder]),
  ];
  return { literals, placeholders, maxLength: lengths.reduce((a, b) => a + b) };
}

/** View of a copy of the bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(new Uint8Array(bytes).buffer);
}

/**
 * Whether each value of the event is in exactly one placeholder and nothing else is: no earlier
 * value of a duplicate name, and no value of a name like `metadata.size`.
 */
function isComplete(placeholders: readonly Placeholder[], { window, size }: Event): boolean {
  const needed: Placeholder[] = ['kind', 'time'];
  if (size !== null) needed.push('size');
  if (window !== null) needed.push('start', 'end');
  return (
    placeholders.length === needed.length &&
    needed.every((placeholder) => placeholders.includes(placeholder))
  );
}
