/** The two sources of a comparison: computed here, and read from the store under audit. */
export type SideName = 'expected' | 'actual';
