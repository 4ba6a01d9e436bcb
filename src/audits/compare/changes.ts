/** Changes of a difference between two reports, worst first. */
export const changes = ['new', 'worse', 'better', 'fixed', 'unseen'] as const;
export type Change = (typeof changes)[number];

/** Changes that fail the gate of a comparison; `worse` includes `new`. */
export const compareFailOns = ['new', 'worse', 'never'] as const;
export type CompareFailOn = (typeof compareFailOns)[number];
