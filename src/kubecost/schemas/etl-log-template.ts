import type { Event } from '../../events/schema.ts';
import { JsonTokenizer, type Visitor } from '../json/tokenizer.ts';

/** The most bytes that a value of each kind of hole is read from. */
export const placeholderSizes = { kind: 64, time: 30, size: 10, start: 20, end: 20 } as const;
type Hole = keyof typeof placeholderSizes;

const holeAt = new Map<string, Hole>([
  ['kind', 'kind'],
  ['time', 'time'],
  ['metadata.size', 'size'],
  ['metadata.window.start', 'start'],
  ['metadata.window.end', 'end'],
]);

/** A row with holes: `literals[0] holes[0] literals[1] … holes[n-1] literals[n]`. */
export interface Template {
  readonly literals: readonly DataView[];
  /** Of a text, what is between its quotes. */
  readonly holes: readonly Hole[];
  /** No row of this template is longer. */
  readonly room: number;
}

/** The template of a row that was read as `event`; null where its values do not stand in holes. */
export function learnTemplate(bytes: Uint8Array, event: Event): Template | null {
  const literals: DataView[] = [];
  const holes: Hole[] = [];
  let done = 0;
  const visitor: Visitor = {
    enter: (_key, opening) => (opening === '{' ? visitor : undefined),
    value({ path, start, end, bytes: at }) {
      const hole = holeAt.get(path.join('.'));
      if (!hole) return;
      const quotes = at[start] === 0x22 ? 1 : 0;
      literals.push(viewOf(bytes.subarray(done, start + quotes)));
      holes.push(hole);
      done = end - quotes;
    },
  };
  const cutter = new JsonTokenizer(visitor);
  cutter.push(bytes);
  cutter.end();
  literals.push(viewOf(bytes.subarray(done)));
  const room = [...literals.map((l) => l.byteLength), ...holes.map((h) => placeholderSizes[h])];
  return isWhole(holes, event) ? { literals, holes, room: room.reduce((a, b) => a + b) } : null;
}

/** A view of a copy. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(new Uint8Array(bytes).buffer);
}

/**
 * Every value of the event stands in exactly one hole, and nothing else does: neither an earlier
 * value of a name that comes twice nor that of a name like `metadata.size`.
 */
function isWhole(holes: readonly Hole[], { window, size }: Event): boolean {
  const needed: Hole[] = ['kind', 'time'];
  if (size !== null) needed.push('size');
  if (window !== null) needed.push('start', 'end');
  return holes.length === needed.length && needed.every((hole) => holes.includes(hole));
}
