import type { FleetCluster, FleetReport, FleetServer } from '../../fleet/schema.ts';
import type { FleetState } from '../../fleet/states.ts';
import { fleetDataset } from '../datasets/fleet.ts';
import { fleetSummaryText } from '../fleet-text.ts';
import { countText, wrapped } from '../format.ts';
import type { RenderContext } from '../renderer.ts';
import { sanitize } from '../sanitize.ts';
import { type Cell, table } from '../table.ts';
import { layout } from '../table-view.ts';
import { createTheme, type Theme } from '../theme.ts';
import { datasetTable } from './dataset.ts';

/** Width of the text where there is no terminal. */
const defaultWidth = 120;

/** Up to this many clusters, complete ones are listed as well. */
const maxListed = 20;

/** The worst states first. */
const order: readonly FleetState[] = [
  'unreachable',
  'missing',
  'silent',
  'gaps',
  'unexpected',
  'complete',
];

/** Counts, the clusters that are not complete, and why; `wide` has every cluster and day. */
export function* fleetTable(
  report: FleetReport,
  context: RenderContext,
  wide: boolean,
): Iterable<string> {
  const theme = createTheme(context.colorLevel);
  const width = context.columns ?? defaultWidth;
  const { clusters, summary, gate } = report;
  const word =
    gate === null
      ? ''
      : { true: 'PASSED: ', false: 'FAILED: ', null: 'UNDECIDED: ' }[`${gate.passed}`];
  yield `${wrapped(`${word}${fleetSummaryText(summary)}`, width).join('\n')}\n`;
  const sorted = order.flatMap((state) => clusters.filter((one) => one.state === state));
  const listed =
    wide || sorted.length <= maxListed ? sorted : sorted.filter((one) => one.state !== 'complete');
  if (listed.length > 0) {
    const lines = clusterLines(listed, report.servers.length > 1, width, context);
    yield `\n${lines.join('\n')}\n`;
  }
  if (listed.length < sorted.length) {
    const left = sorted.length - listed.length;
    yield `${theme.faint(`and ${countText(left)} complete; -o wide lists them`)}\n`;
  }
  const reasons = listed.flatMap((one) => detailLines(one, width, theme));
  if (reasons.length > 0) yield `\n${reasons.join('\n')}\n`;
  yield `\n${report.servers.map((one) => serverLine(one, theme)).join('\n')}\n`;
  if (wide) yield* ['\n', ...datasetTable(fleetDataset(report), context)];
}

/** A line for each cluster; with its server where there are several. */
function clusterLines(
  clusters: readonly FleetCluster[],
  withServer: boolean,
  width: number,
  context: RenderContext,
): string[] {
  const theme = createTheme(context.colorLevel);
  const columns = [
    { head: 'CLUSTER', cuttable: true },
    { head: 'STATE' },
    { head: 'LAST DAY' },
    { head: 'MISSING', align: 'right' as const },
    { head: 'RECONCILED' },
    ...(withServer ? [{ head: 'SERVER', cuttable: true }] : []),
  ];
  const rows = clusters.map((one): Cell[] => [
    sanitize(one.cluster ?? '(server)'),
    { text: one.state, paint: paintOf(one.state, theme) },
    one.lastDay ?? '-',
    one.lastDay === null ? '-' : countText(one.missingDays.length),
    one.reconciledUntil ?? '-',
    ...(withServer ? [sanitize(one.server ?? '-')] : []),
  ]);
  return table(columns, rows, layout(context, theme, width)).lines;
}

function detailLines(one: FleetCluster, width: number, theme: Theme): string[] {
  if (one.detail === null) return [];
  const name = sanitize(one.cluster ?? one.server ?? 'server');
  const lines = wrapped(`${name}: ${sanitize(one.detail)}`, width - 2, '  ');
  return one.state === 'complete' ? lines.map(theme.faint) : lines;
}

function serverLine({ server, product, version, error }: FleetServer, theme: Theme): string {
  const name = { kubecost: 'Kubecost', opencost: 'OpenCost', unknown: 'product not known' }[
    product ?? 'unknown'
  ];
  const text = `${sanitize(server ?? 'recording')}: ${name}${version ? ` ${sanitize(version)}` : ''}`;
  return error === null ? theme.faint(text) : theme.bad(`${text}, not read completely`);
}

function paintOf(state: FleetState, theme: Theme): (text: string) => string {
  if (state === 'complete') return theme.good;
  return state === 'gaps' || state === 'unexpected' ? theme.doubtful : theme.bad;
}
