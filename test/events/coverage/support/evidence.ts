import type {
  DataStatus,
  MetricsReport,
  StoreDirectory,
} from '../../../../src/events/coverage/evidence.ts';
import { FileList, type StoreFile } from '../../../../src/events/coverage/store-files.ts';

/** A directory of daily asset sets with these files. */
export function directoryOf(directory: string, files: readonly StoreFile[]): StoreDirectory {
  const list = new FileList('asset', 'day', directory);
  for (const file of files) list.add(file);
  return { store: 'asset', resolution: 'day', files: list, isListing: true };
}

/** Gauges of daily asset sets. */
export function metricsOf(...gauges: Partial<DataStatus>[]): MetricsReport {
  const common = { store: 'asset', resolution: 'day', cluster: null } as const;
  return {
    gauges: gauges.map((gauge) => ({ ...common, status: 'success', count: 0, ...gauge })),
    errorEvents: new Map(),
    isComplete: true,
    remarks: [],
  };
}
