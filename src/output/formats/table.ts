import { groupDataset, rateDataset } from '../datasets/groups.ts';
import type { Format } from '../renderer.ts';
import { auditGrid, auditRows } from '../tables/audits.ts';
import { compareTable } from '../tables/compare.ts';
import { coverageTable } from '../tables/coverage.ts';
import { datasetTable } from '../tables/dataset.ts';
import { differenceTable } from '../tables/differences.ts';
import { doctorSteps } from '../tables/doctor.ts';
import { eventTable, followedEvents } from '../tables/events.ts';
import { kindTable, typeTable } from '../tables/references.ts';
import { profileTable, settingTable } from '../tables/settings.ts';

/** Tables fitted into the terminal. */
export const table: Format = {
  events: ({ report }, context) => eventTable(report, context, false),
  following: ({ batches }, context) => followedEvents(batches, context, false),
  groups: ({ report }, context) => datasetTable(groupDataset(report), context),
  rates: ({ report }, context) => datasetTable(rateDataset(report), context),
  kinds: ({ kinds }, context) => kindTable(kinds, context),
  audits: (result, context) => auditGrid(result, context),
  differences: ({ entries }, context) => differenceTable(entries, context, false),
  compare: (result, context) => compareTable(result, context, false),
  coverage: ({ report }, context) => coverageTable(report, context, false),
  types: ({ types }, context) => typeTable(types, context),
  doctor: ({ report }, context) => doctorSteps(report, context),
  profiles: ({ profiles }, context) => profileTable(profiles, context),
  settings: (result, context) => settingTable(result, context),
  text: ({ text }) => [text],
};

/** Tables with every detail: nothing is cut, whatever the width. */
export const wide: Format = {
  events: ({ report }, context) => eventTable(report, context, true),
  following: ({ batches }, context) => followedEvents(batches, context, true),
  groups: ({ report }, context) => datasetTable(groupDataset(report), context),
  rates: ({ report }, context) => datasetTable(rateDataset(report), context),
  kinds: ({ kinds }, context) => kindTable(kinds, { ...context, columns: undefined }),
  audits: ({ report }, context) => auditRows(report, context),
  differences: ({ entries }, context) => differenceTable(entries, context, true),
  compare: (result, context) => compareTable(result, context, true),
  coverage: ({ report }, context) => coverageTable(report, context, true),
  types: ({ types }, context) => typeTable(types, { ...context, columns: undefined }),
  doctor: ({ report }, context) => doctorSteps(report, context),
  profiles: ({ profiles }, context) => profileTable(profiles, context),
  settings: (result, context) => settingTable(result, context),
  text: ({ text }) => [text],
};
