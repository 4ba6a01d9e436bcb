/** An amount without its sign, with as many decimals as it needs to differ from 0. */
export function amountText(amount: number): string {
  const size = Math.abs(amount);
  if (size === 0 || size >= 0.005) return size.toFixed(2);
  return size < 0.000_005 ? 'less than 0.00001' : size.toFixed(5).replace(/0+$/, '');
}

/** A part of a whole in percent, without the sign `%`. */
export function percentText(part: number): string {
  const percent = part * 100;
  return percent >= 10 ? percent.toFixed(0) : percent.toFixed(1);
}
