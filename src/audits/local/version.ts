/** Version of the local audits; raised whenever the same data can have another result. */
export const auditsVersion = 3;
