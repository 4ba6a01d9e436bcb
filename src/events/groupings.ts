/** What a log can be folded by: the values of `--group-by`. */
export const groupings = ['window', 'kind', 'hour'] as const;
export type Grouping = (typeof groupings)[number];
