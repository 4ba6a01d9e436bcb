/** What happened to a difference between two reports, worst first. */
export const changes = ['new', 'worse', 'better', 'fixed', 'unseen'] as const;
export type Change = (typeof changes)[number];

/** From when on a comparison fails its gate: `worse` includes `new`. */
export const compareFailOns = ['new', 'worse', 'never'] as const;
export type CompareFailOn = (typeof compareFailOns)[number];
