/** What is known of a set, from the worst to the best. */
const states = {
  error: 'computing or reconciling it failed',
  missing: 'it should be there and is not',
  empty: 'it is there, with nothing in it',
  incomplete: 'a step is missing that other sets have had',
  unknown: 'no source says anything about it',
  unsettled: 'not settled yet: too young to judge',
  'before-retention': 'older than what the server keeps',
  complete: 'there, with every step this server does',
} as const;

export type State = keyof typeof states;
export const stateNames = Object.keys(states) as State[]; // keys() forgets which

export const resolutions = ['day', 'hour'] as const;
export type Resolution = (typeof resolutions)[number];

/** Milliseconds. */
export const lengthOf: Readonly<Record<Resolution, number>> = { hour: 3_600_000, day: 86_400_000 };

/** Where it is known from. */
export const sources = {
  log: '/etl/log',
  status: '/etl/status',
  metrics: '/metrics',
  presence: '/allocation and /assets',
} as const;

export type Source = keyof typeof sources;
export const sourceNames = Object.keys(sources) as Source[]; // keys() forgets which

/** What can be wrong, worst first: the kinds of findings, and what `--fail-on` takes. */
export const findingKinds = ['error', 'missing', 'empty', 'stale', 'incomplete'] as const;
export type FindingKind = (typeof findingKinds)[number];
