import type { CompareReport } from '../audits/compare/schema.ts';
import type { DifferenceEntry } from '../audits/selection.ts';
import type { AuditTypeInfo } from '../audits/types.ts';
import type { AuditReport } from '../diagnosis/report.ts';
import type { DoctorReport } from '../doctor/schema.ts';
import type { CoverageReport } from '../events/coverage/schema.ts';
import type { GroupsReport, RatesReport } from '../events/groups-schema.ts';
import type { EventKind, Store } from '../events/kinds.ts';
import type { Event } from '../events/schema.ts';

/** The event log: what `eventsSchema` describes, with the events not yet in memory as objects. */
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

/** Events that can be had one by one, or as the text of `-o ndjson` in pieces. */
export interface EventLines extends Iterable<Event> {
  jsonLines(): Iterable<string>;
}

export interface TypesReport {
  readonly types: readonly (AuditTypeInfo & { readonly type: string })[];
}

/** Audits, or what is behind them; `findings` are their differences and missing values in order. */
export interface AuditsResult<K extends 'audits' | 'differences'> {
  readonly kind: K;
  readonly report: AuditReport;
  readonly findings: readonly DifferenceEntry[];
}

/** Two reports side by side; `before` and `after` say where they came from. */
export interface CompareResult {
  readonly kind: 'compare';
  readonly report: CompareReport;
  readonly before: string;
  readonly after: string;
}

/** A profile of the configuration file. */
export interface ProfileLine {
  readonly name: string;
  readonly current: boolean;
  readonly url: string | null;
  /** The names of what it sets. */
  readonly settings: readonly string[];
}

/** A setting in effect; what is secret is not in `value`. */
export interface SettingLine {
  readonly setting: string;
  readonly value: string;
  /** A flag, a variable, or a file and its line. */
  readonly source: string;
}

/** What a command found, before it is text. */
export type Result =
  | { readonly kind: 'events'; readonly report: EventsReport }
  | { readonly kind: 'following'; readonly batches: AsyncIterable<EventLines> }
  | { readonly kind: 'groups'; readonly report: GroupsReport }
  | { readonly kind: 'rates'; readonly report: RatesReport }
  | { readonly kind: 'kinds'; readonly kinds: readonly EventKind[] }
  | AuditsResult<'audits'>
  | AuditsResult<'differences'>
  | CompareResult
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
  | { readonly kind: 'text'; readonly text: string };

export type ResultKind = Result['kind'];
