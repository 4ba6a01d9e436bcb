import { day, hour, minute, type Span } from '../../time.ts';
import type { SetSpec } from '../build/spec.ts';
import type { Kubecost } from '../kubecost.ts';
import type { Pipeline } from '../pipeline.ts';
import { dayOf, overlap } from '../time.ts';
import { HttpError, textError } from './response.ts';

/** One set of a response: its window and the stored sets it is computed from. */
export interface Step {
  readonly window: Span;
  readonly sets: readonly SetSpec[];
}

/**
 * Sets of a response for a window. Kubecost returns stored sets: hourly ones within the last two days
 * unless the window consists of whole days, else daily ones. OpenCost stores none and computes one set
 * for the whole window, or one per `step`.
 */
export function stepsOf(
  window: Span,
  params: URLSearchParams,
  kubecost: Kubecost,
  now: number,
): Step[] {
  const { pipeline, variant } = kubecost;
  const step = hourlyStep(window, kubecost, now) ?? stepLength(params);
  const accumulate = params.get('accumulate') ?? 'false';
  const steps = variant.reconciles
    ? stored(window, step ?? accumulated[accumulate] ?? null, pipeline, now)
    : computed(window, stepLength(params) ?? window.end - window.start, pipeline, now);
  if (accumulate !== 'true') return steps;
  return [
    {
      window: {
        start: steps[0]?.window.start ?? window.start,
        end: steps.at(-1)?.window.end ?? window.end,
      },
      sets: steps.flatMap(({ sets }) => sets),
    },
  ];
}

const accumulated: Record<string, number> = { hour, day, week: 7 * day };
const units: Record<string, number> = { m: minute, h: hour, d: day, w: 7 * day };

/** `hourly-sets`: an hour for windows within the hourly retention, whatever step was requested. */
function hourlyStep({ start }: Span, { options, pipeline }: Kubecost, now: number): number | null {
  if (!options.faults.some(({ name }) => name === 'hourly-sets')) return null;
  return start >= pipeline.builtUntil(now) - pipeline.hourlyRetention * hour ? hour : null;
}

function stepLength(params: URLSearchParams): number | null {
  const text = params.get('step');
  if (text === null || text === '') return null;
  const match = /^(\d+)([mhdw])$/.exec(text);
  const length = match ? Number(match[1]) * (units[match[2] ?? ''] ?? 0) : 0;
  if (length === 0) throw new HttpError(textError(400, `Invalid 'step' parameter: ${text}`));
  return length;
}

function stored(window: Span, step: number | null, pipeline: Pipeline, now: number): Step[] {
  const whole = dayOf(window.start) === window.start && dayOf(window.end) === window.end;
  const recent = window.start >= pipeline.builtUntil(now) - pipeline.hourlyRetention * hour;
  const isDaily = step === null ? whole || !recent : step % day === 0;
  const resolution = isDaily || pipeline.hourlyRetention === 0 ? 'day' : 'hour';
  const unit = resolution === 'day' ? day : hour;
  const length = Math.max(unit, Math.ceil((step ?? unit) / unit) * unit);
  const start = Math.floor(window.start / unit) * unit;
  const end = Math.ceil(window.end / unit) * unit;
  return divide({ start, end }, length).map((span) => ({
    window: span,
    sets: pipeline.sets(resolution, span, now),
  }));
}

function computed(window: Span, step: number, pipeline: Pipeline, now: number): Step[] {
  return divide(window, step).map((span) => ({
    window: span,
    sets: pipeline.sets('day', span, now).flatMap((set) => {
      const data = overlap(set.data, span);
      return data ? [{ ...set, window: overlap(set.window, span) ?? set.window, data }] : [];
    }),
  }));
}

function divide({ start, end }: Span, length: number): Span[] {
  const spans: Span[] = [];
  // A bound on absurd steps: the newest sets.
  const first = Math.max(start, end - 20_000 * length);
  for (let at = first; at < end; at += length)
    spans.push({ start: at, end: Math.min(at + length, end) });
  return spans;
}
