import type { EventKind } from '../../events/kinds.ts';
import type { RenderContext } from '../renderer.ts';
import type { TypesReport } from '../result.ts';
import { table } from '../table.ts';
import { createTheme } from '../theme.ts';

/** The event kinds and what they mean. */
export function kindTable(kinds: readonly EventKind[], context: RenderContext): string[] {
  return drawn(
    ['KIND', 'WHAT HAPPENED'],
    kinds.map(({ kind, description }) => [kind, description]),
    context,
  );
}

/** The audit types, what they test and how their differences are keyed. */
export function typeTable(types: TypesReport['types'], context: RenderContext): string[] {
  return drawn(
    ['TYPE', 'SHORT', 'KEY', 'WHAT MUST HOLD'],
    types.map(({ type, short, keys, description }) => [type, short, keys.join(', '), description]),
    context,
  );
}

/** The last column is left as long as it is: a sentence that is cut says nothing. */
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
