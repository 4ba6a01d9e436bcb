import { shellQuote } from '../shell-quote.ts';
import type { Confirm } from './codes/code.ts';
import type { DiagnosisContext } from './context.ts';
import { hasEtl } from './product-line.ts';

export type Values = Readonly<Record<string, string | number>>;

/** How a value is written where it is filled in. */
type Quote = (value: string) => string;

/** A template with its `{name}`s filled in; a name without a value stays as it is. */
export function fill(template: string, values: Values, quote: Quote = plain): string {
  return template.replace(/\{([a-zA-Z]+)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? placeholder : quote(String(value));
  });
}

/** Text without characters that would move a cursor or end a line. */
function plain(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

/** The inside of a double-quoted PromQL string. */
function promqlText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** A value of a query parameter: what a URL parser would read otherwise is encoded, the rest stays readable. */
function queryText(text: string): string {
  return text.replace(/[%&#+\p{Cc} ]/gu, (character) => encodeURIComponent(character));
}

/** A step that confirms a finding, as one command that works as pasted. */
export function commandOf(step: Confirm, values: Values, context: DiagnosisContext): string {
  const kcEtl = ['kc-etl', 'api', ...context.connection].map(shellQuote).join(' ');
  if ('command' in step) {
    const command = fill(step.command, values, (value) => shellQuote(plain(value)));
    const [program = '', ...rest] = command.split(' ');
    if (program !== 'kc-etl' || context.connection.length === 0) return command;
    return [command, ...context.connection.map(shellQuote)].join(rest.length > 0 ? ' ' : ' ');
  }
  if ('promql' in step) {
    const query = fill(step.promql, values, promqlText);
    const time = String(values['end'] ?? '');
    if (hasEtl(context.product)) {
      return `${kcEtl} ${shellQuote(`/prometheusQuery?query=${queryText(query)}&time=${time}`)}`;
    }
    const data = [`query=${query}`, `time=${time}`].map(
      (one) => `--data-urlencode ${shellQuote(one)}`,
    );
    return `curl -sG "$PROMETHEUS_URL/api/v1/query" ${data.join(' ')}`;
  }
  const request = `${kcEtl} ${shellQuote(fill(step.api, values, queryText))}`;
  if (step.jq === undefined) return request;
  return `${request} | jq ${shellQuote(fill(step.jq, values, (value) => JSON.stringify(value)))}`;
}
