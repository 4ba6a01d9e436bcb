/** One metric with its samples, as Prometheus' text exposition format has it. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Gauges without timestamps, which the textfile collector refuses. A metric without samples is left
 * out.
 */
export function* exposition(metrics: readonly Metric[]): Iterable<string> {
  for (const { name, help, samples } of metrics) {
    if (samples.length === 0) continue;
    yield `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} gauge\n`;
    for (const { labels, value } of samples) yield `${name}${labelText(labels)} ${number(value)}\n`;
  }
}

function labelText(labels: Sample['labels']): string {
  const set = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return set.length > 0 ? `{${set.join(',')}}` : '';
}

/** The format has escapes for these three; UTF-8 has to be whole. */
function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

function escapeHelp(text: string): string {
  return text.toWellFormed().replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}
