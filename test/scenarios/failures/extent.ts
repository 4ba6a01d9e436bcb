/** `npm run fuzz` runs all cells; CI those in which every request fails, with the common statuses. */
export const isFuzz = process.env['KC_ETL_FUZZ_RUNS'] !== undefined;
