import type { RepairReport, RepairStep } from '../../repair/schema.ts';
import { repairStores } from '../../repair/stores.ts';
import { amountText, countText, windowText, wrapped } from '../format.ts';
import type { RenderContext } from '../renderer.ts';
import { sanitize } from '../sanitize.ts';
import { stampText } from '../table-view.ts';
import { createTheme } from '../theme.ts';

/** Width of the text where there is no terminal. */
const defaultWidth = 120;

/** The steps in order, the audits after them, and notes. */
export function* repairTable(report: RepairReport, context: RenderContext): Iterable<string> {
  const theme = createTheme(context.colorLevel);
  const width = context.columns ?? defaultWidth;
  const { steps, followUp, notes, audits, product } = report;
  yield `${sanitize(product)}${steps.length === 0 ? ': nothing to repair' : ''}\n`;
  const firstWith = new Map<string, number>();
  for (const step of steps) {
    const { order, reason } = step;
    const first = firstWith.get(reason) ?? order;
    firstWith.set(reason, first);
    const why = first === order ? reason : `as in step ${first}`;
    yield `\n${stepLines(step, why, context).join('\n')}\n`;
  }
  if (audits) {
    const { before, after } = audits;
    const gone = before.filter((id) => !after.includes(id)).map((id) => `fixed    ${id}`);
    const left = after.map((id) => `${before.includes(id) ? 'remains ' : 'new     '} ${id}`);
    const lines = [...gone, ...left].map(sanitize);
    yield `\naudited again\n${(lines.length > 0 ? lines : ['no findings, as before']).map((line) => `  ${line}\n`).join('')}`;
  }
  for (const { notBefore, command } of followUp) {
    yield `\naudit again after the next reconciliation, which can undo a repair (${stampText(notBefore, context)} or later)\n  ${sanitize(command)}\n`;
  }
  for (const note of notes) {
    yield `\n${wrapped(`note: ${sanitize(note)}`, width, '  ')
      .map(theme.faint)
      .join('\n')}\n`;
  }
}

function stepLines(step: RepairStep, why: string, context: RenderContext): string[] {
  const width = context.columns ?? defaultWidth;
  const theme = createTheme(context.colorLevel);
  const { order, store, window, state, request, deadline, metrics, before, after } = step;
  const paint = {
    planned: theme.good,
    done: theme.good,
    sent: theme.doubtful,
    refused: theme.doubtful,
    failed: theme.bad,
  }[state];
  const indent = '   ';
  const field = (name: string, text: string) =>
    wrapped(`${name.padEnd(10)}${text}`, width - 3, ' '.repeat(10)).map((line) => indent + line);
  return [
    `${String(order).padEnd(3)}${repairStores[store].data} of ${windowText(window)}  ${paint(state)}`,
    ...field('why', sanitize(why)),
    ...(state === 'refused' ? [] : field('request', request)),
    ...(before ? field('stored', totalsText(before)) : []),
    ...(after ? field('rebuilt', totalsText(after)) : []),
    ...(metrics ? field('samples', `${metrics.present} of ${metrics.hours} hours`) : []),
    ...(deadline ? field('deadline', stampText(deadline, context)) : []),
  ];
}

function totalsText({ rows, cost }: { readonly rows: number; readonly cost: number }): string {
  return `${countText(rows)} rows, cost ${amountText(cost, 2)} without adjustments`;
}
