/** A metric with its samples. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  /** A gauge where it is left out. */
  readonly type?: 'gauge' | 'counter';
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Metrics in Prometheus' text exposition format, without timestamps: the textfile collector refuses
 * them. A metric without samples is left out.
 */
export function* exposition(metrics: readonly Metric[]): Iterable<string> {
  for (const { name, help, type = 'gauge', samples } of metrics) {
    if (samples.length === 0) continue;
    yield `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
    for (const { labels, value } of samples) yield `${name}${labelText(labels)} ${number(value)}\n`;
  }
}

function labelText(labels: Sample['labels']): string {
  const set = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return set.length > 0 ? `{${set.join(',')}}` : '';
}

/** The format escapes backslash, line feed and quote, and requires valid UTF-8. */
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
