/** What is known of a cluster's data on the settled days of a window. */
export const fleetStates = {
  complete: 'data on every settled day',
  gaps: 'settled days without data, and newer data after them',
  silent: 'no data on the newest settled day, nor for 48 hours after the last data',
  missing: 'expected, and no data at all',
  unexpected: 'has data, but is not in the --expect file',
  unreachable: 'not known: its server, or some of its days, could not be read',
} as const;

export type FleetState = keyof typeof fleetStates;

export const fleetStateNames = Object.keys(fleetStates) as [FleetState, ...FleetState[]]; // the keys of a record of at least one entry
