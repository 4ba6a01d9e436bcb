import { selectDifferences } from '../../audits/selection.ts';
import type { FormatName } from '../../output/formats/names.ts';
import { watchExposition } from '../../output/formats/prometheus-watch.ts';
import { redact } from '../../redaction.ts';
import { version } from '../../version.ts';
import type { Renderers } from '../../watch/pages.ts';
import type { ShownReport } from '../../watch/status.ts';
import { wholeView } from './view.ts';

/** The pages as text, without credentials. */
export function renderers(secrets: readonly string[], clean: Renderers['clean']): Renderers {
  const reportAs = (format: FormatName) => async (shown: ShownReport) =>
    redact(await textOf(shown, format), secrets);
  return {
    metrics: (status, now) => redact(watchExposition(status, now, version), secrets),
    html: reportAs('html'),
    json: reportAs('json'),
    clean,
  };
}

async function textOf({ report, trend }: ShownReport, format: FormatName): Promise<string> {
  const { entries } = selectDifferences(report.audits, wholeView);
  const plain = { columns: undefined, colorLevel: 0, unicode: true } as const;
  const result = { kind: 'audits', report, entries, ...(trend && { trend }) } as const;
  const { render } = await import('../../output/render.ts');
  const chunks = [];
  for await (const chunk of render(result, format, plain)) {
    chunks.push(chunk);
  }
  return chunks.join('');
}
