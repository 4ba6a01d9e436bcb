import type { BillDay } from './bill-day.ts';
import { BillError } from './error.ts';

/**
 * The currency of a bill; null where it has none.
 *
 * @param server of the server's costs; null where it does not report one
 * @throws BillError where amounts cannot be compared: the bill has several currencies, or another than the server
 */
export function billCurrency(found: ReadonlySet<string>, server: string | null): string | null {
  const [currency = null, ...others] = [...new Set([...found].map((one) => one.toUpperCase()))];
  if (currency === null) return null;
  if (others.length > 0) {
    throw new BillError(
      `--bill: the bill has amounts in ${[currency, ...others].sort().join(' and ')}`,
      'audit one currency at a time',
    );
  }
  if (server !== null && server !== currency) {
    throw new BillError(
      `--bill: the bill is in ${currency}, the costs of the server are in ${server}: they cannot be compared`,
      `export the bill in ${server}`,
    );
  }
  return currency;
}

/** What servers calculate in where nothing else is configured. */
const usual = 'USD';

/**
 * Refuses a comparison with a bill in another currency than USD where nothing shows that the server has it,
 * too: it does not report its currency, and most assets differ.
 *
 * @throws BillError
 */
export function checkCurrency(
  currency: string | null,
  server: string | null,
  days: readonly BillDay[],
): void {
  if (currency === null || currency === usual || server !== null) return;
  let assets = 0;
  let differing = 0;
  for (const { significant } of days) {
    assets += significant.assets;
    differing += significant.differing;
  }
  const hasDifferences = days.some(({ differences }) => differences.length > 0);
  // a rate of exchange makes all of them differ
  if (!hasDifferences || 2 * differing < assets) return;
  const shown =
    assets === 0
      ? 'no asset costs enough to show a rate of exchange'
      : `most assets differ (${differing} of ${assets} above the resolution)`;
  throw new BillError(
    `--bill: the bill is in ${currency}, and ${shown}: the server does not report the currency of its costs, which is ${usual} unless it was configured`,
    `compare with a bill in the currency of the server's prices`,
  );
}
