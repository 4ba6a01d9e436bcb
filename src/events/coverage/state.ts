import { day, hour } from '../../time.ts';

/** States of a set, from the worst to the best. The rules for each are in rules.ts. */
const states = {
  error: 'computing or reconciling it failed',
  missing: 'it should exist and does not',
  empty: 'it exists without data, while older sets have data',
  incomplete: 'it ended before its data did, or is missing a step that other sets have had',
  unknown: 'no source reports anything about it',
  unsettled: 'not settled yet: it may still change',
  'before-retention': 'older than what the server keeps, or than its first data',
  complete: 'it exists, with every step that this server runs',
} as const;

export type State = keyof typeof states;
export const stateNames = Object.keys(states) as State[]; // keys() loses the type

export const resolutions = ['day', 'hour'] as const;
export type Resolution = (typeof resolutions)[number];

/** Length of a set in milliseconds. */
export const lengthOf: Readonly<Record<Resolution, number>> = { hour, day };

/** Endpoints that coverage is read from. */
export const sources = {
  log: '/etl/log',
  status: '/etl/status',
  metrics: '/metrics',
  presence: '/allocation and /assets',
} as const;

export type Source = keyof typeof sources;
export const sourceNames = Object.keys(sources) as Source[]; // keys() loses the type

/** Kinds of findings, worst first; also the values of `--fail-on`. */
export const findingKinds = ['error', 'missing', 'empty', 'stale', 'incomplete'] as const;
export type FindingKind = (typeof findingKinds)[number];
