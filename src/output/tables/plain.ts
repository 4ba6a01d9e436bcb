import type { RenderContext } from '../renderer.ts';
import { table } from '../table.ts';
import { layout } from '../table-view.ts';
import { createTheme } from '../theme.ts';

/** A table of texts, never cut; nothing where there are no rows. Cells must be sanitized. */
export function plainTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  context: RenderContext,
): string[] {
  if (rows.length === 0) return [];
  const columns = heads.map((head) => ({ head }));
  const { lines } = table(
    columns,
    rows,
    layout(context, createTheme(context.colorLevel), undefined),
  );
  return [`${lines.join('\n')}\n`];
}
