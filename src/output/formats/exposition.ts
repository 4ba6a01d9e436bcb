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

/** The metrics of several servers, with the name of each as a label. */
export function ofServers(
  servers: readonly { readonly server: string; readonly metrics: readonly Metric[] }[],
): Metric[] {
  const merged = new Map<string, Metric & { readonly samples: Sample[] }>();
  for (const { server, metrics } of servers) {
    for (const metric of metrics) {
      const known = merged.get(metric.name) ?? { ...metric, samples: [] };
      for (const { labels, value } of metric.samples) {
        known.samples.push({ labels: { ...labels, server }, value });
      }
      merged.set(metric.name, known);
    }
  }
  return [...merged.values()];
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
