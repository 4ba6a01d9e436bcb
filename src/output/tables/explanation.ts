import type { CodeInfo, Confirm } from '../../diagnosis/codes/code.ts';
import type { Code } from '../../diagnosis/codes.ts';
import { plural, wrapped } from '../format.ts';
import type { RenderContext } from '../renderer.ts';
import type { ExplanationResult } from '../result.ts';
import { createTheme } from '../theme.ts';
import { findingLines } from './findings.ts';

const defaultWidth = 120;
const labelWidth = 11;
const indent = '  ';

/** A finding with its values, then its code: meaning, how to confirm it, what to do. */
export function* explanationTable(
  { code, info, finding }: ExplanationResult,
  context: RenderContext,
): Iterable<string> {
  const theme = createTheme(context.colorLevel);
  const width = context.columns ?? defaultWidth;
  if (finding !== null) {
    const lines = [...findingLines([finding], { width, full: true, theme })];
    yield `${lines.slice(1).join('\n')}\n`;
    return;
  }
  yield `${theme.heading(code)}  ${info.severity}${info.legal ? ', no number is wrong' : ''}\n`;
  for (const [label, text] of fieldsOf(code, info)) {
    const lines = wrapped(text, width - indent.length - labelWidth);
    for (const [i, line] of lines.entries()) {
      const head = i === 0 ? theme.faint(label.padEnd(labelWidth)) : ' '.repeat(labelWidth);
      yield `${(indent + head + line).trimEnd()}\n`;
    }
  }
  for (const step of info.confirm) {
    const products = step.products ? ` (${step.products.join(', ')})` : '';
    yield `${indent}${theme.faint('confirm'.padEnd(labelWidth))}${step.text}${products}\n`;
    yield `${indent}${indent}${commandOf(step)}\n`;
  }
}

function fieldsOf(code: Code, info: CodeInfo): (readonly [string, string])[] {
  const { title, meaning, right, detectedBy, variants, actions, repair, references, products } =
    info;
  return [
    ['finding', title],
    ['meaning', meaning],
    ...(right === null ? [] : [['right', right] as const]),
    ...(detectedBy.length > 0 ? [['detected', `by ${detectedBy.join(', ')}`] as const] : []),
    ...Object.entries(variants).map(
      ([name, variant]) => ['variant', `${name}: ${variant.meaning}`] as const,
    ),
    ...actions.map(
      (action) =>
        [
          'fix',
          `${action.text}${action.products ? ` (${action.products.join(', ')})` : ''}`,
        ] as const,
    ),
    ...(repair.length > 0
      ? [
          [
            'repair',
            `${repair.join(', then ')} (${plural(repair.length, 'request')}, Kubecost 1.x and 2.x)`,
          ] as const,
        ]
      : []),
    ['products', products.join(', ')],
    ...(references.length > 0 ? [['see', references.join(', ')] as const] : []),
    ['show', `kc-etl audit run --window "7d settled" --finding ${code}`],
  ];
}

/** A step with `{name}` where a finding fills its values in. */
export function commandOf(step: Confirm): string {
  if ('command' in step) return step.command;
  return 'promql' in step ? step.promql : `kc-etl api '${step.api}'`;
}
