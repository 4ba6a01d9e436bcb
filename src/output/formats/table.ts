import { groupDataset, rateDataset } from '../datasets/groups.ts';
import type { Format, RenderContext } from '../renderer.ts';
import type { AuditsResult, ExplanationResult, Result, TrendResult } from '../result.ts';
import { compareTable } from '../tables/compare.ts';
import { coverageTable } from '../tables/coverage.ts';
import { datasetTable } from '../tables/dataset.ts';
import { doctorSteps } from '../tables/doctor.ts';
import { eventTable, followedEvents } from '../tables/events.ts';
import { kindTable, typeTable } from '../tables/references.ts';
import { profileTable, settingTable, versionLine } from '../tables/settings.ts';

/** Tables fitted into the terminal. */
export const table: Format = {
  events: ({ report }, context) => eventTable(report, context, false),
  following: ({ batches }, context) => followedEvents(batches, context, false),
  groups: ({ report }, context) => datasetTable(groupDataset(report), context),
  rates: ({ report }, context) => datasetTable(rateDataset(report), context),
  kinds: ({ kinds }, context) => kindTable(kinds, context),
  audits: (result, context) => audits(result, context, false),
  differences: (result, context) => differences(result, context, false),
  compare: (result, context) => compareTable(result, context, false),
  coverage: ({ report }, context) => coverageTable(report, context, false),
  reconciliation: (result, context) => reconciliation(result, context, false),
  fleet: (result, context) => fleet(result, context, false),
  repair,
  trend: (result, context) => trend(result, context, false),
  types: ({ types }, context) => typeTable(types, context),
  explanation,
  doctor: ({ report }, context) => doctorSteps(report, context),
  profiles: ({ profiles }, context) => profileTable(profiles, context),
  settings: (result, context) => settingTable(result, context),
  version: ({ report }) => [versionLine(report)],
  text: ({ text }) => [text],
};

/** Tables with every detail: nothing is cut, whatever the width. */
export const wide: Format = {
  events: ({ report }, context) => eventTable(report, context, true),
  following: ({ batches }, context) => followedEvents(batches, context, true),
  groups: ({ report }, context) => datasetTable(groupDataset(report), context),
  rates: ({ report }, context) => datasetTable(rateDataset(report), context),
  kinds: ({ kinds }, context) => kindTable(kinds, { ...context, columns: undefined }),
  audits: (result, context) => audits(result, context, true),
  differences: (result, context) => differences(result, context, true),
  compare: (result, context) => compareTable(result, context, true),
  coverage: ({ report }, context) => coverageTable(report, context, true),
  reconciliation: (result, context) => reconciliation(result, context, true),
  fleet: (result, context) => fleet(result, context, true),
  repair,
  trend: (result, context) => trend(result, context, true),
  types: ({ types }, context) => typeTable(types, { ...context, columns: undefined }),
  explanation,
  doctor: ({ report }, context) => doctorSteps(report, context),
  profiles: ({ profiles }, context) => profileTable(profiles, context),
  settings: (result, context) => settingTable(result, context),
  version: ({ report }) => [versionLine(report)],
  text: ({ text }) => [text],
};

async function* reconciliation(
  { report }: Extract<Result, { kind: 'reconciliation' }>,
  context: RenderContext,
  wide: boolean,
) {
  const { reconciliationTable } = await import('../tables/reconciliation.ts');
  yield* reconciliationTable(report, context, wide);
}

async function* fleet(
  { report }: Extract<Result, { kind: 'fleet' }>,
  context: RenderContext,
  wide: boolean,
) {
  const { fleetTable } = await import('../tables/fleet.ts');
  yield* fleetTable(report, context, wide);
}

async function* repair({ report }: Extract<Result, { kind: 'repair' }>, context: RenderContext) {
  const { repairTable } = await import('../tables/repair.ts');
  yield* repairTable(report, context);
}

// loaded for audits only: the texts of all findings come with them
async function* audits(result: AuditsResult<'audits'>, context: RenderContext, wide: boolean) {
  const { auditTable } = await import('../tables/audits.ts');
  yield* auditTable(result, context, wide);
}

async function* differences(
  result: AuditsResult<'differences'>,
  context: RenderContext,
  wide: boolean,
) {
  const { differencesTable } = await import('../tables/audits.ts');
  yield* differencesTable(result, context, wide);
}

async function* trend(result: TrendResult, context: RenderContext, wide: boolean) {
  const { trendTable } = await import('../tables/trend.ts');
  yield* trendTable(result, context, wide);
}

async function* explanation(result: ExplanationResult, context: RenderContext) {
  const { explanationTable } = await import('../tables/explanation.ts');
  yield* explanationTable(result, context);
}
