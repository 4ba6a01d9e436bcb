import { minute, type Span } from '../../time.ts';
import {
  type Aggregation,
  type Expression,
  QueryError,
  type RangeFunction,
  type Selector,
} from './promql.ts';
import { scrapeInterval } from './samples.ts';
import { metricNames, type Series, type SeriesSource, seriesOf } from './series.ts';

/** An element of an instant vector. */
export interface VectorElement {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** How long Prometheus uses the last sample of a series. */
const lookback = 5 * minute;

/** The instant vector of an expression at a time (ms since 1970). */
export function evaluateQuery(
  expression: Expression,
  source: SeriesSource,
  at: number,
): VectorElement[] {
  switch (expression.kind) {
    case 'selector':
      return instantVector(expression.selector, source, at);
    case 'function':
      return overTime(expression.name, expression.selector, source, at);
    case 'comparison': {
      const { operator, to } = expression;
      return evaluateQuery(expression.of, source, at).filter(({ value }) =>
        compare(value, operator, to),
      );
    }
    case 'aggregation':
      return aggregate(expression, evaluateQuery(expression.of, source, at));
  }
}

function instantVector(selector: Selector, source: SeriesSource, at: number): VectorElement[] {
  const end = at - selector.offset;
  return select(selector, source, { start: end - lookback, end }).flatMap(
    ({ labels, value, count }) => (count > 0 ? [{ labels, value }] : []),
  );
}

function overTime(
  name: RangeFunction,
  selector: Selector,
  source: SeriesSource,
  at: number,
): VectorElement[] {
  const end = at - selector.offset;
  const range = { start: end - (selector.range ?? 0), end };
  return select(selector, source, range).flatMap(({ labels, value, count }) => {
    if (count === 0) return [];
    const { __name__, ...own } = labels;
    const isCount = name === 'count_over_time';
    return [{ labels: own, value: isCount ? count : name === 'present_over_time' ? 1 : value }];
  });
}

interface Selected extends VectorElement {
  readonly count: number;
}

/** Matching series with their number of samples in a span; parts of one series are merged. */
function select(selector: Selector, source: SeriesSource, range: Span): Selected[] {
  const names =
    selector.metric === '*'
      ? metricNames.filter((name) =>
          selector.matchers.every(({ label, matches }) => label !== '__name__' || matches(name)),
        )
      : [selector.metric];
  const found = new Map<string, Selected>();
  for (const name of names) {
    for (const series of seriesOf(name, source, range)) {
      const { labels } = series;
      if (!selector.matchers.every(({ label, matches }) => matches(labels[label] ?? ''))) continue;
      const key = JSON.stringify(labels);
      const known = found.get(key)?.count ?? 0;
      found.set(key, { labels, value: series.value, count: known + samplesIn(series, range) });
    }
  }
  return [...found.values()];
}

/** Samples of a series in a span that excludes its start and includes its end, as in Prometheus 3. */
function samplesIn({ spans }: Series, range: Span): number {
  let count = 0;
  for (const { start, end } of spans) {
    // A sample at `end` belongs to the series only where the span was cut by the range.
    const last = end >= range.end ? range.end : end - 1;
    const before = Math.max(start - 1, range.start);
    count += Math.max(0, Math.floor(last / scrapeInterval) - Math.floor(before / scrapeInterval));
  }
  return count;
}

function compare(value: number, operator: string, to: number): boolean {
  switch (operator) {
    case '>':
      return value > to;
    case '>=':
      return value >= to;
    case '<':
      return value < to;
    case '<=':
      return value <= to;
    case '==':
      return value === to;
    case '!=':
      return value !== to;
    default:
      throw new QueryError(`parse error: unexpected "${operator}"`);
  }
}

function aggregate(
  { name, by, without }: Extract<Expression, { kind: 'aggregation' }>,
  vector: readonly VectorElement[],
): VectorElement[] {
  const groups = new Map<string, { labels: Record<string, string>; values: number[] }>();
  for (const { labels, value } of vector) {
    const own = Object.fromEntries(
      Object.entries(labels)
        .filter(([label]) => label !== '__name__' && by.includes(label) !== without)
        .sort(),
    );
    const key = JSON.stringify(own);
    const group = groups.get(key) ?? { labels: own, values: [] };
    group.values.push(value);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ labels, values }) => ({
    labels,
    value: combine(name, values),
  }));
}

function combine(name: Aggregation, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (name) {
    case 'sum':
      return sum;
    case 'count':
      return values.length;
    case 'avg':
      return sum / values.length;
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
  }
}
