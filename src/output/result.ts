import type { DifferenceEntry } from '../audits/selection.ts';
import type { AuditTypeInfo } from '../audits/types.ts';
import type { CodeInfo } from '../diagnosis/codes/code.ts';
import type { Code } from '../diagnosis/codes.ts';
import type { Comparison } from '../diagnosis/compare.ts';
import type { AuditReport } from '../diagnosis/report.ts';
import type { Finding } from '../diagnosis/schema.ts';
import type { ServersReport } from '../diagnosis/servers-report.ts';
import type { Trend } from '../diagnosis/trend.ts';
import type { DoctorReport } from '../doctor/schema.ts';
import type { CoverageReport } from '../events/coverage/schema.ts';
import type { GroupsReport, RatesReport } from '../events/groups-schema.ts';
import type { EventKind, Store } from '../events/kinds.ts';
import type { Event } from '../events/schema.ts';
import type { FleetReport } from '../fleet/schema.ts';
import type { ReconciliationReport } from '../reconciliation/schema.ts';
import type { RepairReport } from '../repair/schema.ts';
import type { Span } from '../time.ts';

/** Events as `eventsSchema` describes them; the events are decoded when they are read. */
export interface EventsReport {
  readonly server: string | null;
  readonly query: {
    readonly window: string | null;
    readonly kinds: readonly string[];
    readonly store: Store | null;
  };
  readonly counters: ReadonlyMap<string, number>;
  /** Oldest first; null where only the counters were asked for. */
  readonly events: EventLines | null;
  readonly total: number;
}

/** Events one by one, or as the text of `-o ndjson` in chunks. */
export interface EventLines extends Iterable<Event> {
  jsonLines(): Iterable<string>;
}

export interface TypesReport {
  readonly types: readonly (AuditTypeInfo & { readonly type: string })[];
}

/** Audits; `entries` are the differences and missing values to show, in order. */
export interface AuditsResult<K extends 'audits' | 'differences'> {
  readonly kind: K;
  readonly report: AuditReport;
  readonly entries: readonly DifferenceEntry[];
  /** Whether csv and ndjson print findings instead of audits or differences. */
  readonly asFindings?: boolean;
  /** What an AuditStore holds of the findings, also before the report begins. */
  readonly trend?: Trend;
}

/** Audits of several servers; `results` are those of `report.servers`, in the same order. */
export interface ServersResult {
  readonly kind: 'servers';
  readonly report: ServersReport;
  readonly results: readonly (AuditsResult<'audits'> | null)[];
}

/** A comparison of two reports; `before` and `after` name their sources. */
export interface CompareResult {
  readonly kind: 'compare';
  readonly report: Comparison;
  readonly before: string;
  readonly after: string;
}

/** A finding code, with the values of a finding where an id was given. */
export interface ExplanationResult {
  readonly kind: 'explanation';
  readonly code: Code;
  readonly info: CodeInfo;
  readonly finding: Finding | null;
}

/** How findings and audits of one server of an AuditStore developed. */
export interface TrendResult {
  readonly kind: 'trend';
  readonly trend: Trend;
  /** The address of the server; null where the store is empty. */
  readonly server: string | null;
  /** The window that was asked for; null: all that is stored. */
  readonly range: Span | null;
}

/** A profile of the configuration file. */
export interface ProfileLine {
  readonly name: string;
  readonly current: boolean;
  readonly url: string | null;
  /** Names of the settings it holds. */
  readonly settings: readonly string[];
}

/** A setting in effect; secrets are removed from `value`. */
export interface SettingLine {
  readonly setting: string;
  readonly value: string;
  /** A flag, a variable, or a file and its line. */
  readonly source: string;
}

/** The running kc-etl. */
export interface VersionReport {
  readonly version: string;
  /** Node's version: `v20.20.2`. */
  readonly node: string;
  /** Operating system and processor: `linux-x64`. */
  readonly platform: string;
}

/** Data of a command, before it is text. */
export type Result =
  | { readonly kind: 'events'; readonly report: EventsReport }
  | { readonly kind: 'following'; readonly batches: AsyncIterable<EventLines> }
  | { readonly kind: 'groups'; readonly report: GroupsReport }
  | { readonly kind: 'rates'; readonly report: RatesReport }
  | { readonly kind: 'kinds'; readonly kinds: readonly EventKind[] }
  | AuditsResult<'audits'>
  | AuditsResult<'differences'>
  | ServersResult
  | CompareResult
  | ExplanationResult
  | TrendResult
  | { readonly kind: 'types'; readonly types: TypesReport['types'] }
  | { readonly kind: 'doctor'; readonly report: DoctorReport }
  | { readonly kind: 'profiles'; readonly profiles: readonly ProfileLine[] }
  | {
      readonly kind: 'settings';
      readonly profile: string | null;
      readonly settings: readonly SettingLine[];
      readonly withSources: boolean;
    }
  | { readonly kind: 'coverage'; readonly report: CoverageReport }
  | { readonly kind: 'version'; readonly report: VersionReport }
  | { readonly kind: 'repair'; readonly report: RepairReport }
  | { readonly kind: 'fleet'; readonly report: FleetReport }
  | { readonly kind: 'reconciliation'; readonly report: ReconciliationReport }
  | { readonly kind: 'text'; readonly text: string };

export type ResultKind = Result['kind'];
