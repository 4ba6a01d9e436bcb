import type { EventKind } from '../../events/kinds.ts';
import type { RenderContext } from '../renderer.ts';
import type { TypesReport } from '../result.ts';
import { table } from '../table.ts';
import { createTheme } from '../theme.ts';

/** Event kinds and what they mean. */
export function kindTable(kinds: readonly EventKind[], context: RenderContext): string[] {
  return drawn(
    ['KIND', 'WHAT HAPPENED'],
    kinds.map(({ kind, description }) => [kind, description]),
    context,
  );
}

/** Audit types, what they test and the parts of their keys. */
export function typeTable(types: TypesReport['types'], context: RenderContext): string[] {
  return drawn(
    ['TYPE', 'SHORT', 'KEY', 'TESTS THAT'],
    types.map(({ type, short, keys, description }) => [type, short, keys.join(', '), description]),
    context,
  );
}

/** A table whose last column holds whole sentences and is never cut. */
function drawn(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  { colorLevel, unicode }: RenderContext,
): string[] {
  const { lines } = table(
    heads.map((head) => ({ head })),
    rows,
    {
      columns: undefined,
      ellipsis: unicode ? '…' : '...',
      heading: createTheme(colorLevel).heading,
    },
  );
  return [`${lines.join('\n')}\n`];
}
