export function faultList(): string {
  return '';
}
export function describeDemo(_x: object): string {
  return '';
}
