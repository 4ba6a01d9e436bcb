import type { DoctorReport, DoctorStep } from '../../doctor/schema.ts';
import type { RenderContext } from '../renderer.ts';
import { sanitize } from '../sanitize.ts';
import { createTheme } from '../theme.ts';

const marks: Readonly<Record<DoctorStep['status'], { unicode: string; ascii: string }>> = {
  passed: { unicode: '✓', ascii: 'ok' },
  warning: { unicode: '!', ascii: '! ' },
  failed: { unicode: '✗', ascii: 'X ' },
  skipped: { unicode: '-', ascii: '- ' },
};

const colors = { passed: 'good', warning: 'doubtful', failed: 'bad', skipped: 'faint' } as const;

/** A line for each step, with a hint and a command under those that need one. */
export function* doctorSteps(
  { steps, server, healthy }: DoctorReport,
  { colorLevel, unicode }: RenderContext,
): Iterable<string> {
  const theme = createTheme(colorLevel);
  const width = Math.max(...steps.map(({ step }) => step.length));
  const notReached = steps.filter(isNotReached).map(({ step }) => step);
  for (const { step, status, detail, hint, command } of steps.filter((s) => !isNotReached(s))) {
    const mark = marks[status][unicode ? 'unicode' : 'ascii'];
    const colored = theme[colors[status]](mark);
    yield `${colored} ${step.padEnd(width)}  ${sanitize(detail)}\n`;
    const indent = ' '.repeat(width + mark.length + 3);
    if (hint !== null) yield `${indent}${theme.faint(sanitize(hint))}\n`;
    if (command !== null) yield `${indent}$ ${sanitize(command)}\n`;
  }
  if (notReached.length > 0) yield `${theme.faint(`not reached: ${notReached.join(', ')}`)}\n`;
  const failed = steps.filter(({ status }) => status === 'failed').length;
  yield healthy
    ? `\n${server ?? 'the server'} can be used\n`
    : `\n${failed} ${failed === 1 ? 'step' : 'steps'} failed\n`;
}

function isNotReached({ status, detail }: DoctorStep): boolean {
  return status === 'skipped' && detail === 'not reached';
}
