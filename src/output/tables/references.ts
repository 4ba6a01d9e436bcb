import type { EventKind } from '../../events/kinds.ts';
import type { RenderContext } from '../renderer.ts';
import type { TypesReport } from '../result.ts';
import { plainTable } from './plain.ts';

/** Event kinds and what they mean. */
export function kindTable(kinds: readonly EventKind[], context: RenderContext): string[] {
  return plainTable(
    ['KIND', 'WHAT HAPPENED'],
    kinds.map(({ kind, description }) => [kind, description]),
    context,
  );
}

/** Audit types, what they test and the parts of their keys. */
export function typeTable(types: TypesReport['types'], context: RenderContext): string[] {
  return plainTable(
    ['TYPE', 'SHORT', 'KEY', 'TESTS THAT'],
    types.map(({ type, short, keys, description }) => [type, short, keys.join(', '), description]),
    context,
  );
}
