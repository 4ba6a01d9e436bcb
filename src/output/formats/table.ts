import type { Format } from '../renderer.ts';

/** Tables fitted into the terminal. */
export const table: Format = tables(false);

/** Tables with every detail: nothing is cut, whatever the width. */
export const wide: Format = tables(true);

/** Every kind of table is loaded when it is printed. */
function tables(wide: boolean): Format {
  return {
    events: ({ report }, context) =>
      loaded(async () => (await import('../tables/events.ts')).eventTable(report, context, wide)),
    following: ({ batches }, context) =>
      loaded(async () => {
        const { followedEvents } = await import('../tables/events.ts');
        return followedEvents(batches, context, wide);
      }),
    groups: ({ report }, context) =>
      loaded(async () => {
        const { groupTable } = await import('../tables/dataset.ts');
        return groupTable(report, context);
      }),
    rates: ({ report }, context) =>
      loaded(async () => {
        const { rateTable } = await import('../tables/dataset.ts');
        return rateTable(report, context);
      }),
    kinds: ({ kinds }, context) =>
      loaded(async () => (await import('../tables/references.ts')).kindTable(kinds, context)),
    audits: (result, context) =>
      loaded(async () => (await import('../tables/audits.ts')).auditTable(result, context, wide)),
    differences: (result, context) =>
      loaded(async () => {
        const { differencesTable } = await import('../tables/audits.ts');
        return differencesTable(result, context, wide);
      }),
    compare: (result, context) =>
      loaded(async () =>
        (await import('../tables/compare.ts')).compareTable(result, context, wide),
      ),
    coverage: ({ report }, context) =>
      loaded(async () =>
        (await import('../tables/coverage.ts')).coverageTable(report, context, wide),
      ),
    reconciliation: ({ report }, context) =>
      loaded(async () => {
        const { reconciliationTable } = await import('../tables/reconciliation.ts');
        return reconciliationTable(report, context, wide);
      }),
    servers: (result, context) =>
      loaded(async () =>
        (await import('../tables/servers.ts')).serversTable(result, context, wide),
      ),
    fleet: ({ report }, context) =>
      loaded(async () => (await import('../tables/fleet.ts')).fleetTable(report, context, wide)),
    repair: ({ report }, context) =>
      loaded(async () => (await import('../tables/repair.ts')).repairTable(report, context)),
    trend: (result, context) =>
      loaded(async () => (await import('../tables/trend.ts')).trendTable(result, context, wide)),
    types: ({ types }, context) =>
      loaded(async () => (await import('../tables/references.ts')).typeTable(types, context)),
    explanation: (result, context) =>
      loaded(async () =>
        (await import('../tables/explanation.ts')).explanationTable(result, context),
      ),
    doctor: ({ report }, context) =>
      loaded(async () => (await import('../tables/doctor.ts')).doctorSteps(report, context)),
    profiles: ({ profiles }, context) =>
      loaded(async () => (await import('../tables/settings.ts')).profileTable(profiles, context)),
    settings: (result, context) =>
      loaded(async () => (await import('../tables/settings.ts')).settingTable(result, context)),
    version: ({ report }) =>
      loaded(async () => [(await import('../tables/settings.ts')).versionLine(report)]),
    text: ({ text }) => [text],
  };
}

async function* loaded(
  load: () => Promise<Iterable<string> | AsyncIterable<string>>,
): AsyncGenerator<string, void, undefined> {
  yield* await load();
}
