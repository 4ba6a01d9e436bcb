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
  for (const [label, text] of fieldsOf(info)) {
    const lines = wrapped(text, width - indent.length - labelWidth);
    for (const [i, line] of lines.entries()) {
      const head = i === 0 ? theme.faint(label.padEnd(labelWidth)) : ' '.repeat(labelWidth);
      yield `${(indent + head + line).trimEnd()}\n`;
    }
  }
  const commands = [...info.confirm.map(confirmation), showing(code, info.confirm)];
  for (const { label, text, command } of commands) {
    const [first = '', ...more] = wrapped(text, width - indent.length - labelWidth);
    yield `${indent}${theme.faint(label.padEnd(labelWidth))}${first}\n`;
    for (const line of more) yield `${indent}${' '.repeat(labelWidth)}${line}\n`;
    // on one line whatever the width, so that it can be pasted
    yield `${indent}${indent}${command}\n`;
  }
}

interface Command {
  readonly label: string;
  readonly text: string;
  readonly command: string;
}

function confirmation(step: Confirm): Command {
  const qualities = [
    ...('promql' in step ? ['PromQL, at the end of the day'] : []),
    ...(step.products ?? []),
  ];
  const where = qualities.length > 0 ? ` (${qualities.join(', ')})` : '';
  return { label: 'confirm', text: `${step.text}${where}`, command: commandOf(step) };
}

/** The audit that prints the findings of a code, and the commands above with their values. */
function showing(code: Code, confirm: readonly Confirm[]): Command {
  const hasValues = confirm.some((step) => /\{\w+\}/.test(commandOf(step)));
  return {
    label: 'show',
    text: `Print your findings of this code${hasValues ? ', which fill in the words in braces' : ''}.`,
    command: `kc-etl audit run --window "7d settled" --finding ${code}`,
  };
}

function fieldsOf(info: CodeInfo): (readonly [string, string])[] {
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
  ];
}

/** A step with `{name}` where a finding fills its values in. */
export function commandOf(step: Confirm): string {
  if ('command' in step) return step.command;
  return 'promql' in step ? step.promql : `kc-etl api '${step.api}'`;
}
